"""What an admin asks of one owner: read with the name of the wrong field, decided, and nothing the second time."""

from dataclasses import replace
from typing import Any

import pytest

from studio_recovery.actions import approve, decide, hold, release, release_source, retry
from studio_recovery.errors import BadInput
from studio_recovery.guard import Guard
from studio_recovery.observe import Present, observe
from studio_recovery.owners import Kind, Owner
from studio_recovery.requests import Action, Request, TargetRequest, request_from, unknown_owner
from studio_recovery.rows import Change, Row
from studio_recovery.settling import settle
from studio_recovery.statuses import HELD, Status
from tests.unit.asking import ASKS, AT, BOB, DONE, GROUP, HELD_BACK, RUNS, TARGET, blocked, lines, to_target, written
from tests.unit.cast import ADA, NEW, NEWER, OLD, ROW, SEEN, alices, run_of, source

ONE_OWNER = [one for one in Action if one not in (Action.TARGET, Action.DROP, Action.RESTORE, Action.IMPORT)]


@pytest.mark.parametrize("action", ONE_OWNER)
def test_an_action_on_an_owner_is_read(action: Action) -> None:
    assert request_from({"action": str(action), "owner": "user/ada@lab"}) == Request(action, ADA)


def test_a_target_is_read_with_and_without_a_home() -> None:
    asked = {"action": "target", "source": "user/ada@lab", "target": "space/reading-group@lab2"}
    assert request_from(asked) == TargetRequest(ADA, GROUP)
    assert request_from(asked | {"home": "fs-old/200005"}) == TargetRequest(ADA, GROUP, OLD)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "must be an object"),
        ({"owner": "user/ada@lab"}, "action None is not one of"),
        ({"action": "destroy", "owner": "user/ada@lab"}, "action 'destroy' is not one of approve, cancel, drop, hold"),
        ({"action": ["hold"], "owner": "user/ada@lab"}, "action"),
        ({"action": "hold"}, "owner None is not an owner"),
        ({"action": "hold", "owner": "ada@lab"}, "owner 'ada@lab' is not an owner"),
        ({"action": "hold", "owner": "user/ada"}, "owner 'user/ada' is not an owner"),
        ({"action": "hold", "owner": "user/ada@lab", "home": "fs-old/200005"}, "unknown field 'home'"),
        ({"action": "target", "owner": "user/ada@lab"}, "unknown field 'owner'"),
        ({"action": "target", "source": "user/ada@lab"}, "target None is not an owner"),
        ({"action": "target", "target": "user/ada@lab"}, "source None is not an owner"),
        ({"action": "target", "source": "user/ada@lab", "target": "user/Ada@lab"}, "home is needed"),
        ({"action": "target", "source": "user/ada@lab", "target": "user/bob@lab", "home": 7}, "home 7 is not a home"),
        ({"action": "target", "source": "user/ada@lab", "target": "user/bob@lab", "home": "200005"}, "home '200005'"),
        ({"action": "target", "source": "user/ada@lab", "target": "user/bob@lab", "home": "fs-old/.."}, "efs_uid"),
        ({"action": "target", "source": "user/ada@lab", "target": "user/bob@lab", "home": None}, "home None"),
    ],
)
def test_a_wrong_request_is_refused_with_the_name_of_the_field(asked: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        request_from(asked)
    assert said in str(refused.value)


def test_a_name_that_nobody_has_is_answered_with_those_that_are_like_it() -> None:
    near = unknown_owner("source", Owner(Kind.USER, "adda", "lab"), [GROUP, ADA])
    assert str(near) == "source user/adda@lab is not known; did you mean user/ada@lab?"
    assert str(unknown_owner("owner", ADA, [])) == "owner user/ada@lab is not known"


def test_a_hold_blocks_what_waits() -> None:
    change = hold(ASKS, AT)
    assert written(change) == replace(HELD_BACK, version=4)
    assert lines(change) == ["held"]


def test_a_hold_is_the_first_reason_why_nothing_is_copied() -> None:
    assert written(hold(blocked(ASKS, "approval"), AT)).reason == HELD


def test_a_hold_lets_a_running_copy_go_on_and_blocks_what_would_come_after_it() -> None:
    held = written(hold(replace(RUNS, sources=(source(OLD, 2), source(NEWER, 1))), AT))
    assert (held.status, held.copying) == (Status.RUNNING, OLD.key)
    ended = settle(held, run_of(RUNS), DONE, AT)
    assert isinstance(ended, Change)
    assert (ended.row.status, ended.row.reason) == (Status.BLOCKED, HELD)


def test_a_hold_leaves_other_statuses_as_they_are() -> None:
    assert written(hold(replace(RUNS, status=Status.FAILED, reason="why"), AT)).status is Status.FAILED
    assert written(hold(ROW, AT)) == replace(ROW, replication=False, version=4)


def test_a_release_asks_for_what_was_held_back() -> None:
    change = release(HELD_BACK, AT)
    row = written(change)
    assert (row.replication, row.status, row.reason) == (True, Status.PENDING, "")
    assert row.request_id not in ("", "request-1")
    assert lines(change) == ["released"]


def test_a_release_asks_nothing_of_a_guard_that_says_no() -> None:
    row = written(release(HELD_BACK, AT, Guard(require_approval=True)))
    assert (row.status, row.reason) == (Status.BLOCKED, "approval")


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIAL, Status.RUNNING, Status.IDLE])
def test_a_release_starts_nothing_that_was_not_held_back(status: Status) -> None:
    assert written(release(replace(RUNS, status=status, replication=False), AT)).status is status


