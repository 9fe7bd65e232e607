"""Law 2, beyond one recovery: half a file, or an older one, is never taken for the newest, whatever admins ask for."""

import pytest

from studio_recovery.outcome import Outcome
from studio_recovery.statuses import Status, Word
from tests.aws.asking import WORDS, answered, ask, home_of, moved_in
from tests.aws.lab import ADA, Lab
from tests.aws.test_cancel import copying
from tests.aws.test_restore import restore, tree

NEWEST = {"notes.txt": "newest work of ada"}
INTO = {"into": "restored"}
ELSEWHERE = {"into": "elsewhere"}


def broken_off(lab: Lab) -> Outcome:
    """A recovery of which the copy leaves half a file behind."""
    lab.cloud.behaviour.break_copies = True
    ended = lab.recover()
    lab.cloud.behaviour.break_copies = False
    return ended


def worked_in(lab: Lab) -> None:
    """She moved in a second time, and wrote into that home since."""
    lab.recreate()
    lab.recover()
    second = home_of(lab)
    (lab.cloud.disk.home(second.file_system_id, second.uid) / "notes.txt").write_text(NEWEST["notes.txt"])


def test_a_dropped_home_of_which_a_copy_broke_off_is_verified_when_it_is_restored(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    assert broken_off(lab).word is Word.FAILED
    answered(lab, {"action": "drop", "owner": str(ADA), "home": old.key})
    restore(lab, home=old.key)
    assert lab.recover().word is Word.PARTIAL


def test_a_dropped_home_that_was_copied_well_is_restored_without_doubt(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    assert lab.recover().word is Word.SUCCEEDED
    restore(lab, home=old.key)
    assert [one.unfinished for one in lab.row().sources] == [False]


@pytest.mark.parametrize("between", [Word.SUCCEEDED, None])
def test_a_folder_into_which_a_copy_broke_off_is_verified_also_after_another_folder(
    lab: Lab, between: Word | None
) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    restore(lab, selection=INTO)
    assert broken_off(lab).word is Word.FAILED
    restore(lab, home=old.key, selection=ELSEWHERE | {"path": "notes.txt"})
    assert between is None or lab.recover().word is between
    restore(lab, home=old.key, selection=INTO)
    assert lab.recover().word is Word.PARTIAL
    assert tree(lab, home_of(lab))["restored/notes.txt"] != WORDS["notes.txt"]


def test_nobody_asked_to_overwrite_in_the_home_that_comes_after(lab: Lab) -> None:
    first = moved_in(lab, ADA)
    worked_in(lab)
    restore(lab, home=first.key, selection={"overwrite": "ALWAYS"})
    lab.recreate()
    assert lab.recover().word is Word.SUCCEEDED
    lab.recover()
    assert lab.files(home_of(lab)) == NEWEST


def test_a_newer_home_is_not_closed_behind_a_part_of_an_older_one(lab: Lab) -> None:
    first = moved_in(lab, ADA)
    worked_in(lab)
    newer = home_of(lab)
    lab.recreate()
    lab.close(lab.start(), failure={"Error": "CannotOpen", "Cause": "no way"})
    restore(lab, home=first.key, selection={"path": "notes.txt"})
    assert lab.recover().word is Word.SUCCEEDED
    ask(lab, "retry")
    assert lab.recover().word is Word.PARTIAL
    assert [source.home for source in lab.row().sources] == [newer]


def test_a_copy_of_which_somebody_removed_the_task_may_have_left_half_a_file(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    run, copy = copying(lab)
    datasync = lab.cloud.client("datasync")
    datasync.cancel_task_execution(TaskExecutionArn=copy)
    lab.cloud.clock.advance(60)
    datasync.delete_task(TaskArn=copy.partition("/execution/")[0])
    gone = {"Error": "DataSync.InvalidRequestException", "Cause": "the task execution is not found"}
    lab.close(run, copy={}, copy_arn=copy, failure=gone)
    assert (lab.row().status, [one.unfinished for one in lab.row().sources]) == (Status.FAILED, [True])
