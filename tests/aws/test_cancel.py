"""Admin: what waits or runs is cancelled; nothing is left behind, and it can be asked for again."""

import pytest
from botocore.exceptions import ClientError

from studio_recovery.aws.network import Network, Place
from studio_recovery.aws.transfers import Transfers
from studio_recovery.errors import BadInput, Cancelled, CopyStillRunning, NoRoom, Superseded
from studio_recovery.handlers.cancelling import Cancelling
from studio_recovery.recovery import Run
from studio_recovery.statuses import Status, Word
from tests.aws.asking import WORDS, ask, home_of, moved_in
from tests.aws.lab import ADA, NAME, PLACES, Lab, making


@pytest.fixture
def waiting(lab: Lab) -> Lab:
    """Ada left her notes, and came back."""
    moved_in(lab, ADA)
    lab.recreate()
    return lab


def copying(lab: Lab) -> tuple[Run, str]:
    """Her recovery, whose copy hangs; the run and the copy."""
    lab.cloud.behaviour.copies_hang = True
    run = lab.start()
    copy = lab.begin_copy(lab.opening().open(run))
    lab.cloud.clock.advance(30)
    lab.cloud.behaviour.copies_hang = False
    return run, copy


def cancelled(lab: Lab) -> tuple[Status, str]:
    return lab.row().status, lab.row().reason


def test_what_waits_is_not_begun(waiting: Lab) -> None:
    run = waiting.start()
    told = ask(waiting, "cancel")
    assert (told["status"], told["reason"], told["changed"], told["stopped"]) == ("BLOCKED", "cancelled", True, "")
    assert told["says"] == "it was cancelled: nothing is copied until it is asked for again"
    assert told["next"][0].endswith("ask for the recovery again: retry user/ada@lab")
    with pytest.raises(Superseded):
        waiting.opening().open(run)
    waiting.close(run, failure={"Error": "Superseded", "Cause": ""})
    assert cancelled(waiting) == (Status.BLOCKED, "cancelled")
    assert waiting.temporary() == []


def test_a_copy_is_cancelled_and_its_source_verified_when_it_is_asked_for_again(waiting: Lab) -> None:
    run, copy = copying(waiting)
    told = ask(waiting, "cancel")
    assert (told["status"], told["reason"], told["stopped"]) == ("RUNNING", "cancelled", "copy")
    assert "is being cancelled" in told["says"]
    waiting.cloud.clock.advance(30)
    ended = waiting.cloud.client("datasync").describe_task_execution(TaskExecutionArn=copy)
    outcome = waiting.close(run, copy=ended)
    assert (outcome.word, outcome.reason) == (Word.BLOCKED, "cancelled")
    assert waiting.close(run, copy=ended).word is Word.BLOCKED
    assert cancelled(waiting) == (Status.BLOCKED, "cancelled")
    assert [source.unfinished for source in waiting.row().sources] == [True]
    assert waiting.temporary() == []
    ask(waiting, "retry")
    assert waiting.recover().word in (Word.SUCCEEDED, Word.PARTIAL)


def test_a_cancel_that_is_repeated_acts_again(waiting: Lab) -> None:
    """The first got no further than the row."""
    _, copy = copying(waiting)
    datasync = waiting.cloud.client("datasync")
    waiting.cloud.faults.add(service="datasync", operation="ListTasks", error="InternalException", times=9)
    with pytest.raises(ClientError):
        ask(waiting, "cancel")
    waiting.cloud.faults.clear()
    told = ask(waiting, "cancel")
    assert (told["changed"], told["stopped"]) == (False, "copy")
    waiting.cloud.clock.advance(30)
    assert datasync.describe_task_execution(TaskExecutionArn=copy)["Status"] == "ERROR"


def test_a_task_in_which_no_copy_has_begun_is_removed(waiting: Lab) -> None:
    run = waiting.start()
    waiting.opening().open(run)
    assert ask(waiting, "cancel")["stopped"] == "task"
    assert waiting.cloud.client("datasync").list_tasks()["Tasks"] == []
    gone = {"Error": "DataSync.InvalidRequestException", "Cause": "the task is not found"}
    assert waiting.close(run, failure=gone).word is Word.BLOCKED
    assert [source.unfinished for source in waiting.row().sources] == [False]
    assert waiting.temporary() == []
    ask(waiting, "retry")
    assert waiting.recover().word is Word.SUCCEEDED
    assert waiting.files(home_of(waiting)) == WORDS


class Quick(Transfers):
    """DataSync, in which the copy begins just after somebody looked whether it had."""

    def __init__(self, lab: Lab) -> None:
        self.datasync = lab.cloud.client("datasync")
        super().__init__(self.datasync, self.datasync, NAME)

    def was_started(self, task_arn: str) -> bool:
        was = super().was_started(task_arn)
        self.datasync.start_task_execution(TaskArn=task_arn)
        return was


