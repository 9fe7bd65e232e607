"""What an admin sets aside, gives up or stops: the row goes on with what is left, and nothing is forgotten."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from studio_recovery.actions import approve, cancel, decide, drop, hold, reject, release, retry
from studio_recovery.errors import BadInput
from studio_recovery.gauges import gauges
from studio_recovery.guard import Guard
from studio_recovery.observe import Absent, Present, observe
from studio_recovery.requests import Action
from studio_recovery.rows import Change, Row
from studio_recovery.selection import Selection
from studio_recovery.sources import Rest
from studio_recovery.statuses import CANCELLED, HELD, Status
from tests.unit.asking import ASKS, AT, HELD_BACK, RUNS, blocked, lines, written
from tests.unit.cast import ADA, ELSEWHERE, NEW, NEWER, OLD, ROW, SEEN, alices, source

Decides = Callable[..., Change | None]
APPROVES = Guard(require_approval=True)
TWO = (source(OLD, 2), source(NEWER, 1))
FAILED = replace(RUNS, status=Status.FAILED, reason="why", copying="", sources=TWO)
PART = Selection(path="projects")
STOPPED = blocked(ASKS, CANCELLED)
STOPPING = replace(RUNS, reason=CANCELLED)


@pytest.mark.parametrize("reason", ["other owner", "approval", "left long ago"])
def test_what_is_rejected_is_set_aside_and_the_next_comes(reason: str) -> None:
    change = reject(blocked(replace(ASKS, sources=TWO), reason), AT)
    row = written(change)
    assert (row.status, row.next_source) == (Status.PENDING, source(NEWER, 1))
    assert row.source(OLD.key) == source(OLD, 2, dormant=True)
    assert lines(change) == ["rejected"]
    assert change
    assert change.lines[0].details["source"] == OLD.key


def test_a_rejection_of_one_home_that_is_repeated_does_not_reject_the_next() -> None:
    waits = blocked(replace(ASKS, sources=TWO), "approval")
    row = written(reject(waits, AT, APPROVES, OLD))
    assert (row.status, row.next_source) == (Status.BLOCKED, source(NEWER, 1))
    assert reject(row, AT, APPROVES, OLD) is None


@pytest.mark.parametrize("decides", [approve, reject])
def test_a_home_that_does_not_wait_any_more_is_neither_approved_nor_rejected(decides: Decides) -> None:
    waits = blocked(replace(ASKS, sources=TWO), "approval")
    with pytest.raises(BadInput, match=f"home {NEWER.key} of user/ada@lab does not wait: {OLD.key} does by now"):
        decides(waits, AT, APPROVES, NEWER)


def test_an_approval_of_one_home_that_is_repeated_changes_nothing() -> None:
    waits = blocked(replace(ASKS, sources=TWO), "approval")
    row = written(approve(waits, AT, APPROVES, OLD))
    assert (row.status, row.next_source) == (Status.PENDING, source(OLD, 2, approved=True))
    assert approve(row, AT, APPROVES, OLD) is None


def test_a_rejection_of_the_last_leaves_nothing_to_do() -> None:
    assert written(reject(blocked(ASKS, "approval"), AT)).status is Status.IDLE


def test_a_rejected_part_is_set_aside_whole() -> None:
    part = source(OLD, 3, selection=PART, before=source(OLD, 1))
    row = written(reject(blocked(replace(ASKS, sources=(part,)), "approval"), AT))
    assert row.sources == (source(OLD, 1, dormant=True),)


@pytest.mark.parametrize("row", [ASKS, RUNS, ROW, FAILED, HELD_BACK, STOPPED, blocked(ASKS, "still alive")])
def test_nothing_else_is_rejected(row: Row) -> None:
    with pytest.raises(BadInput, match=r"owner user/ada@lab is .*: nothing of it waits for an approval"):
        reject(row, AT)


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIAL])
def test_a_drop_of_what_failed_goes_on_to_the_next(status: Status) -> None:
    change = drop(replace(FAILED, status=status), OLD, AT)
    row = written(change)
    assert (row.status, row.sources) == (Status.PENDING, (source(NEWER, 1),))
    assert lines(change) == ["dropped"]
    assert change.lines[0].details["source"] == OLD.key
    assert written(drop(replace(FAILED, status=status, sources=(source(OLD),)), OLD, AT)).status is Status.IDLE


def test_a_drop_of_what_comes_later_leaves_the_row_as_it_stands() -> None:
    row = written(drop(FAILED, NEWER, AT))
    assert (row.status, row.reason, row.sources) == (Status.FAILED, "why", (source(OLD, 2),))


def test_a_drop_asks_the_guards_about_the_next() -> None:
    row = written(drop(FAILED, OLD, AT, Guard(require_approval=True)))
    assert (row.status, row.reason) == (Status.BLOCKED, "approval")


def test_a_dormant_source_can_be_dropped() -> None:
    row = replace(ROW, home=NEW, status=Status.SUCCEEDED, sources=(source(OLD, dormant=True),))
    assert (written(drop(row, OLD, AT)).status, written(drop(row, OLD, AT)).sources) == (Status.SUCCEEDED, ())


def test_a_running_copy_of_another_goes_on() -> None:
    row = written(drop(replace(RUNS, sources=TWO), NEWER, AT))
    assert (row.status, row.copying, row.sources) == (Status.RUNNING, OLD.key, (source(OLD, 2),))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW, "home fs-old/200005 is no source of user/ada@lab; its sources: it has none"),
        (replace(ASKS, sources=(source(NEWER),)), "its sources: fs-old/200015"),
        (RUNS, "is being copied to user/ada@lab: cancel first"),
        (replace(ROW, home=NEW, waiting=(source(OLD),)), "is that of another user/ada@lab who lives"),
    ],
)
def test_what_cannot_be_dropped_is_refused_with_the_reason(row: Row, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        drop(row, OLD, AT)
    assert said in str(refused.value)


def test_a_recovery_that_waits_does_not_begin_once_it_is_cancelled() -> None:
    change = cancel(ASKS, AT)
    row = written(change)
    assert (row.status, row.reason, row.request_id) == (Status.BLOCKED, CANCELLED, "")
    assert row.sources == (source(OLD, rests=Rest(Status.BLOCKED, CANCELLED)),)
    assert lines(change) == ["cancelled"]


def test_a_part_and_the_whole_that_are_cancelled_together_are_asked_for_again_together() -> None:
    part = source(OLD, 1, approved=True, selection=PART, before=source(OLD))
    stopped = written(cancel(replace(ASKS, sources=(part,)), AT))
    rests = Rest(Status.BLOCKED, CANCELLED)
    assert stopped.sources == (replace(part, rests=rests, before=source(OLD, rests=rests)),)
    assert written(retry(stopped, AT)).sources == (part,)


def test_what_failed_before_a_part_of_it_rests_on_when_the_part_is_tried_again() -> None:
    whole = source(OLD, rests=Rest(Status.FAILED, "why"))
    part = source(OLD, 1, selection=PART, before=whole, rests=Rest(Status.FAILED, "why"))
    again = written(retry(replace(FAILED, sources=(part,)), AT))
    assert again.sources == (replace(part, rests=None),)


def test_a_recovery_that_runs_is_marked_until_it_has_ended() -> None:
    change = cancel(RUNS, AT)
    row = written(change)
    assert (row.status, row.reason, row.request_id) == (Status.RUNNING, CANCELLED, RUNS.request_id)
    assert lines(change) == ["cancel asked for"]


@pytest.mark.parametrize("row", [ASKS, RUNS])
def test_a_cancel_changes_nothing_the_second_time(row: Row) -> None:
    assert decide(Action.CANCEL, written(cancel(row, AT)), AT) is None


@pytest.mark.parametrize("row", [ROW, FAILED, HELD_BACK, blocked(ASKS, "approval")])
def test_nothing_else_is_cancelled(row: Row) -> None:
    with pytest.raises(BadInput, match=r"owner user/ada@lab is .*: only what is PENDING or RUNNING can be cancelled"):
        cancel(row, AT)


def test_what_was_cancelled_is_asked_for_again_once_it_has_ended() -> None:
    assert written(retry(STOPPED, AT)).status is Status.PENDING
    with pytest.raises(BadInput, match="is being cancelled: ask again when it has ended"):
        retry(STOPPING, AT)


def test_a_retry_of_a_part_repeats_the_part() -> None:
    part = source(OLD, approved=True, selection=PART)
    assert written(retry(replace(FAILED, sources=(part,)), AT)).sources == (part,)


def test_a_hold_and_its_release_start_nothing_that_was_cancelled() -> None:
    held = written(hold(STOPPED, AT))
    assert (held.status, held.reason, held.replication) == (Status.BLOCKED, CANCELLED, False)
    free = written(release(held, AT))
    assert (free.status, free.reason, free.replication) == (Status.BLOCKED, CANCELLED, True)
    assert written(retry(held, AT)).reason == HELD


@pytest.mark.parametrize("row", [STOPPED, STOPPING])
def test_a_look_leaves_what_was_cancelled_alone(row: Row) -> None:
    assert observe(row, Present(ADA, NEW, alices("")), SEEN) is None
    rival = observe(row, Present(ADA, ELSEWHERE, alices("")), SEEN)
    assert (written(rival).status, written(rival).reason) == (row.status, CANCELLED)
    gone = observe(written(rival), Absent(ADA, ELSEWHERE.domain_id), SEEN)
    assert (written(gone).status, written(gone).reason) == (row.status, CANCELLED)


@pytest.mark.parametrize("row", [STOPPED, STOPPING])
def test_a_re_creation_asks_for_everything_as_ever(row: Row) -> None:
    again = written(observe(row, Present(ADA, NEWER, alices("")), SEEN))
    assert (again.status, again.reason) == (Status.PENDING, "")
    assert {one.home for one in again.sources} == {OLD, NEW}


def test_nobody_waits_for_what_was_cancelled() -> None:
    assert {gauge.value for gauge in gauges([STOPPED], AT)} == {0}
