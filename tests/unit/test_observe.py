from dataclasses import replace

import pytest

from studio_recovery.guard import Guard
from studio_recovery.homes import Belonging, Home
from studio_recovery.observe import Absent, Observation, Present, Unprotected, arm, observe
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from tests.unit.cast import ADA, ELSEWHERE, EXECUTION, NEW, NEWER, OLD, ROW, SEEN, alices, left, source

NOBODYS = Belonging()


def seen_as(row: Row | None, *observations: Observation) -> Row:
    for number, observation in enumerate(observations):
        change = observe(row, observation, replace(SEEN, at=SEEN.at + number))
        assert change
        row = replace(change.row, version=change.row.version + 1)
    assert row
    return row


def present(home: Home, *gone: str, belonging: Belonging = NOBODYS) -> Present:
    return Present(ADA, home, belonging, frozenset(gone))


def test_a_first_home_is_recorded_and_starts_nothing() -> None:
    row = seen_as(None, present(OLD))
    assert (row.home, row.status, row.sources) == (OLD, Status.IDLE, ())


def test_a_moved_home_is_recovered() -> None:
    row = seen_as(ROW, present(NEW))
    assert (row.home, row.sources, row.status) == (NEW, (left(OLD),), Status.PENDING)
    assert row.request_id


def test_the_same_home_seen_again_changes_nothing() -> None:
    assert observe(ROW, present(OLD), SEEN) is None


def test_the_same_move_seen_again_changes_nothing() -> None:
    assert observe(seen_as(ROW, present(NEW)), present(NEW), SEEN) is None


def test_three_re_creations_before_the_first_recovery_forget_no_home() -> None:
    row = seen_as(ROW, present(NEW), present(NEWER), present(Home("fs-old", "200020", "d-lab")))
    assert [s.home for s in row.sources] == [OLD, NEW, NEWER]
    assert row.next_source == left(NEWER, 3, after=2)


def test_every_start_has_its_own_request() -> None:
    first, second = seen_as(ROW, present(NEW)), seen_as(ROW, present(NEW), present(NEWER))
    assert first.request_id != second.request_id


def test_a_held_owner_is_left_alone() -> None:
    row = seen_as(replace(ROW, replication=False), present(NEW))
    assert (row.status, row.reason, row.replication) == (Status.BLOCKED, "held", False)


def test_a_held_owners_homes_are_not_forgotten() -> None:
    row = seen_as(replace(ROW, replication=False), present(NEW), present(NEWER))
    assert [s.home for s in row.sources] == [OLD, NEW]


def test_another_persons_files_are_blocked() -> None:
    owned = replace(ROW, belonging=alices("ada@example.org"))
    row = seen_as(owned, present(NEW, belonging=alices("bob@example.org")))
    assert (row.status, row.reason, row.request_id) == (Status.BLOCKED, "other owner", "")


def test_the_end_of_a_home_is_recorded_and_the_home_kept() -> None:
    row = seen_as(ROW, Absent(ADA, "d-lab"))
    assert (row.home, row.deleted_at) == (OLD, SEEN.at)


def test_a_home_that_ended_is_the_source_of_the_next() -> None:
    row = seen_as(ROW, Absent(ADA, "d-lab"), present(NEW))
    assert (row.home, row.sources, row.status, row.deleted_at) == (NEW, (left(OLD),), Status.PENDING, 0)


def test_a_pending_recovery_rests_when_its_target_ends() -> None:
    row = seen_as(ROW, present(NEW), Absent(ADA, "d-lab"))
    assert (row.status, row.request_id, row.sources) == (Status.IDLE, "", (left(OLD),))


def test_a_late_event_about_a_home_that_is_alive_takes_its_end_back() -> None:
    row = seen_as(ROW, present(NEW), Absent(ADA, "d-lab"), present(NEW))
    assert (row.deleted_at, row.status) == (0, Status.PENDING)


def test_the_end_of_an_owner_in_another_domain_changes_nothing() -> None:
    assert observe(ROW, Absent(ADA, "d-other"), SEEN) is None


def test_the_end_of_an_owner_that_nobody_knows_changes_nothing() -> None:
    assert observe(None, Absent(ADA, "d-lab"), SEEN) is None


def test_the_end_seen_again_changes_nothing() -> None:
    assert observe(seen_as(ROW, Absent(ADA, "d-lab")), Absent(ADA, "d-lab"), SEEN) is None


