"""What the local DataSync promises; each rule's AWS page is named beside the code that keeps it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.inprocess import InProcessCloud

RECOVERY = {"VerifyMode": "ONLY_FILES_TRANSFERRED", "OverwriteMode": "NEVER", "Uid": "NONE", "Gid": "NONE"}
NEW_HOME = {"CreationInfo": {"OwnerUid": 200005, "OwnerGid": 0, "Permissions": "0700"}}


@pytest.fixture
def source(lab: Any) -> str:
    """The location of ada's old home."""
    lab.home(200000, notebook="{}")
    return str(lab.location(AccessPointArn=lab.access_point("/200000"), InTransitEncryption="TLS1_2"))


@pytest.fixture
def target(cloud: InProcessCloud, lab: Any) -> str:
    """The location of ada's new home, which does not exist yet, with an identity enforced."""
    point = cloud.client("efs").create_access_point(
        ClientToken="target",
        FileSystemId=lab.fs_id,
        PosixUser={"Uid": 200005, "Gid": 0},
        RootDirectory={"Path": "/200005", **NEW_HOME},
    )
    return str(lab.location(AccessPointArn=point["AccessPointArn"], InTransitEncryption="TLS1_2"))


def test_a_recovery_gives_the_files_to_the_new_user(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    ended = lab.run(lab.task(source, target, **RECOVERY))
    new = cloud.disk.home(lab.fs_id, 200005)
    assert (ended["Status"], ended["FilesTransferred"], ended["BytesWritten"]) == ("SUCCESS", 1, 2)
    assert (cloud.disk.owner(new), new.stat().st_mode & 0o777) == ((200005, 0), 0o700)
    assert (cloud.disk.owner(new / "notebook"), (new / "notebook").read_text()) == ((200005, 0), "{}")


def test_an_execution_goes_through_its_phases_as_time_passes(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    datasync, task = cloud.client("datasync"), lab.task(source, target, **RECOVERY)
    execution = datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]
    seen = []
    for seconds in (0, 5, 10, 5, 5):
        cloud.clock.advance(seconds)
        seen.append(datasync.describe_task_execution(TaskExecutionArn=execution)["Status"])
    assert seen == ["LAUNCHING", "PREPARING", "TRANSFERRING", "VERIFYING", "SUCCESS"]


def test_a_result_tells_durations_in_milliseconds(lab: Any, source: str, target: str) -> None:
    assert lab.run(lab.task(source, target, **RECOVERY))["Result"] == {
        "PrepareDuration": 10000,
        "PrepareStatus": "SUCCESS",
        "TransferDuration": 5000,
        "TransferStatus": "SUCCESS",
        "VerifyDuration": 5000,
        "VerifyStatus": "SUCCESS",
        "TotalDuration": 25000,
    }


def test_a_task_is_available_after_a_while_and_names_its_execution(
    cloud: InProcessCloud, source: str, target: str
) -> None:
    datasync = cloud.client("datasync")
    task = datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)["TaskArn"]
    creating = datasync.describe_task(TaskArn=task)["Status"]
    cloud.clock.advance(10)
    execution = datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]
    running = datasync.describe_task(TaskArn=task)
    cloud.clock.advance(60)
    assert (creating, running["Status"], running["CurrentTaskExecutionArn"]) == ("CREATING", "RUNNING", execution)
    assert datasync.describe_task(TaskArn=task)["Status"] == "AVAILABLE"


def test_a_task_runs_one_execution_at_a_time(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    datasync, task = cloud.client("datasync"), lab.task(source, target, **RECOVERY)
    datasync.start_task_execution(TaskArn=task)
    waiting = datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]
    before = datasync.describe_task_execution(TaskExecutionArn=waiting)["Status"]
    cloud.clock.advance(60)
    assert (before, datasync.describe_task_execution(TaskExecutionArn=waiting)["Status"]) == ("QUEUED", "SUCCESS")


def test_a_cancelled_execution_ends_in_error(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    datasync, task = cloud.client("datasync"), lab.task(source, target, **RECOVERY)
    execution = datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]
    cloud.clock.advance(6)
    datasync.cancel_task_execution(TaskExecutionArn=execution)
    cancelling = datasync.describe_task_execution(TaskExecutionArn=execution)["Status"]
    cloud.clock.advance(60)
    assert (cancelling, datasync.describe_task_execution(TaskExecutionArn=execution)["Status"]) == (
        "CANCELLING",
        "ERROR",
    )
    assert not (cloud.disk.home(lab.fs_id, 200005) / "notebook").exists()


