"""What the local DataSync promises of mounts: what it must get through to a home, and whose files come out."""

import json
from typing import Any

import pytest

from localcloud.inprocess import InProcessCloud
from tests.localcloud.conftest import RECOVERY
from tests.localcloud.promises import DATASYNC, EFS, promise, unconfirmed

LOCATION = f"{DATASYNC}/create-efs-location.html"
CLIENTS = f"{EFS}/iam-access-control-nfs-efs.html"


@promise(f"{EFS}/enforce-identity-access-points.html")
@unconfirmed("no AWS example copies through an enforcing access point without ownership")
def test_a_recovery_gives_the_files_to_the_new_user(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    ended = lab.run(lab.task(source, target, **RECOVERY))
    new = cloud.disk.home(lab.fs_id, 200005)
    assert (ended["Status"], ended["FilesTransferred"], ended["BytesWritten"]) == ("SUCCESS", 1, 2)
    assert (cloud.disk.owner(new), new.stat().st_mode & 0o777) == ((200005, 0), 0o700)
    assert (cloud.disk.owner(new / "notebook"), (new / "notebook").read_text()) == ((200005, 0), "{}")


@promise(f"{EFS}/enforce-identity-access-points.html", catches="files that their new owner can read and not write")
def test_without_access_points_the_new_user_gets_roots_files(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    cloud.behaviour.ignore_access_points = True
    lab.run(lab.task(source, target, **RECOVERY))
    assert cloud.disk.owner(cloud.disk.home(lab.fs_id, 200005) / "notebook") == (0, 0)


@promise(
    f"{EFS}/API_CreateAccessPoint.html",
    catches="the new home's directory is not made by the target's access point",
)
def test_a_missing_directory_cannot_be_mounted(lab: Any, target: str) -> None:
    nowhere = lab.location(AccessPointArn=lab.access_point("/200099"), InTransitEncryption="TLS1_2")
    ended = lab.run(lab.task(nowhere, target, **RECOVERY))
    assert (ended["Status"], ended["Result"]["PrepareStatus"]) == ("ERROR", "ERROR")
    assert "No such file or directory" in ended["Result"]["ErrorDetail"]


@promise(f"{EFS}/API_DeleteAccessPoint.html", catches="the doors are removed between opening and copying")
def test_a_deleted_access_point_cannot_be_mounted(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    task, efs = lab.task(source, target, **RECOVERY), cloud.client("efs")
    for point in efs.describe_access_points(FileSystemId=lab.fs_id)["AccessPoints"]:
        efs.delete_access_point(AccessPointId=point["AccessPointId"])
    assert "access point" in lab.run(task)["Result"]["ErrorDetail"]


@promise(LOCATION, catches="a group of DataSync's that nobody let in: NFS is not opened, or for another group")
@unconfirmed("how long a mount waits")
def test_groups_that_let_nothing_through_make_the_mount_time_out(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    task, ec2, datasync = lab.task(source, target, **RECOVERY), cloud.client("ec2"), cloud.client("datasync")
    rules = ec2.describe_security_groups(GroupIds=[lab.group("inbound")])["SecurityGroups"][0]["IpPermissions"]
    ec2.revoke_security_group_ingress(GroupId=lab.group("inbound"), IpPermissions=rules)
    execution = datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]
    cloud.clock.advance(100)
    waiting = datasync.describe_task_execution(TaskExecutionArn=execution)
    cloud.clock.advance(100)
    ended = datasync.describe_task_execution(TaskExecutionArn=execution)
    assert (waiting["Status"], ended["Status"]) == ("PREPARING", "ERROR")
    assert "allows 2049 ingress" in ended["Result"]["ErrorDetail"]


@promise(LOCATION, catches="DataSync's group has no way out to the mount target")
def test_a_group_that_lets_nothing_out_cannot_mount(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    task, ec2 = lab.task(source, target, **RECOVERY), cloud.client("ec2")
    rules = ec2.describe_security_groups(GroupIds=[lab.group("outbound")])["SecurityGroups"][0]["IpPermissionsEgress"]
    ec2.revoke_security_group_egress(GroupId=lab.group("outbound"), IpPermissions=rules)
    assert "2049" in lab.run(task)["Result"]["ErrorDetail"]


@promise(f"{DATASYNC}/API_Ec2Config.html", catches="a mount target that moved away since the task was made")
def test_a_mount_target_that_is_gone_cannot_be_mounted(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    task, efs = lab.task(source, target, **RECOVERY), cloud.client("efs")
    for found in efs.describe_mount_targets(FileSystemId=lab.fs_id)["MountTargets"]:
        efs.delete_mount_target(MountTargetId=found["MountTargetId"])
    assert "no mount target" in lab.run(task)["Result"]["ErrorDetail"]


def statement(effect: str, *actions: str, principal: str = "*", **condition: dict[str, str]) -> dict[str, Any]:
    """A statement of a file system policy."""
    named = [f"elasticfilesystem:{action}" for action in actions]
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": named, "Condition": condition}


EVERYTHING = statement("Allow", "ClientMount", "ClientWrite", "ClientRootAccess")
NO_TLS = statement("Deny", "ClientMount", Bool={"aws:SecureTransport": "false"})
OTHER_DOOR = statement("Deny", "ClientMount", StringNotEquals={"elasticfilesystem:AccessPointArn": "arn:other"})
READ_ONLY = statement("Deny", "ClientWrite")
ONLY_OTHERS = statement("Allow", "ClientMount", "ClientWrite", principal="arn:aws:iam::123456789012:role/other")
NO_ROOT = statement("Deny", "ClientRootAccess")


def put_policy(lab: Any, *statements: dict[str, Any]) -> None:
    """Give the home file system a policy."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    lab.cloud.client("efs").put_file_system_policy(FileSystemId=lab.fs_id, Policy=policy)


@promise(CLIENTS, catches="locations without TLS, access point or role, where the file system's policy asks for them")
@pytest.mark.parametrize(
    "statements",
    [[EVERYTHING, OTHER_DOOR], [EVERYTHING, READ_ONLY], [ONLY_OTHERS]],
    ids=["another access point", "no writing", "another role"],
)
def test_a_file_system_policy_that_denies_keeps_datasync_out(
    lab: Any, source: str, target: str, statements: list[dict[str, Any]]
) -> None:
    put_policy(lab, *statements)
    ended = lab.run(lab.task(source, target, **RECOVERY))
    assert (ended["Status"], ended["Result"]["PrepareStatus"]) == ("ERROR", "ERROR")
    assert "access denied by server" in ended["Result"]["ErrorDetail"]


@promise(CLIENTS, catches="a location mounted without TLS")
def test_a_policy_that_asks_for_tls_refuses_a_mount_without(lab: Any, target: str) -> None:
    put_policy(lab, EVERYTHING, NO_TLS)
    ended = lab.run(lab.task(lab.location(), target, **RECOVERY))
    assert "access denied by server" in ended["Result"]["ErrorDetail"]


@promise(CLIENTS, catches="the read role lacks ClientRootAccess: an unreadable home is taken for an empty one")
@unconfirmed("EFS takes a client without root access for nobody; how DataSync words the end")
def test_a_policy_that_denies_root_access_leaves_a_home_unread(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    lab.home(200005)
    put_policy(lab, EVERYTHING, NO_ROOT)
    ended = lab.run(lab.task(source, target, **RECOVERY))
    assert (ended["Status"], ended["FilesTransferred"]) == ("ERROR", 0)
    assert "skipped due to errors" in ended["Result"]["ErrorDetail"]
    assert not (cloud.disk.home(lab.fs_id, 200005) / "notebook").exists()


@promise(CLIENTS)
def test_a_policy_that_allows_lets_datasync_in(lab: Any, source: str, target: str) -> None:
    put_policy(lab, EVERYTHING, NO_TLS)
    assert lab.run(lab.task(source, target, **RECOVERY))["Status"] == "SUCCESS"


@promise(f"{EFS}/enforce-identity-access-points.html", catches="a home that root made is taken for the new user's")
@unconfirmed("that DataSync stops before the first file, and its words")
def test_a_target_that_belongs_to_root_ends_in_permission_denied(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    new = lab.home(200005)
    cloud.disk.set_owner(new, 0, 0)
    new.chmod(0o755)
    ended = lab.run(lab.task(source, target, **RECOVERY))
    assert (ended["Status"], list(new.iterdir())) == ("ERROR", [])
    assert "Permission denied" in ended["Result"]["ErrorDetail"]
