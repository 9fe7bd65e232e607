"""What rests does not begin by itself: not after a part of it, nor with what is asked for beside it."""

from typing import Any

import pytest

from studio_recovery.advice import advice
from studio_recovery.errors import NoRoom, SourceHeld
from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.statuses import SOURCE_HELD, Status, Word
from tests.aws.asking import BOB, WORDS, answered, ask, home_of, moved_in, target
from tests.aws.lab import ADA, Lab
from tests.aws.test_restore import restore, write_below

CAROL = Owner(Kind.USER, "carol", "lab")
CANNOT: dict[str, Any] = {"failure": {"Error": "CannotOpen", "Cause": "no way"}}
PROJECTS = {"path": "projects"}


def with_projects(lab: Lab) -> Home:
    """She was created anew, and her old home has a folder of projects."""
    old = moved_in(lab, ADA)
    write_below(lab, old, "projects", code="print(1)")
    lab.recreate()
    return old


def standing(lab: Lab, owner: Owner = ADA) -> tuple[Status, str]:
    return lab.row(owner).status, lab.row(owner).reason


def test_what_was_cancelled_rests_after_a_part_of_it_was_copied(lab: Lab) -> None:
    with_projects(lab)
    ask(lab, "cancel")
    restore(lab, selection=PROJECTS)
    assert lab.recover().word is Word.SUCCEEDED
    assert standing(lab) == (Status.BLOCKED, "cancelled")
    assert ask(lab, "retry")["status"] == Status.PENDING


def test_what_failed_rests_after_a_part_of_it_was_copied(lab: Lab) -> None:
    with_projects(lab)
    lab.close(lab.start(), **CANNOT)
    restore(lab, selection=PROJECTS)
    assert lab.recover().word is Word.SUCCEEDED
    assert standing(lab) == (Status.FAILED, "CannotOpen: no way")
    assert restore(lab)["status"] == Status.PENDING


def test_what_rests_is_asked_for_by_the_owners_next_home(lab: Lab) -> None:
    with_projects(lab)
    ask(lab, "cancel")
    lab.recreate()
    assert lab.row().status is Status.PENDING
    assert lab.recover().word is Word.SKIPPED
    assert lab.recover().word is Word.SUCCEEDED


def asked_for_meanwhile(lab: Lab) -> Home:
    """While Bob's own old home is copied, an admin asks for Ada's files; Bob's copy is not complete. His old home."""
    moved_in(lab, ADA, BOB)
    old = home_of(lab, BOB)
    lab.write(old, WORDS)
    lab.recreate(BOB)
    run = lab.start(BOB)
    task = lab.opening().open(run)
    restore(lab, BOB, source=str(ADA), selection={"into": "from-ada"})
    lab.cloud.behaviour.skip_files = True
    assert lab.close(run, copy=lab.copy(task)).word is Word.PARTIAL
    lab.cloud.behaviour.skip_files = False
    return old


def test_what_was_asked_for_during_a_copy_begins_whatever_became_of_that(lab: Lab) -> None:
    old = asked_for_meanwhile(lab)
    assert lab.row(BOB).status is Status.PENDING
    assert lab.recover(BOB).word is Word.SUCCEEDED
    assert lab.row(BOB).status is Status.PARTIAL
    drops = [step.more for step in advice(lab.row(BOB)).steps if step.action == "drop"]
    assert drops == [(old.key,)]


def test_a_cancel_is_not_undone_by_giving_up_the_home_that_was_next(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    lab.recreate()
    ask(lab, "cancel")
    next_one = lab.row().next_source
    assert next_one
    told = answered(lab, {"action": "drop", "owner": str(ADA), "home": next_one.home.key})
    assert (told["status"], told["reason"]) == (Status.BLOCKED, "cancelled")


def test_a_target_leaves_the_owners_own_home_at_rest(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    lab.recreate(BOB)
    ask(lab, "cancel", BOB)
    told = target(lab, ADA, BOB)
    assert (told["status"], told["reason"]) == (Status.BLOCKED, "cancelled")
    assert "studio-recovery" not in told["says"]
    assert ask(lab, "retry", BOB)["status"] == Status.PENDING


def test_a_source_on_hold_holds_up_nothing_that_was_asked_for_since(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    lab.create(CAROL)
    lab.deliver()
    target(lab, ADA, BOB)
    run = lab.start(BOB)
    with pytest.raises(NoRoom):
        lab.opening(max_concurrent=0).open(run)
    restore(lab, BOB, source=str(CAROL), selection={"into": "from-carol"})
    ask(lab, "hold")
    with pytest.raises(SourceHeld):
        lab.opening().open(run)
    lab.close(run, failure={"Error": "SourceHeld", "Cause": ""})
    assert lab.row(BOB).status is Status.PENDING
    assert lab.recover(BOB).word is Word.SKIPPED
    run = lab.start(BOB)
    with pytest.raises(SourceHeld):
        lab.opening().open(run)
    lab.close(run, failure={"Error": "SourceHeld", "Cause": ""})
    assert standing(lab, BOB) == (Status.BLOCKED, SOURCE_HELD)
    ask(lab, "release")
    assert lab.row(BOB).status is Status.PENDING


def test_a_restore_that_waits_for_a_release_changes_nothing_the_second_time(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    ask(lab, "hold")
    restore(lab, BOB, source=str(ADA))
    version = lab.row(BOB).version
    assert restore(lab, BOB, source=str(ADA))["changed"] is False
    assert lab.row(BOB).version == version


def test_a_drop_of_which_the_answer_was_lost_is_told_again(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    drop = {"action": "drop", "owner": str(ADA), "home": old.key}
    assert answered(lab, drop)["changed"] is True
    assert answered(lab, drop)["changed"] is False


def test_the_history_says_of_which_part_an_outcome_was(lab: Lab) -> None:
    with_projects(lab)
    restore(lab, selection=PROJECTS)
    lab.recover()
    line = next(one for one in lab.ledger().lines_of(ADA) if one.what == Word.SUCCEEDED)
    assert line.details["selection"] == "only /projects"