def test_a_missing_directory_cannot_be_mounted(lab: Any, target: str) -> None:
    nowhere = lab.location(AccessPointArn=lab.access_point("/200099"), InTransitEncryption="TLS1_2")
    ended = lab.run(lab.task(nowhere, target, **RECOVERY))
    assert (ended["Status"], ended["Result"]["PrepareStatus"]) == ("ERROR", "ERROR")
    assert "No such file or directory" in ended["Result"]["ErrorDetail"]


def test_groups_that_let_nothing_through_cannot_be_mounted(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    task = lab.task(source, target, **RECOVERY)
    rules = cloud.client("ec2").describe_security_groups(GroupIds=[lab.group("inbound")])["SecurityGroups"][0]
    cloud.client("ec2").revoke_security_group_ingress(
        GroupId=lab.group("inbound"), IpPermissions=rules["IpPermissions"]
    )
    assert "allows 2049 ingress" in lab.run(task)["Result"]["ErrorDetail"]


def test_a_deleted_access_point_cannot_be_mounted(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    task, efs = lab.task(source, target, **RECOVERY), cloud.client("efs")
    for point in efs.describe_access_points(FileSystemId=lab.fs_id)["AccessPoints"]:
        efs.delete_access_point(AccessPointId=point["AccessPointId"])
    assert "access point" in lab.run(task)["Result"]["ErrorDetail"]


def test_a_mismatch_ends_in_error(lab: Any, source: str, target: str) -> None:
    lab.home(200005, notebook="mine")
    ended = lab.run(lab.task(source, target, **(RECOVERY | {"VerifyMode": "POINT_IN_TIME_CONSISTENT"})))
    assert (ended["Status"], ended["Result"]["VerifyStatus"]) == ("ERROR", "ERROR")
    assert "Verification detected mismatches" in ended["Result"]["ErrorDetail"]


def test_a_target_that_belongs_to_root_ends_in_error(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    new = lab.home(200005)
    cloud.disk.set_owner(new, 0, 0)
    ended = lab.run(lab.task(source, target, **RECOVERY))
    assert (ended["Status"], ended["Result"]["TransferStatus"], ended["FilesSkipped"]) == ("ERROR", "ERROR", 1)


def test_without_access_points_the_new_user_gets_roots_files(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    cloud.behaviour.ignore_access_points = True
    lab.run(lab.task(source, target, **RECOVERY))
    assert cloud.disk.owner(cloud.disk.home(lab.fs_id, 200005) / "notebook") == (0, 0)


@pytest.mark.parametrize("needs_tls", ["AccessPointArn", "FileSystemAccessRoleArn"])
def test_access_points_and_roles_need_tls(lab: Any, needs_tls: str) -> None:
    arns = {
        "AccessPointArn": lab.access_point("/200000"),
        "FileSystemAccessRoleArn": "arn:aws:iam::123456789012:role/mount",
    }
    with pytest.raises(ClientError, match="TLS1_2"):
        lab.location(**{needs_tls: arns[needs_tls]})


def test_a_deleted_file_system_has_no_locations(lab: Any) -> None:
    with pytest.raises(ClientError, match="not found"):
        lab.location(EfsFilesystemArn=lab.arn("elasticfilesystem", "file-system/fs-0123456789abcdef0"))


def test_a_zone_without_a_mount_target_has_no_locations(cloud: InProcessCloud, lab: Any) -> None:
    far = cloud.client("ec2").create_subnet(VpcId=lab.vpc, CidrBlock="10.0.3.0/24", AvailabilityZone="eu-west-1c")
    network = {
        "SubnetArn": lab.arn("ec2", f"subnet/{far['Subnet']['SubnetId']}"),
        "SecurityGroupArns": [lab.arn("ec2", f"security-group/{lab.group('outbound')}")],
    }
    with pytest.raises(ClientError, match="no mount target"):
        lab.location(Ec2Config=network)


def test_a_full_quota_refuses_a_task(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    cloud.behaviour.task_quota = 1
    lab.task(source, target)
    with pytest.raises(ClientError, match="maximum number of tasks"):
        lab.task(source, target)


def test_what_is_in_use_is_not_deleted(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    datasync, task = cloud.client("datasync"), lab.task(source, target)
    datasync.start_task_execution(TaskArn=task)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="in use"):
        datasync.delete_location(LocationArn=source)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="running"):
        datasync.delete_task(TaskArn=task)


def test_task_and_locations_are_gone_once_deleted(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    datasync, task = cloud.client("datasync"), lab.task(source, target)
    datasync.delete_task(TaskArn=task)
    datasync.delete_location(LocationArn=source)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="not found"):
        datasync.describe_task(TaskArn=task)
    assert [found["LocationArn"] for found in datasync.list_locations()["Locations"]] == [target]


@pytest.mark.parametrize(
    "options",
    [
        {"PreserveDeletedFiles": "REMOVE", "TransferMode": "ALL"},
        {"Mtime": "NONE"},
        {"Uid": "NAME"},
        {"PreserveDevices": "PRESERVE"},
        {"LogLevel": "BASIC"},
    ],
)
def test_options_that_do_not_go_together_are_refused(lab: Any, source: str, target: str, options: Any) -> None:
    with pytest.raises(ClientError) as refused:
        lab.task(source, target, **options)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_location_is_told_as_it_was_made(cloud: InProcessCloud, lab: Any, target: str) -> None:
    told = cloud.client("datasync").describe_location_efs(LocationArn=target)
    assert told["LocationUri"] == f"efs://eu-west-1.{lab.fs_id}/"
    assert told["InTransitEncryption"] == "TLS1_2"


@pytest.mark.usefixtures("source", "target")
@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [("Contains", "fs-", 2), ("Equals", "efs://nowhere/", 0), ("BeginsWith", "efs://eu", 2), ("NotContains", "fs-", 0)],
)
def test_locations_are_listed_by_filter(cloud: InProcessCloud, operator: str, value: str, found: int) -> None:
    filters = [{"Name": "LocationUri", "Operator": operator, "Values": [value]}]
    assert len(cloud.client("datasync").list_locations(Filters=filters)["Locations"]) == found


def test_tasks_are_listed_by_location(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    task = lab.task(source, target)
    filters = [{"Name": "LocationId", "Operator": "Equals", "Values": [source.rpartition("/")[2]]}]
    assert [known["TaskArn"] for known in cloud.client("datasync").list_tasks(Filters=filters)["Tasks"]] == [task]


def test_tags_are_kept(cloud: InProcessCloud, source: str) -> None:
    datasync = cloud.client("datasync")
    datasync.tag_resource(ResourceArn=source, Tags=[{"Key": "run", "Value": "1"}, {"Key": "more", "Value": "2"}])
    datasync.untag_resource(ResourceArn=source, Keys=["more"])
    assert datasync.list_tags_for_resource(ResourceArn=source)["Tags"] == [{"Key": "run", "Value": "1"}]


def test_a_call_can_be_made_to_fail_once(cloud: InProcessCloud, source: str, target: str) -> None:
    datasync = cloud.client("datasync")
    cloud.faults.add(service="datasync", operation="CreateTask", error="InvalidRequestException", status=400)
    with pytest.raises(datasync.exceptions.InvalidRequestException):
        datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)
    datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)
    assert cloud.faults.calls()["datasync:CreateTask"] == 2


def test_an_answer_can_be_lost_after_the_work_was_done(cloud: InProcessCloud, source: str, target: str) -> None:
    datasync = cloud.client("datasync")
    cloud.faults.add(service="datasync", operation="CreateTask", error="Lost", status=400, when="after")
    with pytest.raises(ClientError):
        datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)
    assert len(datasync.list_tasks()["Tasks"]) == 1


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_motos_services_fail_on_request_too(cloud: InProcessCloud, lab: Any, when: str, made: int) -> None:
    efs = cloud.client("efs")
    cloud.faults.add(service="efs", operation="CreateAccessPoint", error="ThrottlingException", when=when)
    with pytest.raises(efs.exceptions.ThrottlingException):
        lab.access_point("/200000")
    assert len(efs.describe_access_points(FileSystemId=lab.fs_id)["AccessPoints"]) == made
