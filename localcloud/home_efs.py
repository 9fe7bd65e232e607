"""The file system and the security groups that SageMaker makes for a domain.

https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-migrate-data.html names the two groups: mount targets
carry the inbound one, Studio's apps the outbound one, and each knows only the other. Everything carries the tag
`ManagedByAmazonSageMakerResource` = domain ARN, by which an orphaned file system is told.
"""

from dataclasses import dataclass
from typing import Any

TAG = "ManagedByAmazonSageMakerResource"
# NFS, and the ports of Lustre that SageMaker opens beside it.
PORTS = ((2049, 2049), (988, 988), (1018, 1023))


@dataclass(frozen=True, slots=True)
class HomeEfs:
    """What was made for one domain."""

    fs_id: str
    mount_targets: tuple[str, ...]
    groups: tuple[str, str]
    """The inbound and the outbound one."""


def create(efs: Any, ec2: Any, domain: dict[str, Any]) -> HomeEfs:
    """Make groups, file system and one mount target for each zone that the domain's subnets lie in."""
    found = ec2.describe_subnets(SubnetIds=domain["SubnetIds"])["Subnets"]
    tags = [{"Key": TAG, "Value": domain["DomainArn"]}]
    inbound, outbound = (_group(ec2, direction, domain, tags) for direction in ("inbound", "outbound"))
    ec2.authorize_security_group_ingress(GroupId=inbound, IpPermissions=_nfs(outbound))
    ec2.authorize_security_group_egress(GroupId=outbound, IpPermissions=_nfs(inbound))
    key = {"KmsKeyId": domain["HomeEfsFileSystemKmsKeyId"]} if domain.get("HomeEfsFileSystemKmsKeyId") else {}
    fs_id = efs.create_file_system(CreationToken=domain["DomainId"], Encrypted=True, Tags=tags, **key)["FileSystemId"]
    one_per_zone = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in reversed(found)}
    targets = [
        efs.create_mount_target(FileSystemId=fs_id, SubnetId=subnet, SecurityGroups=[inbound])["MountTargetId"]
        for subnet in sorted(one_per_zone.values())
    ]
    return HomeEfs(fs_id, tuple(targets), (inbound, outbound))


def delete(efs: Any, home: HomeEfs) -> None:
    """Remove file system and mount targets, as a domain deleted with `RetentionPolicy.HomeEfsFileSystem=Delete` does.

    The two groups stay, with the rules that name each other (unconfirmed; clean-up code in public repositories removes
    them before the VPC can go, and says that the domain had left them).
    """
    for found in efs.get_paginator("describe_access_points").paginate(FileSystemId=home.fs_id):
        for access_point in found["AccessPoints"]:
            efs.delete_access_point(AccessPointId=access_point["AccessPointId"])
    for target in home.mount_targets:
        efs.delete_mount_target(MountTargetId=target)
    efs.delete_file_system(FileSystemId=home.fs_id)


def _group(ec2: Any, direction: str, domain: dict[str, Any], tags: list[dict[str, str]]) -> str:
    group: str = ec2.create_security_group(
        GroupName=f"security-group-for-{direction}-nfs-{domain['DomainId']}",
        Description=f"Security Group for {direction} NFS traffic of {domain['DomainId']}",
        VpcId=domain["VpcId"],
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
    )["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    return group


def _nfs(peer: str) -> list[dict[str, Any]]:
    return [
        {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, "UserIdGroupPairs": [{"GroupId": peer}]}
        for first, last in PORTS
    ]
