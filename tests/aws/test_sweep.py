"""Sweep: executions that died have their rows finished, and what they made removed."""

from collections import Counter
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from localcloud.executions import SECONDS
from studio_recovery.handlers.passes import RESERVE_SECONDS
from studio_recovery.recovery import Run
from studio_recovery.rows import Change
from studio_recovery.statuses import Status
from tests.aws.lab import ADA, GROUP, NAME, Lab

BOB = replace(ADA, name="bob")
ENOUGH = 300


def stop(lab: Lab, run: Run) -> None:
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)


@pytest.fixture
def asked(lab: Lab) -> Lab:
    """Ada was made again, and her row asks for a recovery that nobody started yet."""
    lab.create()
    lab.deliver()
    lab.recreate()
    return lab


@pytest.fixture
def copying(asked: Lab) -> tuple[Lab, Run]:
    run = asked.start()
    asked.begin_copy(asked.opening().open(run))
    return asked, run


def test_an_execution_that_died_is_found_and_its_row_finished(copying: tuple[Lab, Run]) -> None:
    lab, run = copying
    stop(lab, run)
    assert lab.swept()["finished"] == 1
    assert (lab.row().status, lab.row().reason) == (Status.FAILED, "its execution ended as ABORTED without an outcome")
    assert [source.unfinished for source in lab.row().sources] == [True]
    assert lab.history().count("FAILED") == 1


def test_an_execution_that_step_functions_has_forgotten_has_ended(copying: tuple[Lab, Run]) -> None:
    lab, run = copying
    lab.ledger().save(Change(replace(lab.row(), execution_arn=run.execution_arn_of("forgotten"))))
    assert lab.swept()["finished"] == 1
    assert (lab.row().status, lab.row().reason) == (Status.FAILED, "its execution ended as UNKNOWN without an outcome")
    assert lab.history()[-1] == "FAILED"


def test_a_row_that_cannot_be_written_holds_no_other_up(copying: tuple[Lab, Run]) -> None:
    lab, run = copying
    lab.create(BOB)
    lab.deliver()
    lab.recreate(BOB)
    bobs = lab.start(BOB)
    lab.opening().open(bobs)
    stop(lab, run)
    stop(lab, bobs)
    lab.cloud.faults.add(service="dynamodb", operation="TransactWriteItems", error="ValidationException", status=400)
    assert lab.swept()["finished"] == 1
    assert {lab.row().status, lab.row(BOB).status} == {Status.RUNNING, Status.FAILED}


def test_an_execution_that_runs_is_left_alone_however_long(copying: tuple[Lab, Run]) -> None:
    lab, _ = copying
    lab.cloud.clock.advance(7 * 86_400)
    before = (lab.row(), lab.temporary())
    assert lab.swept() == {"finished": 0, "swept": 0}
    assert (lab.row(), lab.temporary()) == before


def test_a_pending_row_that_nobody_started_is_asked_for_again(asked: Lab) -> None:
    before = asked.row()
    asked.cloud.clock.advance(ENOUGH)
    assert asked.swept()["finished"] == 1
    assert asked.row().status is Status.PENDING
    assert asked.row().request_id != before.request_id
    assert asked.history()[-1] == "asked for again"


def test_a_pending_row_that_the_stream_has_just_got_is_left_to_it(asked: Lab) -> None:
    before = asked.row()
    assert asked.swept()["finished"] == 0
    assert asked.row() == before


def test_a_pending_row_whose_execution_waits_is_left_alone(asked: Lab) -> None:
    asked.start()
    before = asked.row()
    asked.cloud.clock.advance(7 * 86_400)
    assert asked.swept()["finished"] == 0
    assert asked.row() == before


def test_a_pending_row_whose_execution_died_before_its_claim_is_finished(asked: Lab) -> None:
    stop(asked, asked.start())
    assert asked.swept()["finished"] == 1
    assert (asked.row().status, asked.row().sources[0].unfinished) == (Status.FAILED, False)


def test_rows_whose_executions_run_cost_one_listing_however_many_they_are(asked: Lab) -> None:
    asked.create(BOB)
    asked.deliver()
    asked.recreate(BOB)
    for owner in (ADA, BOB):
        asked.start(owner)
    before = Counter(asked.cloud.faults.calls())
    asked.swept()
    calls = Counter(asked.cloud.faults.calls()) - before
    assert (calls["stepfunctions:ListExecutions"], calls["stepfunctions:DescribeExecution"]) == (1, 0)


