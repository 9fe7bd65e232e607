"""What comes to another owner at an admin's request: which homes, in which order, and when."""

from dataclasses import replace

import pytest

from studio_recovery.errors import BadInput
from studio_recovery.guard import Guard
from studio_recovery.homes import Belonging
from studio_recovery.observe import Present, observe
from studio_recovery.rows import Change, Row
from studio_recovery.settling import settle
from studio_recovery.statuses import HELD, Status
from studio_recovery.targets import Offer, add_target, home_of, latest_of
from tests.unit.asking import ASKS, AT, DONE, GROUP, GROUPS, RUNS, TARGET, lines, to_target, written
from tests.unit.cast import ADA, ELSEWHERE, NEW, NEWER, OLD, ROW, SEEN, alices, run_of, source


def test_the_latest_home_comes_with_all_that_is_to_come_into_it() -> None:
    row = replace(ASKS, sources=(source(NEWER, 2), source(OLD, 1), source(ELSEWHERE, 3, dormant=True)))
    assert [one.home for one in latest_of(row)] == [OLD, NEWER, NEW]


def test_the_home_of_another_person_is_not_handed_on_unless_it_is_named() -> None:
    row = replace(ASKS, sources=(source(OLD, belonging=alices("bob")),), belonging=alices("ada"))
    assert [one.home for one in latest_of(row)] == [NEW]
    assert [one.home for one in home_of(row, OLD, [])] == [OLD]


def test_the_home_of_another_person_is_handed_on_if_an_admin_let_it_through_before() -> None:
    row = replace(ASKS, sources=(source(OLD, belonging=alices("bob"), approved=True),), belonging=alices("ada"))
    assert [one.home for one in latest_of(row)] == [OLD, NEW]


def test_an_owner_without_any_home_has_nothing_to_hand_on() -> None:
    with pytest.raises(BadInput, match="source user/ada@lab has no home"):
        latest_of(Row(ADA, status=Status.UNPROTECTED))


def test_a_named_home_is_looked_for_in_the_row_and_then_in_the_history() -> None:
    assert [one.home for one in home_of(ASKS, NEW, [])] == [NEW]
    assert [one.home for one in home_of(ASKS, OLD, [])] == [OLD]
    assert [one.home for one in home_of(ASKS, NEWER, [OLD, NEWER])] == [NEWER]


@pytest.mark.parametrize("row", [ASKS, replace(ASKS, sources=(source(NEWER, origin="user/bob@lab"),))])
def test_a_home_that_never_was_the_owners_is_refused(row: Row) -> None:
    with pytest.raises(BadInput, match="home fs-old/200015 never was a home of user/ada@lab"):
        home_of(row, NEWER, [OLD])


def test_a_target_that_exists_is_copied_into_now() -> None:
    change = to_target(TARGET, source(OLD, 4), source(NEW, 0, left_at=9))
    row = written(change)
    assert row.status is Status.PENDING
    assert row.sources == (
        source(OLD, 1, origin="user/ada@lab", approved=True, older=True),
        source(NEW, 2, origin="user/ada@lab", approved=True, left_at=9),
    )
    assert lines(change) == ["target added"]


def test_no_guard_is_asked_about_what_an_admin_named() -> None:
    private = Belonging(space_owner="eve", sharing="Private")
    target = replace(TARGET, belonging=Belonging(space_owner="bob", sharing="Shared"))
    offered = (source(OLD, belonging=private),)
    change = add_target(target, Offer(offered, ADA), AT, Guard(require_approval=True, max_age_days=1))
    assert written(change).status is Status.PENDING


def test_a_target_that_does_not_exist_yet_keeps_the_source_until_it_is_created() -> None:
    row = written(to_target(Row(GROUP), source(NEW)))
    assert (row.status, row.home) == (Status.IDLE, None)
    created = written(observe(row, Present(GROUP, GROUPS, Belonging()), SEEN))
    assert (created.status, created.next_source) == (Status.PENDING, row.next_source)


def test_a_target_that_is_gone_gets_its_own_files_first_when_it_is_created_again() -> None:
    row = written(to_target(replace(TARGET, deleted_at=7), source(NEW)))
    assert row.status is Status.IDLE
    again = written(observe(row, Present(GROUP, replace(GROUPS, uid="200045"), Belonging()), SEEN))
    assert [one.home for one in sorted(again.sources, key=lambda one: one.order)] == [NEW, GROUPS]


