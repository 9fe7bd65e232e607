"""How DataSync gets at an EFS location: the checks on the way, and the directory it ends in.

https://docs.aws.amazon.com/datasync/latest/userguide/create-efs-location.html and the EFS guide's access points.
Everything is looked up at the moment of the mount, as it stands then.
"""

import ipaddress
from typing import Any

from botocore.exceptions import ClientError

from localcloud.copying import Mount
from localcloud.disk import ROOT, Disk
from localcloud.service import Record

NFS_PORT = 2049


class MountFailed(Exception):
    """The location cannot be mounted; the text is what DataSync writes into `ErrorDetail`."""


def file_system(efs: Any, arn: str) -> Record | None:
    """The file system of an ARN, or None."""
    try:
        found: Record = efs.describe_file_systems(FileSystemId=arn.rpartition("/")[2])["FileSystems"][0]
    except ClientError:
        return None
    return found


def access_point(efs: Any, arn: str) -> Record | None:
    """The access point of an ARN, or None."""
    try:
        points: list[Record] = efs.describe_access_points(AccessPointId=arn.rpartition("/")[2])["AccessPoints"]
    except ClientError:
        return None
    return next((point for point in points if point["AccessPointArn"] == arn), None)


def mount_target(efs: Any, ec2: Any, location: Record) -> Record | None:
    """The mount target in the zone and VPC of the location's subnet, or None."""
    subnet_id = location["Ec2Config"]["SubnetArn"].rpartition("/")[2]
    try:
        subnet = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
    except ClientError:
        return None
    targets: list[Record] = efs.describe_mount_targets(FileSystemId=_fs_id(location))["MountTargets"]
    where = [ec2.describe_subnets(SubnetIds=[target["SubnetId"]])["Subnets"][0] for target in targets]
    zone = subnet["VpcId"], subnet["AvailabilityZone"]
    fits = (target for target, at in zip(targets, where, strict=True) if (at["VpcId"], at["AvailabilityZone"]) == zone)
    return next(fits, None)


def mount(efs: Any, ec2: Any, disk: Disk, location: Record, ignore_access_point: bool = False) -> Mount:
    """Mount a location; raises MountFailed as DataSync's execution would."""
    refused = f"Task failed to access location {location['LocationArn'].rpartition('/')[2]}: x40016: "
    if file_system(efs, location["EfsFilesystemArn"]) is None:
        raise MountFailed(refused + "the file system does not exist.")
    _reach(efs, ec2, location, refused)
    fs_id, path, identity = _fs_id(location), "", None
    if location.get("AccessPointArn"):
        point = access_point(efs, location["AccessPointArn"])
        if point is None or point["LifeCycleState"] != "available":
            raise MountFailed(refused + "mount.nfs4: access denied by server: the access point is not available.")
        path = _root_directory(disk, point, ignore_access_point)
        user = point.get("PosixUser")
        identity = (user["Uid"], user["Gid"]) if user and not ignore_access_point else None
    folder = disk.root(fs_id) / path.strip("/") / location["Subdirectory"].strip("/")
    if not folder.is_dir():
        raise MountFailed(refused + f"mount.nfs4: mounting /{path.strip('/')} failed, No such file or directory")
    return Mount(fs_id, folder, identity)


def _fs_id(location: Record) -> str:
    fs_id: str = location["EfsFilesystemArn"].rpartition("/")[2]
    return fs_id


def _root_directory(disk: Disk, point: Record, plain_root: bool) -> str:
    """The access point's directory; EFS makes a missing one at the mount if it was told whose it is to be."""
    root: Record = point.get("RootDirectory") or {"Path": "/"}
    path: str = root.get("Path", "/")
    if plain_root:
        disk.make_home(point["FileSystemId"], path, ROOT, 0o755)
    elif info := root.get("CreationInfo"):
        owner = int(info["OwnerUid"]), int(info["OwnerGid"])
        disk.make_home(point["FileSystemId"], path, owner, int(info["Permissions"], 8))
    return path


def _reach(efs: Any, ec2: Any, location: Record, refused: str) -> None:
    """NFS must be let out of DataSync's groups and into the mount target's, and the target must be near."""
    target = mount_target(efs, ec2, location)
    if target is None:
        raise MountFailed(refused + "there is no mount target in the Availability Zone of the subnet.")
    ours = [arn.rpartition("/")[2] for arn in location["Ec2Config"]["SecurityGroupArns"]]
    theirs = efs.describe_mount_target_security_groups(MountTargetId=target["MountTargetId"])["SecurityGroups"]
    subnet = ec2.describe_subnets(SubnetIds=[location["Ec2Config"]["SubnetArn"].rpartition("/")[2]])["Subnets"][0]
    out = _lets(ec2, ours, "IpPermissionsEgress", theirs, target["IpAddress"])
    into = _lets(ec2, theirs, "IpPermissions", ours, subnet["CidrBlock"])
    if not out or not into:
        raise MountFailed(
            refused + f"Failed to connect to EFS mount target with IP: {target['IpAddress']}. Please ensure that mount"
            " target's security group allows 2049 ingress from the DataSync security group or hosts within the mount"
            " target's subnet."
        )


def _lets(ec2: Any, groups: list[str], direction: str, peers: list[str], address: str) -> bool:
    """Whether any rule of the groups lets NFS through to or from the peer groups or their addresses."""
    try:
        found = ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
    except ClientError:
        return False
    return any(_fits(rule, peers, address) for group in found for rule in group[direction])


def _fits(rule: Record, peers: list[str], address: str) -> bool:
    if rule["IpProtocol"] not in ("-1", "tcp", "6"):
        return False
    if rule["IpProtocol"] != "-1" and not rule["FromPort"] <= NFS_PORT <= rule["ToPort"]:
        return False
    wanted = ipaddress.ip_network(address)
    nets = [ipaddress.ip_network(known["CidrIp"], strict=False) for known in rule.get("IpRanges", [])]
    if any(wanted.version == net.version and wanted.overlaps(net) for net in nets):
        return True
    return any(pair.get("GroupId") in peers for pair in rule.get("UserIdGroupPairs", []))