def test_executions_that_cannot_be_listed_are_asked_for_one_by_one(asked: Lab) -> None:
    stop(asked, asked.start())
    asked.cloud.faults.add(service="stepfunctions", operation="ListExecutions", error="AccessDenied", status=400)
    told = asked.seeded()
    assert (told["finished"], len(told["troubles"])) == (1, 1)


def test_one_execution_that_cannot_be_looked_at_holds_up_no_other(asked: Lab) -> None:
    asked.create(BOB)
    asked.deliver()
    asked.recreate(BOB)
    for owner in (ADA, BOB):
        stop(asked, asked.start(owner))
    asked.cloud.faults.add(service="stepfunctions", operation="DescribeExecution", error="AccessDenied", status=400)
    told = asked.seeded()
    assert (told["finished"], len(told["troubles"])) == (1, 1)
    assert told["troubles"][0].startswith("user/")
    assert asked.swept()["finished"] == 1


def test_what_a_dead_execution_left_is_removed_once_its_copy_has_ended(copying: tuple[Lab, Run]) -> None:
    lab, run = copying
    stop(lab, run)
    assert lab.swept() == {"finished": 1, "swept": 1}
    assert lab.temporary() == []


def test_a_copy_that_does_not_end_for_a_minute_is_left_to_the_next_pass_with_its_row(
    copying: tuple[Lab, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, run = copying
    monkeypatch.setitem(SECONDS, "cancel", 60.0)
    stop(lab, run)
    assert lab.swept() == {"finished": 0, "swept": 0}
    lab.cloud.clock.advance(60)
    assert lab.swept() == {"finished": 1, "swept": 1}


def test_a_location_and_an_access_point_without_a_task_are_removed(asked: Lab) -> None:
    asked.cloud.faults.add(service="datasync", operation="CreateTask", error="InternalException", times=9)
    run = asked.start()
    with pytest.raises(ClientError):
        asked.opening().open(run)
    stop(asked, run)
    assert asked.swept() == {"finished": 1, "swept": 1}
    assert asked.temporary() == []


def test_an_access_point_on_a_file_system_that_no_row_names_is_removed(lab: Lab) -> None:
    run = left_behind(lab)
    lab.cloud.client("dynamodb").delete_item(
        TableName=f"{NAME}-studioUser", Key={"profile_name": {"S": "user/ada"}, "domain_name": {"S": "lab"}}
    )
    stop(lab, run)
    assert lab.swept()["swept"] == 1
    assert lab.temporary() == []


def left_behind(lab: Lab) -> Run:
    """A recovery that ended well, and could not remove its access points."""
    lab.create()
    lab.deliver()
    lab.recreate()
    run = lab.start()
    copy = lab.copy(lab.opening().open(run))
    refuse = {"service": "efs", "operation": "DeleteAccessPoint", "error": "AccessDenied", "status": 400}
    lab.cloud.faults.add(times=2, **refuse)
    lab.close(run, copy=copy, give_up=True)
    assert len(lab.temporary()) == 2
    return run


def test_what_a_recovery_wrote_down_as_left_behind_is_removed(lab: Lab) -> None:
    stop(lab, left_behind(lab))
    assert "left behind" in lab.history()
    assert lab.swept() == {"finished": 0, "swept": 1}
    assert (lab.temporary(), lab.row().status) == ([], Status.SKIPPED)


def test_what_cannot_be_removed_is_told_and_removed_by_a_later_pass(lab: Lab) -> None:
    stop(lab, left_behind(lab))
    lab.cloud.faults.add(service="efs", operation="DeleteAccessPoint", error="AccessDenied", status=400)
    told = lab.seeded()
    assert (told["swept"], len(told["troubles"]), len(lab.temporary())) == (0, 1, 1)
    assert told["troubles"][0].startswith("could not be removed: fsap-")
    assert lab.seeded()["swept"] == 1


def test_access_points_of_others_stay(lab: Lab) -> None:
    efs = lab.cloud.client("efs")
    system = efs.describe_file_systems()["FileSystems"][0]["FileSystemId"]
    for tags in ([], [{"Key": "studio-recovery", "Value": "another"}, {"Key": "studio-recovery:run", "Value": "gone"}]):
        efs.create_access_point(ClientToken=str(len(tags)), FileSystemId=system, Tags=tags)
    assert lab.swept()["swept"] == 0
    assert len(lab.temporary()) == 2


def test_sweeping_leaves_half_of_the_time_to_looks(asked: Lab) -> None:
    asked.create(GROUP)
    asked.start()
    asked.cloud.latency = 10.0
    told = asked.seeded(seconds=RESERVE_SECONDS + 110.0)
    assert (told["complete"], told["looked_at"]) == (True, 1)
    told = asked.seeded(seconds=10.0)
    assert told["complete"] is False
