"""Recovery: the account is full, the copy is cancelled, the network, the file system or its policy gives way."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import Home
from demo.leftovers import leftovers
from demo.studio import Network, Owner, Studio, wait_for
from tests.e2e.lab import Lab
from tests.faults.chain import ask_for, came_back, has, moved_out, recovered
from tests.statemachine.machine import Machine

ADA = Owner("user", "ada")
THREE_MINUTES = 180
HALF_AN_HOUR = 1800
FULL = {"message": "The maximum number of tasks is reached.", "members": {"errorCode": "LimitExceeded"}}
SECONDS = 3.0
NEEDED = 4


def recovered_when_asked_again(chain: Machine, owner: Owner, new: Home) -> None:
    """The fault is over, and an admin asks again."""
    chain.ask_again(owner)
    chain.at_rest(owner, "SUCCEEDED")
    assert has(chain, new)


def test_an_account_that_is_full_for_half_an_hour_makes_a_recovery_wait(chain: Machine) -> None:
    owner, _, new = full_for_half_an_hour(chain)
    before = chain.cloud.calls()["datasync:CreateTask"]
    wait_for("more tries", lambda: chain.cloud.calls()["datasync:CreateTask"] > before)
    chain.at_rest(owner, "SUCCEEDED")
    assert has(chain, new)
    assert "FAILED" not in chain.history(owner)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("efs", "Describe*"),
        ("ec2", "Describe*"),
        ("datasync", "DescribeTask"),
        ("datasync", "StartTaskExecution"),
        ("datasync", "DescribeTaskExecution"),
    ],
)
def test_three_minutes_of_throttling_make_a_recovery_wait(chain: Machine, service: str, operation: str) -> None:
    owner, _ = moved_out(chain)
    code = "RequestLimitExceeded" if service == "ec2" else "ThrottlingException"
    before = chain.cloud.calls()[f"{service}:{operation}"]
    chain.fail(service, operation, error=code, seconds=THREE_MINUTES)
    ask_for(chain, owner, "create_user_profile")
    chain.at_rest(owner, "SUCCEEDED")
    recovered(chain, owner)
    if not operation.endswith("*"):
        assert chain.cloud.calls()[f"{service}:{operation}"] > before + 2


def full_for_half_an_hour(chain: Machine) -> tuple[Owner, Home, Home]:
    chain.fail("datasync", "CreateTask", seconds=HALF_AN_HOUR, **FULL)
    return came_back(chain)


def test_a_copy_that_somebody_cancels_fails_and_its_torn_file_is_no_success(chain: Machine) -> None:
    chain.cloud.behave(copies_hang=True)
    owner, old, _ = came_back(chain)
    datasync = chain.cloud.client("datasync")

    def under_way() -> str | None:
        pages = datasync.get_paginator("list_task_executions").paginate()
        found = (copy for page in pages for copy in page["TaskExecutions"] if copy["Status"] == "TRANSFERRING")
        return next((str(copy["TaskExecutionArn"]) for copy in found), None)

    datasync.cancel_task_execution(TaskExecutionArn=wait_for("the middle of the copy", under_way))
    assert "ancelled" in chain.at_rest(owner, "FAILED")["reason"]
    chain.cloud.behave(copies_hang=False)
    chain.ask_again(owner)
    assert chain.at_rest(owner, "PARTIAL")["sources"].keys() == {str(old)}
    assert has(chain, old)


@pytest.fixture
def lab_of(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Iterator[Callable[..., Lab]]:
    """Makes a domain of this name. Law 6: nothing is left at the end."""

    def made(domain: str, where: Network = network) -> Lab:
        return Lab(cloud, outputs, Studio(cloud, domain, where))

    yield made
    wait_for("nothing left", lambda: leftovers(cloud, outputs["name"]) == [])


def test_files_whose_file_system_was_deleted_are_skipped_and_said_to_be_gone(lab_of: Callable[..., Lab]) -> None:
    lab = lab_of("lab-of-lost-disks")
    (old,) = lab.move_in(ADA).values()
    lab.move_out(ADA)
    lab.studio.end(keep_files=False)
    again = lab_of("lab-of-lost-disks")
    homes = again.studio.create(ADA)
    again.recovered(homes)
    row = again.row(ADA)
    assert (row["replication_status"], row["reason"]) == ("SKIPPED", "source gone")
    assert row["sources"].keys() == {str(old)}


def inbound(chain: Machine, home: Home) -> list[dict[str, Any]]:
    """The rules that a recovery made on the groups of a file system."""
    ec2, efs = chain.cloud.client("ec2"), chain.cloud.client("efs")
    targets = efs.describe_mount_targets(FileSystemId=home.file_system_id)["MountTargets"]
    asked = [efs.describe_mount_target_security_groups(MountTargetId=target["MountTargetId"]) for target in targets]
    groups = sorted({group for told in asked for group in told["SecurityGroups"]})
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": groups}])["SecurityGroupRules"]
    ours = {"Key": "studio-recovery", "Value": chain.outputs["name"]}
    return [rule for rule in rules if not rule["IsEgress"] and ours in rule.get("Tags", [])]


def test_a_rule_that_goes_before_the_mount_makes_it_time_out_and_the_next_recovery_adds_it(chain: Machine) -> None:
    chain.hold("StartTaskExecution", SECONDS)
    before = chain.cloud.calls()["datasync:StartTaskExecution"]
    owner, old, new = came_back(chain)
    wait_for("the start", lambda: chain.cloud.calls()["datasync:StartTaskExecution"] > before)
    (rule,) = inbound(chain, old)
    revoke = chain.cloud.client("ec2").revoke_security_group_ingress
    revoke(GroupId=rule["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
    row = chain.at_rest(owner, "FAILED")
    assert "2049" in row["reason"]
    assert row["sources"].keys() == {str(old)}
    recovered_when_asked_again(chain, owner, new)


def test_a_policy_of_the_file_system_that_refuses_is_told_and_nothing_is_lost(chain: Machine) -> None:
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientMount"}
    nobody_writes = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientWrite"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody, nobody_writes]})
    efs, system = chain.cloud.client("efs"), chain.studio.file_system_id
    efs.put_file_system_policy(FileSystemId=system, Policy=policy)
    owner, old, new = came_back(chain)
    row = chain.at_rest(owner, "FAILED")
    efs.delete_file_system_policy(FileSystemId=system)
    assert "access denied" in row["reason"]
    assert row["sources"].keys() == {str(old)}
    recovered_when_asked_again(chain, owner, new)


@pytest.fixture
def narrow(cloud: Cloud, network: Network) -> Network:
    """A subnet of sixteen addresses, of which AWS keeps five."""
    ec2 = cloud.client("ec2")
    zone = ec2.describe_subnets(SubnetIds=list(network.subnet_ids))["Subnets"][0]["AvailabilityZone"]
    made = ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.20.200.0/28", AvailabilityZone=zone)["Subnet"]
    return Network(network.vpc_id, (made["SubnetId"],))


def test_a_subnet_without_addresses_makes_a_recovery_wait(
    lab_of: Callable[..., Lab], narrow: Network, cloud: Cloud
) -> None:
    lab = lab_of("lab-of-few-addresses", narrow)
    ec2, (subnet,) = cloud.client("ec2"), narrow.subnet_ids
    lab.move_in(ADA)
    lab.move_out(ADA)
    free = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"]
    taken = [ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"] for _ in range(free - NEEDED + 1)]
    homes = lab.studio.create(ADA)
    wait_for("three tries", lambda: tries(lab) >= 3)
    assert cloud.client("datasync").list_tasks()["Tasks"] == []

    for interface in taken:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])

    lab.recovered(homes)
    assert lab.files(homes[ADA]) == {"ada.txt": lab.words(ADA)}
    assert "FAILED" not in lab.history(ADA)


def tries(lab: Lab) -> int:
    """How often the executions of a domain tried to open both homes in vain."""
    history = lab.cloud.client("stepfunctions").get_paginator("get_execution_history")
    pages = (page for execution in lab.executions for page in history.paginate(executionArn=execution.arn))
    failed = [event["taskFailedEventDetails"] for page in pages for event in page["events"] if is_failure(event)]
    assert {said["error"] for said in failed} <= {"AccountFull"}
    return len(failed)


def is_failure(event: dict[str, Any]) -> bool:
    return bool(event["type"] == "TaskFailed")
