"""What random histories found between the product's calls, each made as small as it can be."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from studio_recovery.claims import claim
from studio_recovery.errors import AwsRefused, CopyStillRunning, LedgerConflict
from studio_recovery.recovery import Recovery, Run, pending_recovery
from studio_recovery.rows import Change, Line
from studio_recovery.settling import replaced
from studio_recovery.statuses import Status, Word
from tests.aws.lab import NAME, Lab


def test_of_two_runs_that_replace_the_same_one_only_the_first_has_claimed_the_row(recreated: Lab) -> None:
    """A home was made twice while a copy ran: both runs end that copy, and tell so in one with their claim."""
    read = recreated.row()
    ended = replaced("first", asked(recreated), f"{recreated.state_machine_arn}:first", recreated.now())
    recreated.ledger().save(started(recreated, "third", ended))
    with pytest.raises(LedgerConflict):
        recreated.ledger().save(replace(started(recreated, "second", ended), row=read))
    assert recreated.row().execution_arn.endswith("third")
    assert recreated.history().count("recovery started") == 1


def test_a_run_that_is_replaced_in_the_middle_of_its_closing_has_one_outcome(recreated: Lab) -> None:
    first = recreated.start()
    recreated.opening().open(first)
    recreated.recreate()
    recreated.opening().open(recreated.start())
    recreated.close(first, failure={"Error": "SourceGone", "Cause": "{}"})
    assert [what for what in recreated.history() if what in set(Word)] == [Word.SUPERSEDED]
    assert recreated.row().status is Status.RUNNING


def copied(lab: Lab, run: Run) -> None:
    """The run copies, and goes on copying."""
    lab.cloud.behaviour.copies_hang = True
    lab.begin_copy(lab.opening().open(run))


def test_a_row_is_not_let_go_while_the_copy_of_its_dead_run_goes_on(recreated: Lab) -> None:
    run = recreated.start()
    copied(recreated, run)
    recreated.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    denied = {"error": "AccessDeniedException", "status": 400, "times": 1}
    recreated.cloud.faults.add(service="datasync", operation="CancelTaskExecution", **denied)
    assert recreated.swept() == {"finished": 0, "swept": 0}
    assert recreated.row().unsettled == run.execution_arn
    assert recreated.swept() == {"finished": 1, "swept": 1}
    assert recreated.row().unsettled == ""


@pytest.mark.parametrize("listing", range(3))
def test_no_run_claims_a_row_while_tasks_cannot_be_listed_and_the_copy_before_goes_on(
    recreated: Lab, listing: int
) -> None:
    copied(recreated, recreated.start())
    recreated.recreate()
    denied = {"error": "AccessDeniedException", "status": 400, "after": listing}
    recreated.cloud.faults.add(service="datasync", operation="ListTasks", **denied)
    with pytest.raises((AwsRefused, ClientError, CopyStillRunning)):
        recreated.opening().open(recreated.start())
    assert recreated.row().status is Status.PENDING


def asked(lab: Lab) -> Recovery:
    found = pending_recovery(replace(lab.row(), status=Status.PENDING))
    assert found
    return found


def started(lab: Lab, name: str, ended: Line) -> Change:
    row = replace(lab.row(), status=Status.PENDING)
    change, _ = claim(row, Run(asked(lab), NAME, f"{lab.state_machine_arn}:{name}", lab.now()))
    assert change
    return replace(change, lines=(*change.lines, ended))