def test_a_home_in_a_new_domain_takes_over_when_the_old_owner_is_gone() -> None:
    row = seen_as(ROW, present(ELSEWHERE, "d-lab"))
    assert (row.home, row.sources, row.status) == (ELSEWHERE, (left(OLD),), Status.PENDING)


def test_a_home_in_a_new_domain_waits_while_the_old_owner_is_alive() -> None:
    row = seen_as(ROW, present(ELSEWHERE))
    assert (row.home, row.sources) == (OLD, ())
    assert (row.status, row.reason) == (Status.BLOCKED, "still alive")
    assert [s.home for s in row.waiting] == [ELSEWHERE]


def test_a_home_that_waits_is_released_by_the_old_owners_end() -> None:
    row = seen_as(ROW, present(ELSEWHERE), Absent(ADA, "d-lab"))
    assert (row.home, row.sources, row.waiting, row.status) == (ELSEWHERE, (left(OLD, after=1),), (), Status.PENDING)


def test_a_namesakes_home_that_waited_and_ended_is_kept_but_not_copied() -> None:
    row = seen_as(ROW, present(ELSEWHERE), Absent(ADA, "d-lab2"))
    assert (row.home, row.sources, row.waiting) == (OLD, (source(ELSEWHERE, dormant=True),), ())
    assert row.status is Status.IDLE


def test_a_second_home_of_a_waiting_namesake_takes_the_place_of_the_first() -> None:
    again = Home("fs-new", "200010", "d-lab2")
    row = seen_as(ROW, present(ELSEWHERE), present(again))
    assert ([s.home for s in row.waiting], row.sources) == ([again], (source(ELSEWHERE, dormant=True),))


def test_a_hold_that_was_released_is_recovered_when_the_owner_is_seen() -> None:
    held = seen_as(replace(ROW, replication=False), present(NEW))
    row = seen_as(replace(held, replication=True), present(NEW))
    assert (row.status, row.sources) == (Status.PENDING, (left(OLD),))


def test_what_is_known_of_a_home_is_not_forgotten_when_it_is_not_told_again() -> None:
    known = replace(ROW, belonging=alices("ada@example.org"))
    assert observe(known, present(OLD), SEEN) is None


def test_a_home_that_waits_is_recorded_once() -> None:
    assert observe(seen_as(ROW, present(ELSEWHERE)), present(ELSEWHERE), SEEN) is None


def test_a_re_creation_during_a_recovery_remembers_the_execution_that_must_be_ended_first() -> None:
    running = replace(
        ROW,
        home=NEW,
        sources=(source(OLD),),
        status=Status.RUNNING,
        copying=OLD.key,
        execution_arn=EXECUTION,
    )
    row = seen_as(running, present(NEWER))
    assert row.sources == (source(OLD, 1, older=True), left(NEW, 2))
    assert (row.status, row.unsettled) == (Status.PENDING, EXECUTION)


def test_a_recovery_that_runs_goes_on_when_its_target_ends() -> None:
    running = replace(ROW, home=NEW, sources=(source(OLD),), status=Status.RUNNING, copying=OLD.key)
    row = seen_as(running, Absent(ADA, "d-lab"))
    assert (row.status, row.copying, row.deleted_at) == (Status.RUNNING, OLD.key, SEEN.at)


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIAL, Status.SUCCEEDED])
def test_an_outcome_stays_when_the_same_home_is_seen_again(status: Status) -> None:
    assert observe(replace(ROW, status=status, sources=(source(NEW),)), present(OLD), SEEN) is None


def test_an_owner_without_home_is_recorded_with_the_reason() -> None:
    row = seen_as(None, Unprotected(ADA, "d-lab", "the domain has no home file system"))
    assert (row.home, row.status, row.reason) == (None, Status.UNPROTECTED, "the domain has no home file system")


def test_an_owner_without_home_seen_again_changes_nothing() -> None:
    seen = Unprotected(ADA, "d-lab", "the domain has no home file system")
    assert observe(seen_as(None, seen), seen, SEEN) is None


def test_a_home_is_kept_for_an_owner_that_came_back_without_one() -> None:
    row = seen_as(ROW, Unprotected(ADA, "d-lab2", "the domain has no home file system", frozenset({"d-lab"})))
    assert (row.home, row.sources, row.status) == (None, (left(OLD),), Status.UNPROTECTED)