def test_a_target_that_is_being_copied_into_gets_the_source_next() -> None:
    runs = replace(RUNS, owner=GROUP)
    row = written(to_target(runs, source(ELSEWHERE)))
    assert (row.status, row.copying, row.request_id) == (Status.RUNNING, OLD.key, "request-1")
    ended = settle(row, run_of(runs), DONE, AT)
    assert isinstance(ended, Change)
    assert (ended.row.status, ended.row.next_source) == (Status.PENDING, row.source(ELSEWHERE.key))


def test_a_source_on_hold_blocks_the_target_at_once() -> None:
    row = written(to_target(TARGET, source(NEW), held=frozenset({"user/ada@lab"})))
    assert (row.status, row.reason, row.request_id) == (Status.BLOCKED, "source held", "")


def test_a_source_on_hold_leaves_a_target_that_does_not_exist_yet_as_it_is() -> None:
    assert written(to_target(Row(GROUP), source(NEW), held=frozenset({"user/ada@lab"}))).status is Status.IDLE


def test_a_hold_of_the_first_owner_counts_wherever_its_files_go() -> None:
    bobs = source(OLD, origin="user/bob@lab", approved=True)
    row = written(to_target(TARGET, bobs, held=frozenset({"user/bob@lab"})))
    assert (row.sources[0].origin, row.reason) == ("user/bob@lab", "source held")


def test_a_targets_own_hold_counts_too() -> None:
    row = written(to_target(replace(TARGET, replication=False), source(NEW)))
    assert (row.status, row.reason) == (Status.BLOCKED, HELD)


def test_an_older_home_of_ones_own_has_no_origin() -> None:
    asks = replace(ASKS, sources=(source(OLD, 1, dormant=True), source(NEWER, 2)))
    row = written(add_target(asks, Offer(home_of(asks, OLD, []), ADA), AT))
    assert row.source(OLD.key) == source(OLD, 1, approved=True, older=True)
    assert row.next_source == source(NEWER, 2)


def test_what_waits_of_ones_own_comes_before_the_files_of_another() -> None:
    asks = replace(TARGET, sources=(source(OLD),), status=Status.PENDING)
    row = written(to_target(asks, source(NEW)))
    assert row.next_source == source(OLD, 2)
    assert row.sources[0].older


def test_what_may_be_half_written_at_the_source_is_verified_at_the_target() -> None:
    running = replace(ROW, home=NEW, sources=(source(OLD),), status=Status.RUNNING, copying=OLD.key)
    assert [one.unfinished for one in latest_of(running)] == [True, False]
    row = written(to_target(TARGET, *latest_of(running)))
    assert [one.unfinished for one in row.sources] == [True, False]


def test_a_target_of_which_a_copy_broke_off_is_still_verified() -> None:
    kept = (source(NEW, origin="user/bob@lab", unfinished=True),)
    row = written(to_target(replace(TARGET, sources=kept, status=Status.FAILED), source(NEW)))
    assert row.next_source
    assert row.next_source.unfinished


def test_a_source_in_which_nothing_was_found_is_looked_into_again() -> None:
    kept = (source(NEW, origin="user/ada@lab", approved=True, dormant=True),)
    assert written(to_target(replace(TARGET, sources=kept), source(NEW))).status is Status.PENDING


def test_the_targets_own_home_is_no_source_of_it_also_if_it_waits_to_go_elsewhere() -> None:
    row = written(to_target(TARGET, source(GROUPS, origin=str(GROUP), approved=True), source(NEW)))
    assert [one.home for one in row.sources] == [NEW]


def test_the_same_target_twice_changes_nothing_the_second_time() -> None:
    row = written(to_target(TARGET, source(OLD), source(NEW)))
    assert to_target(row, source(OLD), source(NEW)) is None


def test_the_targets_own_current_home_is_refused() -> None:
    with pytest.raises(BadInput, match="home fs-new/200040 is the current home of space/reading-group@lab2"):
        to_target(TARGET, source(GROUPS))