def test_a_release_sets_the_rows_free_that_waited_for_it() -> None:
    waits = blocked(replace(TARGET, sources=(source(NEW, origin=str(ADA), approved=True),)), "source held")
    change = release_source(waits, ADA, AT)
    assert written(change).status is Status.PENDING
    assert lines(change) == ["source released"]
    assert release_source(waits, BOB, AT) is None
    assert release_source(replace(waits, reason="approval"), ADA, AT) is None


def test_a_release_renews_the_request_of_a_copy_that_may_have_seen_the_hold() -> None:
    asks = written(to_target(TARGET, source(NEW)))
    row = written(release_source(asks, ADA, AT))
    assert (row.status, row.request_id == asks.request_id) == (Status.PENDING, False)
    assert release_source(replace(asks, status=Status.RUNNING), ADA, AT) is None


def test_a_release_of_a_source_does_not_end_the_targets_own_hold() -> None:
    sources = (source(NEW, origin=str(ADA), approved=True),)
    row = written(release_source(blocked(replace(TARGET, sources=sources, replication=False), "source held"), ADA, AT))
    assert (row.status, row.reason) == (Status.BLOCKED, HELD)


@pytest.mark.parametrize("reason", ["other owner", "approval", "left long ago"])
def test_an_approval_lets_the_next_source_through_every_guard(reason: str) -> None:
    foreign = (source(OLD, 2, belonging=alices("bob@example.org")), source(NEWER, 1))
    waits = blocked(replace(ASKS, sources=foreign, belonging=alices("ada@example.org")), reason)
    change = approve(waits, AT, Guard(require_approval=True, max_age_days=1))
    row = written(change)
    assert (row.status, row.next_source) == (Status.PENDING, replace(foreign[0], approved=True))
    assert row.source(NEWER.key) == foreign[1]
    assert lines(change) == ["approved"]


def test_an_approval_never_overrides_a_hold() -> None:
    row = written(approve(replace(blocked(ASKS, "other owner"), replication=False), AT))
    assert (row.status, row.reason) == (Status.BLOCKED, HELD)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (HELD_BACK, "BLOCKED (held)"),
        (blocked(ASKS, "source held"), "BLOCKED (source held)"),
        (blocked(ASKS, "still alive"), "BLOCKED (still alive)"),
        (ASKS, "PENDING"),
        (RUNS, "RUNNING"),
        (ROW, "IDLE"),
        (replace(ASKS, status=Status.FAILED, reason="why"), "FAILED (why)"),
    ],
)
def test_an_approval_of_anything_else_is_refused_with_how_the_row_stands(row: Row, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        approve(row, AT)
    assert f"owner user/ada@lab is {said}: " in str(refused.value)


def test_what_was_approved_for_one_person_is_not_approved_for_the_next() -> None:
    waits = replace(ASKS, sources=(source(OLD, belonging=alices("bob")),), belonging=alices("ada"))
    approved = written(approve(blocked(waits, "other owner"), AT))
    change = observe(approved, Present(ADA, NEWER, alices("carol")), SEEN)
    assert (written(change).status, written(change).reason) == (Status.BLOCKED, "other owner")
    assert [one.approved for one in written(change).sources] == [False, False]
    assert written(observe(approved, Present(ADA, NEWER, alices("ada")), SEEN)).source(OLD.key) == source(
        OLD, belonging=alices("bob"), approved=True, older=True
    )


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.FAILED, "why"), (Status.PARTIAL, "why"), (Status.BLOCKED, "source held")]
)
def test_what_did_not_end_well_is_asked_for_again(status: Status, reason: str) -> None:
    change = retry(replace(RUNS, status=status, reason=reason), AT)
    row = written(change)
    assert (row.status, row.reason) == (Status.PENDING, "")
    assert row.request_id not in ("", "request-1")
    assert lines(change) == ["asked for again"]


@pytest.mark.parametrize("row", [HELD_BACK, ROW, blocked(ASKS, "approval")])
def test_nothing_else_is_asked_for_again(row: Row) -> None:
    with pytest.raises(BadInput, match=r"owner user/ada@lab is (BLOCKED|IDLE)"):
        retry(row, AT)


def test_a_retry_never_overrides_a_hold() -> None:
    row = written(retry(replace(RUNS, status=Status.FAILED, replication=False), AT))
    assert (row.status, row.reason) == (Status.BLOCKED, HELD)


@pytest.mark.parametrize(
    ("action", "row"),
    [
        (Action.HOLD, ASKS),
        (Action.RELEASE, HELD_BACK),
        (Action.APPROVE, blocked(ASKS, "approval")),
        (Action.RETRY, replace(RUNS, status=Status.FAILED)),
    ],
)
def test_the_same_request_changes_nothing_the_second_time(action: Action, row: Row) -> None:
    assert decide(action, written(decide(action, row, AT)), AT) is None


def test_to_show_a_row_changes_nothing() -> None:
    assert decide(Action.SHOW, ASKS, AT) is None