def test_a_first_home_after_none_gets_the_files_that_were_kept() -> None:
    gone = Unprotected(ADA, "d-lab", "the domain has no home file system")
    row = seen_as(ROW, gone, present(NEW))
    assert (row.home, row.sources, row.status) == (NEW, (left(OLD),), Status.PENDING)


def test_a_name_spelled_anew_is_kept_as_it_is_spelled_now() -> None:
    change = observe(ROW, Present(Owner(Kind.USER, "Ada", "lab"), NEW, Belonging()), SEEN)
    assert change
    assert change.row.owner.name == "Ada"


def test_the_history_tells_what_was_seen_and_when() -> None:
    change = observe(ROW, present(NEW), SEEN)
    assert change
    assert [(line.what, line.at) for line in change.lines] == [("created", SEEN.at)]
    assert change.lines[0].details["next_source"] == OLD.key


DAY = 86_400_000


def test_every_recovery_waits_where_an_approval_is_required() -> None:
    change = observe(ROW, present(NEW), SEEN, Guard(require_approval=True))
    assert change
    assert (change.row.status, change.row.reason, change.row.request_id) == (Status.BLOCKED, "approval", "")


def test_a_home_that_was_left_long_ago_waits_and_one_left_lately_does_not() -> None:
    guard = Guard(max_age_days=30)
    ended = replace(ROW, deleted_at=SEEN.at)
    words = [
        (change.row.status, change.row.reason)
        for days in (30, 31)
        if (change := observe(ended, present(NEW), replace(SEEN, at=SEEN.at + days * DAY), guard))
    ]
    assert words == [(Status.PENDING, ""), (Status.BLOCKED, "left long ago")]


def test_a_home_outside_the_scope_is_written_down_and_not_recovered() -> None:
    row = seen_as(ROW, replace(present(NEW), in_scope=False))
    assert (row.home, row.sources, row.status, row.reason) == (NEW, (left(OLD),), Status.UNPROTECTED, "out of scope")


def test_what_was_out_of_scope_is_recovered_when_it_is_looked_after() -> None:
    outside = seen_as(ROW, replace(present(NEW), in_scope=False))
    assert seen_as(outside, present(NEW)).status is Status.PENDING


def test_the_end_of_an_owner_without_home_is_recorded() -> None:
    gone = Unprotected(ADA, "d-lab", "the domain has no home file system")
    row = seen_as(None, gone, Absent(ADA, "d-lab"))
    assert (row.status, row.reason, row.deleted_at) == (Status.IDLE, "", SEEN.at + 1)


def test_an_owner_outside_the_scope_that_ended_is_not_counted_as_unprotected() -> None:
    row = seen_as(None, replace(present(OLD), in_scope=False), Absent(ADA, "d-lab"))
    assert row.status is Status.IDLE


def test_a_row_that_asks_again_waits_from_then_on() -> None:
    waiting = seen_as(ROW, present(NEW))
    assert arm(waiting, SEEN.at + DAY).event_time == SEEN.at + DAY


NAMELESS = "the domain has no home file system"


def test_an_heir_in_a_domain_outside_the_scope_gets_no_copy() -> None:
    row = seen_as(ROW, replace(present(ELSEWHERE), in_scope=False), Absent(ADA, "d-lab"))
    assert (row.home, row.status, row.reason) == (ELSEWHERE, Status.UNPROTECTED, "out of scope")


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIAL])
def test_a_namesake_does_not_wake_what_rests_until_it_is_asked_for_again(status: Status) -> None:
    resting = replace(ROW, home=NEW, sources=(source(OLD),), status=status)
    came = seen_as(resting, present(ELSEWHERE))
    assert (came.status, seen_as(came, Absent(ADA, "d-lab2")).status) == (status, status)


def test_two_domains_without_home_file_system_do_not_take_a_row_from_each_other() -> None:
    row = seen_as(None, Unprotected(ADA, "d-lab", NAMELESS))
    assert observe(row, Unprotected(ADA, "d-lab2", NAMELESS), SEEN) is None
    assert seen_as(row, Unprotected(ADA, "d-lab2", NAMELESS, frozenset({"d-lab"}))).domain_id == "d-lab2"
