"""How DataSync gets at an EFS location: the checks on the way, and the directory it ends in.

https://docs.aws.amazon.com/datasync/latest/userguide/create-efs-location.html and the EFS guide's access points.
Everything is looked up at the moment of the mount, as it stands then.
"""

import ipaddress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from localcloud.copying import Mount
from localcloud.disk import ROOT, Disk
from localcloud.policies import Allowed, NfsClient, file_system_policy
from localcloud.service import Record

NFS_PORT = 2049
NOBODY = 65534
# How long a mount waits for an answer that never comes (unconfirmed).
MOUNT_SECONDS = 120.0


class MountFailed(Exception):
    """The location cannot be mounted; the text is what DataSync writes into `ErrorDetail`, after `seconds`."""

    def __init__(self, location: Record, why: str, seconds: float = 0.0) -> None:
        name = location["LocationArn"].rpartition("/")[2]
        super().__init__(f"Task failed to access location {name}: x40016: {why}")
        self.seconds = seconds


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


def mount_target(efs: Any, ec2: Any, location: Record) -> tuple[Record, Record] | None:
    """The mount target in the zone and VPC of the location's subnet, and that subnet; or None."""
    near = location["Ec2Config"]["SubnetArn"].rpartition("/")[2]
    targets: list[Record] = efs.describe_mount_targets(FileSystemId=_fs_id(location))["MountTargets"]
    try:
        found = ec2.describe_subnets(SubnetIds=sorted({near, *(target["SubnetId"] for target in targets)}))["Subnets"]
    except ClientError:
        return None
    where = {subnet["SubnetId"]: (subnet["VpcId"], subnet["AvailabilityZone"]) for subnet in found}
    fits = (target for target in targets if where[target["SubnetId"]] == where[near])
    target, subnet = next(fits, None), next(subnet for subnet in found if subnet["SubnetId"] == near)
    return (target, subnet) if target else None


@dataclass(frozen=True, slots=True)
class Mounter:
    """Mounts locations as DataSync does before an execution; each check is made as things stand at that moment."""

    efs: Any
    ec2: Any
    disk: Disk
    allowed: Allowed
    ignore_access_points: bool = False

    def mount(self, location: Record, task_arn: str, writing: bool) -> Mount:
        """The location's directory and the identity that works in it; raises MountFailed."""
        self.look(location)
        _reach(self.efs, self.ec2, location)
        client = NfsClient(location, task_arn, self.allowed, file_system_policy(self.efs, _fs_id(location)))
        for action in ("ClientMount", "ClientWrite") if writing else ("ClientMount",):
            if not client.may(action):
                raise MountFailed(location, f"mount.nfs4: access denied by server: no elasticfilesystem:{action}")
        path, identity = "", None
        if location.get("AccessPointArn"):
            point = access_point(self.efs, location["AccessPointArn"]) or {}
            path = _root_directory(self.disk, point, self.ignore_access_points)
            user = point.get("PosixUser")
            identity = (user["Uid"], user["Gid"]) if user and not self.ignore_access_points else None
        folder = self.disk.root(_fs_id(location)) / path.strip("/") / location["Subdirectory"].strip("/")
        if not folder.is_dir():
            raise MountFailed(location, f"mount.nfs4: mounting /{path.strip('/')} failed, No such file or directory")
        if 0 in (identity or ROOT) and not client.may("ClientRootAccess"):
            uid, gid = identity or ROOT
            identity = uid or NOBODY, gid or NOBODY
        return Mount(_fs_id(location), folder, identity)

    def look(self, location: Record) -> None:
        """Whether file system and access point are still there; raises MountFailed."""
        if file_system(self.efs, location["EfsFilesystemArn"]) is None:
            raise MountFailed(location, "the file system does not exist.")
        if arn := location.get("AccessPointArn"):
            point = access_point(self.efs, arn)
            if point is None or point["LifeCycleState"] != "available":
                raise MountFailed(location, "mount.nfs4: access denied by server: the access point is not available.")


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


def _reach(efs: Any, ec2: Any, location: Record) -> None:
    """NFS must be let out of DataSync's groups and into the mount target's, and the target must be near."""
    near = mount_target(efs, ec2, location)
    if near is None:
        raise MountFailed(location, "there is no mount target in the Availability Zone of the subnet.")
    target, subnet = near
    ours = [arn.rpartition("/")[2] for arn in location["Ec2Config"]["SecurityGroupArns"]]
    theirs = efs.describe_mount_target_security_groups(MountTargetId=target["MountTargetId"])["SecurityGroups"]
    out = _lets(ec2, ours, "IpPermissionsEgress", theirs, target["IpAddress"])
    into = _lets(ec2, theirs, "IpPermissions", ours, subnet["CidrBlock"])
    if not out or not into:
        raise MountFailed(
            location,
            f"Failed to connect to EFS mount target with IP: {target['IpAddress']}. Please ensure that mount"
            " target's security group allows 2049 ingress from the DataSync security group or hosts within the mount"
            " target's subnet.",
            MOUNT_SECONDS,
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
    wanted = ipaddress.IPv4Network(address)
    nets = [ipaddress.IPv4Network(known["CidrIp"], strict=False) for known in rule.get("IpRanges", [])]
    if any(wanted.subnet_of(net) for net in nets):
        return True
    return any(pair.get("GroupId") in peers for pair in rule.get("UserIdGroupPairs", []))