def test_a_copy_that_begins_as_its_task_is_about_to_be_removed_is_cancelled(waiting: Lab) -> None:
    run = waiting.start()
    task = waiting.opening().open(run)
    waiting.cloud.clock.advance(30)
    assert Cancelling(Quick(waiting), waiting.places().line).end(run.id) == "copy"
    waiting.cloud.clock.advance(30)
    copies = waiting.cloud.client("datasync").list_task_executions(TaskArn=task)["TaskExecutions"]
    assert [copy["Status"] for copy in copies] == ["ERROR"]


def test_a_cancel_before_the_task_is_made_is_seen_when_it_is(waiting: Lab) -> None:
    """The run waits for a place: its row is claimed, and there is nothing to remove yet."""
    run = waiting.start()
    with pytest.raises(NoRoom):
        waiting.opening(max_concurrent=0).open(run)
    told = ask(waiting, "cancel")
    assert (told["status"], told["reason"], told["stopped"]) == ("RUNNING", "cancelled", "")
    with pytest.raises(Cancelled, match="the recovery of user/ada@lab was cancelled"):
        waiting.opening().open(run)
    assert waiting.close(run, failure={"Error": "Cancelled", "Cause": ""}).word is Word.BLOCKED
    assert cancelled(waiting) == (Status.BLOCKED, "cancelled")
    assert waiting.temporary() == []


def test_who_waits_in_line_is_woken_and_sees_that_it_was_cancelled(waiting: Lab) -> None:
    run = waiting.start()
    with pytest.raises(NoRoom):
        waiting.opening(max_concurrent=0).open(run)
    waiting.places(max_concurrent=0).wait(run, "hers")
    assert ask(waiting, "cancel")["status"] == "RUNNING"
    assert waiting.tokens.woken == ["hers"]
    with pytest.raises(Cancelled):
        waiting.opening(max_concurrent=0).open(run)
    waiting.close(run, failure={"Error": "Cancelled", "Cause": ""})
    assert cancelled(waiting) == (Status.BLOCKED, "cancelled")
    assert waiting.cloud.client("dynamodb").scan(TableName=PLACES)["Items"] == []


class Overtaken(Network):
    """A network in which, as the homes are being opened, an admin cancels."""

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab.cloud.client("efs"), lab.cloud.client("ec2"))
        self._lab = lab

    def place(self, file_system_id: str, module: str) -> Place:
        assert ask(self._lab, "cancel")["stopped"] == ""
        return super().place(file_system_id, module)


def test_a_cancel_while_the_homes_are_being_opened_is_not_lost(waiting: Lab) -> None:
    run = waiting.start()
    with pytest.raises(Cancelled):
        making(waiting.opening(), network=Overtaken(waiting)).open(run)
    assert waiting.close(run, failure={"Error": "Cancelled", "Cause": ""}).word is Word.BLOCKED
    assert waiting.temporary() == []


def test_a_copy_that_was_quicker_counts(waiting: Lab) -> None:
    run = waiting.start()
    ended = waiting.copy(waiting.opening().open(run))
    assert ask(waiting, "cancel")["stopped"] == ""
    assert waiting.close(run, copy=ended).word is Word.SUCCEEDED
    assert (waiting.row().status, waiting.row().reason) == (Status.SUCCEEDED, "")


def test_a_cancelled_run_that_dies_without_an_outcome_is_finished_as_cancelled(waiting: Lab) -> None:
    run, _ = copying(waiting)
    ask(waiting, "cancel")
    waiting.executions().stop(run.execution_arn, "died")
    waiting.cloud.clock.advance(30)
    waiting.swept()
    assert cancelled(waiting) == (Status.BLOCKED, "cancelled")
    assert [source.unfinished for source in waiting.row().sources] == [True]


def test_a_closing_that_comes_before_the_copy_has_ended_waits_for_it(waiting: Lab) -> None:
    run, _ = copying(waiting)
    ask(waiting, "cancel")
    with pytest.raises(CopyStillRunning):
        waiting.close(run)


def test_nothing_else_is_cancelled(waiting: Lab) -> None:
    waiting.recover()
    with pytest.raises(BadInput, match="owner user/ada@lab is SUCCEEDED: only what is PENDING or RUNNING"):
        ask(waiting, "cancel")


def test_a_row_that_moved_on_from_a_run_that_died_is_let_go(waiting: Lab) -> None:
    run, _ = copying(waiting)
    waiting.delete()
    waiting.deliver()
    waiting.create()
    waiting.deliver()
    ask(waiting, "cancel")
    assert waiting.row().unsettled == run.execution_arn
    waiting.executions().stop(run.execution_arn, "died")
    waiting.cloud.clock.advance(30)
    waiting.swept()
    assert (waiting.row().unsettled, *cancelled(waiting)) == ("", Status.BLOCKED, "cancelled")
    assert "let go" in waiting.history()
