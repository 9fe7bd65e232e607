"""Who lets DataSync in on the mount targets' groups, and what counts as letting in."""

from dataclasses import replace
from typing import Any

import pytest

from studio_recovery.errors import CannotOpen
from studio_recovery.handlers.open_homes import Opening
from tests.aws.lab import Lab, making


@pytest.fixture
def recreated(lab: Lab) -> Lab:
    lab.create()
    lab.deliver()
    lab.recreate()
    return lab


def left_to_terraform(lab: Lab) -> Opening:
    made = lab.opening()
    return making(made, mounts=replace(made.making.mounts, opens_nfs=False))


def inbound_group(lab: Lab) -> str:
    named = [{"Name": "group-name", "Values": [f"security-group-for-inbound-nfs-{lab.domain_id}"]}]
    found = lab.cloud.client("ec2").describe_security_groups(Filters=named)["SecurityGroups"]
    return str(found[0]["GroupId"])


def rules(lab: Lab) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lab.cloud.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    return found


def admit(lab: Lab, **whom: Any) -> None:
    """A rule for NFS on the mount targets' group, as somebody else adds it."""
    permission = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049} | whom
    lab.cloud.client("ec2").authorize_security_group_ingress(GroupId=inbound_group(lab), IpPermissions=[permission])


def test_a_missing_rule_fails_and_is_named_where_terraform_owns_the_rules(recreated: Lab) -> None:
    before = rules(recreated)
    run = recreated.start()
    with pytest.raises(CannotOpen) as refused:
        left_to_terraform(recreated).open(run)
    said = str(refused.value)
    assert f"{inbound_group(recreated)} must admit {recreated.datasync_group} on TCP 2049" in said
    assert run.recovery.source.file_system_id in said
    assert "modules/studio-access" in said
    assert (rules(recreated), recreated.temporary()) == (before, [])


def test_a_rule_that_terraform_made_is_enough(recreated: Lab) -> None:
    admit(recreated, UserIdGroupPairs=[{"GroupId": recreated.datasync_group}])
    before = rules(recreated)
    run = recreated.start()
    recreated.close(run, copy=recreated.copy(left_to_terraform(recreated).open(run)))
    assert rules(recreated) == before


@pytest.mark.parametrize("network", ["10.0.0.0/16", "0.0.0.0/0"])
def test_a_rule_for_the_whole_network_of_the_subnet_is_enough(recreated: Lab, network: str) -> None:
    admit(recreated, IpRanges=[{"CidrIp": network}])
    before = rules(recreated)
    recreated.recover()
    assert rules(recreated) == before


def test_a_rule_for_a_part_of_the_subnet_is_not_enough(recreated: Lab) -> None:
    admit(recreated, IpRanges=[{"CidrIp": "10.0.0.0/25"}, {"CidrIp": "10.0.1.0/25"}])
    with pytest.raises(CannotOpen, match="must admit"):
        left_to_terraform(recreated).open(recreated.start())


def test_a_rule_for_another_port_is_not_enough(recreated: Lab) -> None:
    pair = {"GroupId": recreated.datasync_group}
    admit(recreated, FromPort=988, ToPort=988, UserIdGroupPairs=[pair])
    with pytest.raises(CannotOpen, match="must admit"):
        left_to_terraform(recreated).open(recreated.start())
