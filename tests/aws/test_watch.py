"""Watch: what seeding brings in line, what it leaves alone, and what is left when the module is destroyed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError

from studio_recovery.errors import BadInput, DeletionProtected, LeftBehind
from studio_recovery.handlers import seed
from studio_recovery.handlers.clean_up import CleanUp
from studio_recovery.handlers.seed import Seed
from studio_recovery.nouns import Change, Status
from studio_recovery.recovery import Run
from tests.aws.lab import ADA, GROUP, NAME, PROFILES, Lab

CONTEXT = cast("LambdaContext", None)


def seeded(lab: Lab, seconds_left: Callable[[], float] = lambda: 900.0) -> dict[str, Any]:
    return Seed(lab.intake(), lab.sweep(), lab.now, seconds_left).run()


def cleaned_up(lab: Lab, seconds_left: Callable[[], float] = lambda: 900.0) -> dict[str, int]:
    clean_up = CleanUp(lab.ledger(), lab.executions(), lab.network(), lab.removal(), lab.cloud.clock.sleep)
    return clean_up.run(NAME, lab.state_machine_arn, seconds_left)


def test_homes_from_before_the_module_are_taken_in_and_start_nothing(lab: Lab) -> None:
    lab.create()
    lab.create(GROUP)
    assert seeded(lab) == {
        "domains": 1,
        "owners": 2,
        "protected": 2,
        "unprotected": 0,
        "reasons": {},
        "changed": 2,
        "complete": True,
        "finished": 0,
        "swept": 0,
        "troubles": [],
    }
    assert (lab.row().status, lab.row(GROUP).status) == (Status.IDLE, Status.IDLE)
    assert lab.history() == ["seeded"]


def test_seeding_again_writes_nothing(lab: Lab) -> None:
    lab.create()
    seeded(lab)
    before = lab.row()
    assert seeded(lab)["changed"] == 0
    assert lab.row() == before


def test_more_owners_than_a_page_holds_are_all_taken_in(lab: Lab) -> None:
    for number in range(101):
        lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName=f"user-{number}")
    lab.cloud.clock.advance(60)
    assert seeded(lab)["protected"] == 101


def test_a_home_whose_event_was_lost_is_recovered(lab: Lab) -> None:
    lab.create()
    seeded(lab)
    lab.delete()
    lab.create()
    seeded(lab)
    assert lab.row().status is Status.PENDING


def test_an_owner_whose_end_was_lost_is_recorded_as_gone(lab: Lab) -> None:
    lab.create()
    seeded(lab)
    lab.delete()
    seeded(lab)
    assert lab.row().deleted_at > 0


def test_seeding_leaves_a_hold_alone(lab: Lab) -> None:
    lab.create()
    seeded(lab)
    lab.ledger().save(Change(replace(lab.row(), replication=False)))
    lab.recreate()
    seeded(lab)
    assert (lab.row().replication, lab.row().status) == (False, Status.BLOCKED)


def test_a_profile_that_is_not_ready_does_not_hold_up_the_others(lab: Lab) -> None:
    lab.create()
    lab.cloud.behaviour.uid_after_pending = True
    lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="bob")
    assert seeded(lab)["protected"] == 1


def test_owners_that_nobody_took_in_yet_come_first_when_the_time_is_short(lab: Lab) -> None:
    for number in range(6):
        lab.create(replace(ADA, name=f"user-{number}"))
    for _ in range(3):
        looks = iter([900.0, 900.0, 0.0])
        seeded(lab, partial(next, looks))
    assert len(lab.ledger().rows()[0]) == 6


def test_one_owner_that_cannot_be_looked_at_holds_nobody_up_and_is_named(lab: Lab) -> None:
    lab.create()
    lab.create(replace(ADA, name="bob"))
    lab.cloud.faults.add(service="sagemaker", operation="DescribeUserProfile", error="AccessDenied", status=400)
    told = seeded(lab)
    assert told["protected"] == 1
    assert "user/ada" in told["troubles"][0]


def test_a_row_that_cannot_be_read_holds_nobody_up_and_is_named(lab: Lab) -> None:
    lab.create()
    broken = {"profile_name": {"S": "user/eve"}, "domain_name": {"S": "lab"}, "efs_uid": {"S": "x"}}
    lab.cloud.client("dynamodb").put_item(TableName=PROFILES, Item=broken)
    told = seeded(lab)
    assert told["protected"] == 1
    assert "user/eve in lab" in told["troubles"][0]
    assert cleaned_up(lab) == {"executions_stopped": 0, "rules_revoked": 0}


def test_a_seed_that_runs_out_of_time_says_so(lab: Lab) -> None:
    lab.create()
    assert seeded(lab, lambda: 10.0)["complete"] is False


def test_an_account_without_domains_is_seeded(empty_account: Lab) -> None:
    assert (seeded(empty_account)["domains"], seeded(empty_account)["owners"]) == (0, 0)


def test_a_domain_without_owners_is_counted(lab: Lab) -> None:
    assert (seeded(lab)["domains"], seeded(lab)["owners"]) == (1, 0)


def test_seeding_tells_why_an_owner_is_not_protected(empty_account: Lab) -> None:
    empty_account.create_domain(HomeEfsFileSystemCreation="Disabled")
    empty_account.create()
    told = seeded(empty_account)
    assert (told["protected"], told["unprotected"]) == (0, 1)
    assert told["reasons"] == {"the domain has no home file system": 1}


def test_destroy_is_refused_while_the_tables_are_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", NAME)
    monkeypatch.setenv("DELETION_PROTECTION", "true")
    with pytest.raises(DeletionProtected, match="apply deletion_protection = false first"):
        seed.handler({"action": "seed", "tf": {"action": "delete"}}, CONTEXT)


def test_destroy_goes_on_when_the_tables_are_not_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELETION_PROTECTION", "false")
    assert seed.handler({"action": "seed", "tf": {"action": "delete"}}, CONTEXT) == {}


@pytest.mark.parametrize("action", ["create", "update"])
def test_the_clean_up_waits_for_destroy(action: str) -> None:
    assert seed.handler({"action": "clean_up", "tf": {"action": action}}, CONTEXT) == {}


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(BadInput, match="sweep"):
        seed.handler({"action": "sweep"}, CONTEXT)


@pytest.fixture
def copying(lab: Lab) -> tuple[Lab, Run]:
    lab.create()
    lab.deliver()
    lab.recreate()
    run = lab.start()
    task = lab.opening().open(run)
    lab.cloud.clock.advance(30)
    lab.cloud.client("datasync").start_task_execution(TaskArn=task)
    return lab, run


def test_an_execution_that_died_is_found_and_its_row_finished(copying: tuple[Lab, Run]) -> None:
    lab, run = copying
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    assert lab.sweep().run()["finished"] == 1
    assert (lab.row().status, lab.row().reason) == (Status.FAILED, "its execution ended as ABORTED without an outcome")
    assert [source.unfinished for source in lab.row().sources] == [True]
    assert lab.history().count("FAILED") == 1


def test_a_pending_row_that_nobody_started_is_asked_for_again(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    before = lab.row()
    assert lab.sweep().run()["finished"] == 1
    assert lab.row().status is Status.PENDING
    assert lab.row().request_id != before.request_id


def test_a_pending_row_whose_execution_died_before_its_claim_is_finished(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    run = lab.start()
    assert lab.sweep().run()["finished"] == 0
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    assert lab.sweep().run()["finished"] == 1
    assert (lab.row().status, lab.row().sources[0].unfinished) == (Status.FAILED, False)


def test_what_a_dead_execution_left_is_removed_once_its_copy_has_ended(copying: tuple[Lab, Run]) -> None:
    lab, run = copying
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    lab.sweep().run()
    lab.cloud.clock.advance(60)
    assert lab.sweep().run() == {"finished": 0, "swept": 1}
    assert lab.temporary() == []


def test_an_execution_that_runs_is_left_alone(copying: tuple[Lab, Run]) -> None:
    lab, _ = copying
    before = (lab.row(), lab.temporary())
    assert lab.sweep().run() == {"finished": 0, "swept": 0}
    assert (lab.row(), lab.temporary()) == before


def test_a_location_and_an_access_point_without_a_task_are_removed(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    lab.cloud.faults.add(service="datasync", operation="CreateTask", error="InternalException", times=9)
    run = lab.start()
    with pytest.raises(ClientError):
        lab.opening().open(run)
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    assert lab.sweep().run() == {"finished": 1, "swept": 1}
    assert lab.temporary() == []


def test_the_clean_up_leaves_nothing_of_a_copy_that_runs(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    task = lab.opening().open(lab.start())
    lab.cloud.clock.advance(30)
    lab.cloud.client("datasync").start_task_execution(TaskArn=task)
    assert cleaned_up(lab) == {"executions_stopped": 1, "rules_revoked": 1}
    assert lab.temporary() == []
    rules = lab.cloud.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    assert [r for r in rules if r.get("ReferencedGroupInfo", {}).get("GroupId") == lab.datasync_group] == []


def test_the_clean_up_says_when_interfaces_are_still_there(lab: Lab) -> None:
    lab.cloud.client("ec2").create_network_interface(SubnetId=lab.subnet_ids[0], Groups=[lab.datasync_group])
    with pytest.raises(LeftBehind, match="1 network interfaces"):
        cleaned_up(lab, lambda: 10.0)
