"""What the local EC2 promises: interfaces take addresses and hold their groups. On moto and on MiniStack alike."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.conftest import Network
from tests.localcloud.promises import EC2, EFS, promise

DELETE_GROUP = f"{EC2}/API_DeleteSecurityGroup.html"


def nfs_from(group: str) -> list[dict[str, Any]]:
    """The permission that lets a group in."""
    return [{"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": [{"GroupId": group}]}]


@promise(DELETE_GROUP, catches="destroy deletes DataSync's group while interfaces still carry it")
def test_a_group_that_an_interface_carries_is_not_deleted(network_of: Network) -> None:
    ec2, group = network_of.client("ec2"), network_of.new_group("datasync")
    made = ec2.create_network_interface(SubnetId=network_of.subnet, Groups=[group])["NetworkInterface"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    ec2.delete_security_group(GroupId=group)


@promise(DELETE_GROUP, catches="destroy leaves the rule that it added to Studio's group, and its own group stays")
def test_a_group_that_another_groups_rule_names_is_not_deleted(network_of: Network) -> None:
    ec2, group = network_of.client("ec2"), network_of.new_group("datasync")
    ec2.authorize_security_group_ingress(GroupId=network_of.group, IpPermissions=nfs_from(group))
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=network_of.group, IpPermissions=nfs_from(group))
    ec2.delete_security_group(GroupId=group)


@promise(DELETE_GROUP)
def test_a_mount_targets_group_is_not_deleted(network_of: Network) -> None:
    with pytest.raises(ClientError, match="DependencyViolation"):
        network_of.client("ec2").delete_security_group(GroupId=network_of.group)
    network_of.client("efs").delete_mount_target(MountTargetId=network_of.mount_target)
    network_of.client("ec2").delete_security_group(GroupId=network_of.group)


@promise(f"{EC2}/API_DeleteSubnet.html", catches="destroy removes subnets in which a kept file system still stands")
def test_a_subnet_with_an_interface_is_not_deleted(network_of: Network) -> None:
    with pytest.raises(ClientError, match="DependencyViolation"):
        network_of.client("ec2").delete_subnet(SubnetId=network_of.subnet)
    network_of.client("efs").delete_mount_target(MountTargetId=network_of.mount_target)
    network_of.client("ec2").delete_subnet(SubnetId=network_of.subnet)


@promise(f"{EC2}/API_Subnet.html", catches="the subnet with most free addresses is not the one that is chosen")
def test_every_interface_takes_an_address_of_its_subnet(network_of: Network) -> None:
    ec2, before = network_of.client("ec2"), network_of.free()
    made = ec2.create_network_interface(SubnetId=network_of.subnet)["NetworkInterface"]
    during = network_of.free()
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    assert (before, during, network_of.free()) == (10, 9, 10)


@promise(f"{EC2}/API_DescribeNetworkInterfaces.html", catches="destroy waits for the interfaces of strangers")
def test_interfaces_are_found_by_their_group(network_of: Network) -> None:
    ec2, group = network_of.client("ec2"), network_of.new_group("datasync")
    made = ec2.create_network_interface(SubnetId=network_of.subnet, Groups=[group])["NetworkInterface"]
    by_group = [{"Name": "group-id", "Values": [group]}]
    found = ec2.describe_network_interfaces(Filters=by_group)["NetworkInterfaces"]
    assert [eni["NetworkInterfaceId"] for eni in found] == [made["NetworkInterfaceId"]]


@promise(f"{EFS}/API_CreateMountTarget.html")
def test_a_mount_target_has_an_interface_with_its_groups(network_of: Network) -> None:
    by_group = [{"Name": "group-id", "Values": [network_of.group]}]
    found = network_of.client("ec2").describe_network_interfaces(Filters=by_group)["NetworkInterfaces"]
    targets = network_of.client("efs").describe_mount_targets(FileSystemId=network_of.fs_id)["MountTargets"]
    assert [eni["NetworkInterfaceId"] for eni in found] == [target["NetworkInterfaceId"] for target in targets]


@promise(
    "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    catches="every run adds a rule to Studio's group and leaves it",
)
def test_a_group_takes_sixty_rules_at_most(network_of: Network) -> None:
    ec2 = network_of.client("ec2")
    ranges = [{"CidrIp": f"10.0.{number}.0/24"} for number in range(60)]
    nfs = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
    ec2.authorize_security_group_ingress(GroupId=network_of.group, IpPermissions=[nfs | {"IpRanges": ranges}])
    with pytest.raises(ClientError, match="RulesPerSecurityGroupLimitExceeded"):
        ec2.authorize_security_group_ingress(GroupId=network_of.group, IpPermissions=nfs_from(network_of.group))
