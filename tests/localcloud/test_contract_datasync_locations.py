"""What the local DataSync promises of locations, and which of them AWS refuses."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.inprocess import InProcessCloud
from tests.localcloud.promises import DATASYNC, NO_PAGE, promise, unconfirmed


@promise(f"{DATASYNC}/API_Ec2Config.html", catches="DataSync is put into a subnet of another VPC")
@unconfirmed("the rule is documented, that creation checks it is not")
def test_another_vpc_has_no_locations(cloud: InProcessCloud, lab: Any) -> None:
    ec2 = cloud.client("ec2")
    far = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=far, CidrBlock="10.9.1.0/24", AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
    network = {
        "SubnetArn": lab.arn("ec2", f"subnet/{subnet}"),
        "SecurityGroupArns": [lab.arn("ec2", f"security-group/{lab.group('outbound')}")],
    }
    with pytest.raises(ClientError, match="no mount target"):
        lab.location(Ec2Config=network)


@promise(f"{DATASYNC}/API_Ec2Config.html", catches="any subnet of the VPC is taken, not one beside a mount target")
@unconfirmed("the rule is documented, that creation checks it is not")
def test_a_zone_without_a_mount_target_has_no_locations(cloud: InProcessCloud, lab: Any) -> None:
    far = cloud.client("ec2").create_subnet(VpcId=lab.vpc, CidrBlock="10.0.3.0/24", AvailabilityZone="eu-west-1c")
    network = {
        "SubnetArn": lab.arn("ec2", f"subnet/{far['Subnet']['SubnetId']}"),
        "SecurityGroupArns": [lab.arn("ec2", f"security-group/{lab.group('outbound')}")],
    }
    with pytest.raises(ClientError, match="no mount target"):
        lab.location(Ec2Config=network)


@promise(
    f"{DATASYNC}/API_CreateLocationEfs.html",
    catches="a source that is gone is not SKIPPED(source gone)",
)
@unconfirmed(NO_PAGE)
def test_a_deleted_file_system_has_no_locations(lab: Any) -> None:
    with pytest.raises(ClientError, match="not found"):
        lab.location(EfsFilesystemArn=lab.arn("elasticfilesystem", "file-system/fs-0123456789abcdef0"))


@promise(f"{DATASYNC}/API_Ec2Config.html", catches="all groups of a mount target are passed on, however many")
def test_a_location_takes_five_groups_at_most(lab: Any) -> None:
    groups = [lab.arn("ec2", f"security-group/sg-0000000000000000{number}") for number in range(6)]
    subnet = lab.arn("ec2", f"subnet/{lab.subnets[0]}")
    with pytest.raises(ClientError, match="less than or equal to 5"):
        lab.location(Ec2Config={"SubnetArn": subnet, "SecurityGroupArns": groups})


@promise(f"{DATASYNC}/API_CreateLocationEfs.html", catches="a location that names an access point and not TLS")
@pytest.mark.parametrize("needs_tls", ["AccessPointArn", "FileSystemAccessRoleArn"])
def test_access_points_and_roles_need_tls(lab: Any, needs_tls: str) -> None:
    arns = {
        "AccessPointArn": lab.access_point("/200000"),
        "FileSystemAccessRoleArn": "arn:aws:iam::123456789012:role/mount",
    }
    with pytest.raises(ClientError, match="TLS1_2"):
        lab.location(**{needs_tls: arns[needs_tls]})


@promise(f"{DATASYNC}/API_DeleteLocation.html", catches="locations are removed before their task, and stay for ever")
@unconfirmed("no page says that a location in use is kept")
def test_a_location_in_use_is_not_deleted(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    datasync = cloud.client("datasync")
    lab.task(source, target)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="in use"):
        datasync.delete_location(LocationArn=source)


@promise(f"{DATASYNC}/API_DescribeLocationEfs.html")
def test_a_location_is_told_as_it_was_made(cloud: InProcessCloud, lab: Any, target: str) -> None:
    told = cloud.client("datasync").describe_location_efs(LocationArn=target)
    assert told["LocationUri"] == f"efs://eu-west-1.{lab.fs_id}/"
    assert told["InTransitEncryption"] == "TLS1_2"


@promise(f"{DATASYNC}/API_LocationFilter.html")
@pytest.mark.usefixtures("source", "target")
@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [("Contains", "fs-", 2), ("Equals", "efs://nowhere/", 0), ("BeginsWith", "efs://eu", 2), ("NotContains", "fs-", 0)],
)
def test_locations_are_listed_by_filter(cloud: InProcessCloud, operator: str, value: str, found: int) -> None:
    filters = [{"Name": "LocationUri", "Operator": operator, "Values": [value]}]
    assert len(cloud.client("datasync").list_locations(Filters=filters)["Locations"]) == found


@promise(f"{DATASYNC}/API_TagResource.html")
def test_tags_are_kept(cloud: InProcessCloud, source: str) -> None:
    datasync = cloud.client("datasync")
    datasync.tag_resource(ResourceArn=source, Tags=[{"Key": "run", "Value": "1"}, {"Key": "more", "Value": "2"}])
    datasync.untag_resource(ResourceArn=source, Keys=["more"])
    assert datasync.list_tags_for_resource(ResourceArn=source)["Tags"] == [{"Key": "run", "Value": "1"}]
