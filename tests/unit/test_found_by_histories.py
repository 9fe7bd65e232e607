"""What random histories found in the decisions, each made as small as it can be."""

from dataclasses import replace

import pytest

from studio_recovery.guard import Guard
from studio_recovery.homes import Home
from studio_recovery.observe import Present, observe
from studio_recovery.sources import Source
from studio_recovery.statuses import OTHER_OWNER, TOO_OLD, Status
from studio_recovery.targets import Offer, home_of, latest_earlier, restore
from tests.unit.cast import ADA, EXECUTION, NEW, NEWER, OLD, ROW, SEEN, alices, source

DAY = 86_400_000
LATEST = Home("fs-old", "200020", "d-lab")


def test_what_a_copy_left_in_an_unknown_persons_home_reaches_no_other_person() -> None:
    """Ada's copy into a home of which SageMaker does not say whose it is was broken off; then Bob gets the name."""
    running = replace(
        ROW,
        home=NEW,
        sources=(source(OLD, belonging=alices("ada@example.org")),),
        status=Status.RUNNING,
        execution_arn=EXECUTION,
        copying=OLD.key,
    )
    moved = observe(running, Present(ADA, NEWER, alices("")), SEEN)
    assert moved
    bobs = observe(moved.row, Present(ADA, LATEST, alices("bob@example.org")), SEEN)
    assert bobs
    assert (bobs.row.status, bobs.row.reason) == (Status.BLOCKED, OTHER_OWNER)
    assert bobs.row.source(NEW.key) == Source(NEW, 2, alices("ada@example.org"), left_at=SEEN.at, older=True)


def test_files_that_an_admin_asked_for_make_a_home_nobody_elses() -> None:
    asked = replace(source(OLD, belonging=alices("bob@example.org")), origin="user/bob@lab", approved=True)
    running = replace(ROW, home=NEW, sources=(asked,), status=Status.RUNNING, copying=OLD.key)
    moved = observe(running, Present(ADA, NEWER, alices("ada@example.org")), SEEN)
    assert moved
    left = moved.row.source(NEW.key)
    assert left
    assert left.belonging == alices("")


def test_an_old_event_that_comes_once_more_makes_no_home_younger() -> None:
    """The home was left long ago when the row was decided on, but not yet when the event was made."""
    guard = Guard(max_age_days=30)
    waits = replace(
        ROW,
        home=NEW,
        sources=(source(OLD, left_at=SEEN.at - 29 * DAY),),
        status=Status.BLOCKED,
        reason=TOO_OLD,
        created_at=1,
    )
    late = replace(SEEN, now=SEEN.at + 10 * DAY)
    assert observe(waits, Present(ADA, NEW, alices(""), created_at=1), late, guard) is None


@pytest.mark.parametrize(("turns_out", "approved"), [("ada@example.org", True), ("", True), ("bob@example.org", False)])
def test_an_approval_for_an_unknown_person_is_none_for_one_who_turns_out_to_be_another(
    turns_out: str, approved: bool
) -> None:
    """SageMaker did not say whose the new home was when an admin approved Ada's files; then Bob gets the name."""
    waits = replace(ROW, home=NEW, sources=(source(OLD, belonging=alices("ada@example.org"), approved=True),))
    moved = observe(waits, Present(ADA, NEWER, alices(turns_out)), SEEN)
    assert moved
    kept = moved.row.source(OLD.key)
    assert kept
    assert kept.approved is approved


def test_what_was_approved_although_it_is_anothers_stays_so_for_that_person() -> None:
    asked = source(OLD, belonging=alices("ada@example.org"), approved=True)
    waits = replace(ROW, home=NEW, belonging=alices("bob@example.org"), sources=(asked,))
    moved = observe(waits, Present(ADA, NEWER, alices("bob@example.org")), SEEN)
    assert moved
    kept = moved.row.source(OLD.key)
    assert kept
    assert kept.approved


@pytest.mark.parametrize("named", [True, False])
def test_what_is_restored_after_it_was_recovered_is_still_nobody_elses(named: bool) -> None:
    """The row forgets a home that was recovered, and the history does not tell whose it was; then Bob gets the name."""
    ann = alices("ada@example.org")
    row = replace(ROW, home=NEW, belonging=ann)
    homes = home_of(row, OLD, [OLD, NEW]) if named else (latest_earlier(row, [OLD, NEW], frozenset()),)
    asked = restore(row, Offer(homes, ADA), SEEN.at)
    assert asked
    moved = observe(asked.row, Present(ADA, NEWER, alices("bob@example.org")), SEEN)
    assert moved
    assert moved.row.source(OLD.key) == source(OLD, 1, belonging=ann, older=True)


def test_a_namesake_that_was_made_again_unseen_waits_no_more_once_its_new_home_is_the_owners() -> None:
    """Two domains have one name; in both Ada is made again. What is heard of is the end here, the last home there."""
    there = Home("fs-new", "200005", "d-lab2")
    again = Home("fs-new", "200010", "d-lab2")
    row = replace(ROW, home=NEW, waiting=(Source(there, 1),))
    moved = observe(row, Present(ADA, again, alices(""), gone=frozenset({NEW.domain_id})), SEEN)
    assert moved
    assert (moved.row.home, moved.row.waiting) == (again, ())
    left = replace(source(NEW), left_at=SEEN.at, older=True), replace(source(there, 2), left_at=SEEN.at)
    assert moved.row.sources == left
