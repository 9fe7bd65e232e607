"""Recovery: opening, copying and closing with the real adapters, and what is left when a step fails."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.executions import execution_arn
from studio_recovery.errors import (
    AccountFull,
    AwsBusy,
    CannotOpen,
    CopyStillRunning,
    Held,
    LeftBehind,
    NoRoom,
    SourceGone,
    Superseded,
    TargetBusy,
)
from studio_recovery.homes import Home
from studio_recovery.recovery import Recovery, Run
from studio_recovery.rows import Change
from studio_recovery.statuses import Status, Word
from tests.aws.lab import Lab

CREATES = [
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("efs", "CreateAccessPoint"),
    ("datasync", "CreateLocationEfs"),
    ("datasync", "CreateTask"),
]


def homes(lab: Lab) -> tuple[Home, Home]:
    row = lab.row()
    assert row.home
    assert row.next_source
    return row.next_source.home, row.home


def test_a_home_comes_back_owned_by_the_new_user(recreated: Lab) -> None:
    _, new = homes(recreated)
    assert recreated.recover().word is Word.SUCCEEDED
    assert recreated.files(new) == {"notebook.ipynb": "{}", "notes.txt": "remember"}
    notebook = recreated.cloud.disk.home(new.file_system_id, new.uid) / "notebook.ipynb"
    assert recreated.cloud.disk.owner(notebook) == (int(new.uid), 0)


def test_the_outcome_is_in_row_and_history(recreated: Lab) -> None:
    recreated.recover()
    row = recreated.row()
    assert (row.status, row.sources, row.counts.files_transferred) == (Status.SUCCEEDED, (), 2)
    assert sorted(recreated.history()[3:]) == ["SUCCEEDED", "recovery started"]


def test_nothing_temporary_is_left(recreated: Lab) -> None:
    recreated.recover()
    assert recreated.temporary() == []


def test_a_file_of_the_new_home_is_not_overwritten(recreated: Lab) -> None:
    old, new = homes(recreated)
    recreated.write(new, {"notes.txt": "newer"})
    recreated.recover()
    assert recreated.files(new)["notes.txt"] == "newer"
    assert recreated.files(old)["notes.txt"] == "remember"


def test_an_old_home_that_never_was_is_skipped_and_kept(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    outcome = lab.recover()
    assert (outcome.word, outcome.reason) == (Word.SKIPPED, "nothing to copy")
    assert [source.dormant for source in lab.row().sources] == [True]


def test_nfs_is_opened_for_datasync_once(recreated: Lab) -> None:
    recreated.recover()
    recreated.recreate()
    recreated.recover()
    rules = recreated.cloud.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    ours = [rule for rule in rules if rule.get("ReferencedGroupInfo", {}).get("GroupId") == recreated.datasync_group]
    assert [(rule["IpProtocol"], rule["FromPort"], rule["IsEgress"]) for rule in ours] == [("tcp", 2049, False)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("service", "operation"), CREATES)
def test_opening_again_after_a_failed_or_lost_call_doubles_nothing(
    recreated: Lab, service: str, operation: str, when: str
) -> None:
    recreated.cloud.faults.add(service=service, operation=operation, error="InternalException", times=9, when=when)
    run = recreated.start()
    with pytest.raises(ClientError):
        recreated.opening().open(run)
    recreated.cloud.faults.clear()
    task = recreated.opening().open(run)
    assert len(recreated.temporary()) == len(["task", "source", "target", "door to source", "door to target"])
    recreated.close(run, copy=recreated.copy(task))
    assert recreated.row().status is Status.SUCCEEDED
    assert recreated.temporary() == []


@pytest.mark.parametrize(("service", "operation"), CREATES)
def test_closing_after_a_failed_opening_leaves_nothing(recreated: Lab, service: str, operation: str) -> None:
    recreated.cloud.faults.add(service=service, operation=operation, error="InternalException", times=9)
    run = recreated.start()
    with pytest.raises(ClientError):
        recreated.opening().open(run)
    recreated.close(run, failure={"Error": "AwsBusy", "Cause": f"{operation} failed"})
    assert (recreated.row().status, recreated.temporary()) == (Status.FAILED, [])


def test_a_full_account_makes_nothing(recreated: Lab) -> None:
    run = recreated.start()
    with pytest.raises(NoRoom, match="0 of 0 tasks"):
        recreated.opening(task_quota=0).open(run)
    assert recreated.temporary() == []


def test_an_account_whose_quota_is_lower_than_ours_waits_too(recreated: Lab) -> None:
    recreated.cloud.behaviour.task_quota = 0
    with pytest.raises(AccountFull, match="maximum number of tasks"):
        recreated.opening().open(recreated.start())


def test_no_more_copies_run_at_once_than_the_module_may(recreated: Lab) -> None:
    with pytest.raises(NoRoom, match="0 of our 0"):
        recreated.opening(max_concurrent=0).open(recreated.start())


def test_a_held_owner_is_not_opened(recreated: Lab) -> None:
    run = recreated.start()
    recreated.ledger().save(Change(replace(recreated.row(), replication=False)))
    with pytest.raises(Held, match="user/ada@lab"):
        recreated.opening().open(run)
    recreated.close(run, failure={"Error": "Held", "Cause": '{"errorMessage": "replication is switched off"}'})
    assert (recreated.row().status, recreated.row().reason) == (Status.BLOCKED, "held")


def test_a_run_that_was_replaced_by_a_re_creation_is_superseded(recreated: Lab) -> None:
    run = recreated.start()
    recreated.recreate()
    with pytest.raises(Superseded):
        recreated.opening().open(run)
    recreated.close(run, failure={"Error": "Superseded", "Cause": "{}"})
    assert recreated.row().status is Status.PENDING
    assert "SUPERSEDED" in recreated.history()


def test_a_re_creation_during_a_copy_ends_that_copy_first(recreated: Lab) -> None:
    first = recreated.start()
    task = recreated.opening().open(first)
    recreated.begin_copy(task)
    recreated.recreate()
    second = recreated.start()
    recreated.cloud.client("stepfunctions").stop_execution(executionArn=first.execution_arn)
    assert recreated.opening().open(second) != task
    assert [task["TaskArn"] for task in recreated.cloud.client("datasync").list_tasks()["Tasks"]] != [task]


def test_a_run_that_was_replaced_ends_as_superseded(recreated: Lab) -> None:
    first = recreated.start()
    recreated.opening().open(first)
    recreated.recreate()
    recreated.opening().open(recreated.start())
    assert recreated.history().count("SUPERSEDED") == 1
    assert [source.unfinished for source in recreated.row().sources] == [False, False]


def test_a_copy_that_was_cut_off_by_a_re_creation_is_verified_the_next_time(recreated: Lab) -> None:
    recreated.cloud.behaviour.copies_hang = True
    first = recreated.start()
    recreated.begin_copy(recreated.opening().open(first))
    recreated.recreate()
    second = recreated.start()
    with pytest.raises(CopyStillRunning):
        recreated.opening().open(second)
    recreated.cloud.clock.advance(60)
    recreated.opening().open(second)
    assert [source.unfinished for source in recreated.row().sources] == [True, False]


def test_an_execution_that_was_stopped_meanwhile_leaves_nothing(recreated: Lab) -> None:
    run = recreated.start()
    recreated.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    with pytest.raises(Superseded, match="was stopped"):
        recreated.opening().open(run)
    assert recreated.temporary() == []


def test_of_runs_that_begin_at_once_no_more_than_allowed_keep_their_task(recreated: Lab) -> None:
    first = by_hand(recreated, "first")
    other = Recovery(first.recovery.target, Home(first.recovery.source.file_system_id, "200099"))
    second = replace(by_hand(recreated, "second"), recovery=other)
    tasks = {recreated.opening().open(run): run for run in (first, second)}
    later = tasks[max(tasks)]
    with pytest.raises(NoRoom, match="2 tasks were made at once"):
        recreated.opening(max_concurrent=1).open(later)
    assert [task.arn for task in recreated.transfers().tasks()[1]] == [min(tasks)]


def test_a_run_by_hand_verifies_everything(recreated: Lab) -> None:
    task = recreated.opening().open(by_hand(recreated, "by-hand"))
    options = recreated.cloud.client("datasync").describe_task(TaskArn=task)["Options"]
    assert options["VerifyMode"] == "POINT_IN_TIME_CONSISTENT"


@pytest.mark.parametrize("operation", ["ListLocations", "ListTagsForResource"])
def test_a_look_that_is_refused_while_closing_keeps_no_outcome_back(recreated: Lab, operation: str) -> None:
    run = recreated.start()
    copy = recreated.copy(recreated.opening().open(run))
    recreated.cloud.client("datasync").delete_task(TaskArn=copy["TaskExecutionArn"].partition("/execution")[0])
    recreated.cloud.faults.add(service="datasync", operation=operation, error="AccessDeniedException", status=400)
    with pytest.raises(LeftBehind, match=operation):
        recreated.close(run, copy=copy)
    assert recreated.row().status is Status.SUCCEEDED


def test_a_refusal_of_the_bus_keeps_nothing_back(recreated: Lab) -> None:
    run = by_hand(recreated, "by-hand")
    copy = recreated.copy(recreated.opening().open(run))
    recreated.cloud.faults.add(service="events", operation="PutEvents", error="AccessDeniedException", status=400)
    with pytest.raises(LeftBehind, match="PutEvents"):
        recreated.close(run, copy=copy)
    assert recreated.temporary() == []
    assert recreated.close(run, copy=copy).word is Word.SUCCEEDED


def test_how_many_tasks_the_account_has_is_told_also_when_it_is_full(recreated: Lab) -> None:
    heard: list[int] = []
    opening = replace(recreated.opening(task_quota=0), tell_tasks=heard.append)
    with pytest.raises(NoRoom):
        opening.open(recreated.start())
    assert heard == [0]


def test_a_throttled_ledger_is_tried_again(recreated: Lab) -> None:
    run = recreated.start()
    recreated.cloud.faults.add(
        service="dynamodb", operation="GetItem", error="ProvisionedThroughputExceededException", status=400, times=9
    )
    with pytest.raises(AwsBusy), typed_errors():
        recreated.opening().open(run)


def test_a_source_file_system_that_is_gone_is_said_so(recreated: Lab) -> None:
    run = recreated.start()
    gone = replace(run.recovery, source=Home("fs-0123456789abcdef0", "200005"), profile_name="", request_id="")
    with pytest.raises(SourceGone, match="fs-0123456789abcdef0"):
        recreated.opening().open(replace(run, recovery=replace(gone, domain_name="")))


def test_a_vpc_without_datasync_group_is_named(recreated: Lab) -> None:
    recreated.cloud.client("ec2").delete_security_group(GroupId=recreated.datasync_group)
    with pytest.raises(CannotOpen, match=f"add {recreated.vpc_id} to the module's variable `vpcs`"):
        recreated.opening().open(recreated.start())


def test_closing_twice_writes_one_outcome(recreated: Lab) -> None:
    run = recreated.start()
    copy = recreated.copy(recreated.opening().open(run))
    recreated.close(run, copy=copy)
    before = (recreated.row(), sorted(recreated.history()))
    recreated.close(run, copy=copy)
    assert (recreated.row(), sorted(recreated.history())) == before


def test_the_next_source_follows_by_itself(recreated: Lab) -> None:
    old = recreated.row().sources[0].home
    recreated.recreate()
    _, new = homes(recreated)
    recreated.write(recreated.row().sources[-1].home, {"notes.txt": "second"})
    recreated.recover()
    assert recreated.row().status is Status.PENDING
    recreated.recover()
    assert recreated.row().status is Status.SUCCEEDED
    assert recreated.files(new) == {"notebook.ipynb": "{}", "notes.txt": "second"}
    assert recreated.files(old) == {"notebook.ipynb": "{}", "notes.txt": "remember"}


def by_hand(lab: Lab, run_id: str) -> Run:
    old, new = homes(lab)
    arn = execution_arn(lab.state_machine_arn, run_id)
    lab.cloud.client("stepfunctions").start_execution(stateMachineArn=lab.state_machine_arn, name=run_id)
    return Run(Recovery(old, new), "studio-recovery", arn, lab.now())


def test_a_run_by_hand_touches_no_row(recreated: Lab) -> None:
    before = recreated.row()
    run = by_hand(recreated, "by-hand")
    outcome = recreated.close(run, copy=recreated.copy(recreated.opening().open(run)))
    assert (outcome.word, recreated.row(), recreated.temporary()) == (Word.SUCCEEDED, before, [])


def test_a_second_run_by_hand_into_one_home_waits_for_the_first(recreated: Lab) -> None:
    recreated.opening().open(by_hand(recreated, "first"))
    recreated.cloud.clock.advance(1)
    with pytest.raises(TargetBusy, match="first"):
        recreated.opening().open(by_hand(recreated, "second"))
