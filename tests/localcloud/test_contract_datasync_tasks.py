"""What the local DataSync promises of tasks: their interfaces, options, names, tags and quota."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.inprocess import InProcessCloud
from tests.localcloud.conftest import RECOVERY
from tests.localcloud.promises import DATASYNC, EFS, NO_PAGE, promise, unconfirmed

INTERFACES = f"{DATASYNC}/required-network-interfaces.html"


@promise(f"{DATASYNC}/API_DescribeTask.html", catches="a copy is started before the task is AVAILABLE")
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


@promise(f"{DATASYNC}/datasync-limits.html", catches="the 101st recovery fails instead of waiting for a place")
@unconfirmed(NO_PAGE)
def test_a_full_quota_refuses_a_task(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    cloud.behaviour.task_quota = 1
    lab.task(source, target)
    with pytest.raises(ClientError, match="maximum number of tasks"):
        lab.task(source, target)


def free(cloud: InProcessCloud, subnet: str) -> int:
    """How many addresses of a subnet are free."""
    found = cloud.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"]
    return int(found[0]["AvailableIpAddressCount"])


@promise(INTERFACES, catches="many recoveries at once use Studio's addresses up")
def test_a_task_takes_two_addresses_for_each_location(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    before = free(cloud, lab.subnets[0])
    task = cloud.client("datasync").describe_task(TaskArn=lab.task(source, target))
    arns = task["SourceNetworkInterfaceArns"] + task["DestinationNetworkInterfaceArns"]
    ids = [arn.rpartition("/")[2] for arn in arns]
    carried = cloud.client("ec2").describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    assert (before - free(cloud, lab.subnets[0]), len(set(ids))) == (4, 4)
    assert {eni["Groups"][0]["GroupId"] for eni in carried} == {lab.group("outbound")}


@promise(f"{DATASYNC}/clean-up.html", catches="destroy does not wait for interfaces to be gone")
@unconfirmed("how long they stay: AWS's migration guide waits five minutes")
def test_the_interfaces_stay_for_a_while_after_their_task(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    before = free(cloud, lab.subnets[0])
    cloud.client("datasync").delete_task(TaskArn=lab.task(source, target))
    cloud.clock.advance(30)
    during = free(cloud, lab.subnets[0])
    cloud.clock.advance(300)
    assert (before - during, free(cloud, lab.subnets[0])) == (4, before)


@promise(INTERFACES, catches="the state machine waits for ever for a task that found no addresses")
@unconfirmed("that the task becomes UNAVAILABLE, and its error")
def test_a_full_subnet_makes_a_task_unavailable(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    ec2, datasync = cloud.client("ec2"), cloud.client("datasync")
    for _ in range(free(cloud, lab.subnets[0]) - 3):
        ec2.create_network_interface(SubnetId=lab.subnets[0])
    task = datasync.describe_task(TaskArn=lab.task(source, target))
    assert (task["Status"], "free addresses" in task["ErrorDetail"]) == ("UNAVAILABLE", True)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="UNAVAILABLE"):
        datasync.start_task_execution(TaskArn=task["TaskArn"])


@promise(f"{DATASYNC}/API_Options.html", catches="options that EFS does not know, or that exclude each other")
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


@promise(f"{DATASYNC}/API_Options.html", catches="a bandwidth limit that never reaches DataSync")
def test_a_bandwidth_limit_is_told_by_task_and_execution(
    cloud: InProcessCloud, lab: Any, source: str, target: str
) -> None:
    task = lab.task(source, target, BytesPerSecond=1_048_576)
    assert cloud.client("datasync").describe_task(TaskArn=task)["Options"]["BytesPerSecond"] == 1_048_576
    assert lab.run(task)["Options"]["BytesPerSecond"] == 1_048_576


@promise(f"{DATASYNC}/API_Options.html")
def test_a_bandwidth_limit_makes_the_transfer_take_longer(lab: Any, source: str, target: str) -> None:
    lab.home(200000, notes="0123456789")
    again = RECOVERY | {"TransferMode": "ALL", "OverwriteMode": "ALWAYS"}
    limited: dict[str, Any] = again | {"BytesPerSecond": 2}
    free, slow = (lab.run(lab.task(source, target, **options))["Result"] for options in (again, limited))
    # Twelve bytes lie in the home.
    assert slow["TransferDuration"] == free["TransferDuration"] + 6000


@promise(f"{DATASYNC}/API_Options.html", catches="options that DataSync does not know")
@pytest.mark.parametrize(
    "options",
    [
        {"OverwriteMode": "never"},
        {"VerifyMode": "ALL"},
        {"PosixPermissions": "BEST_EFFORT"},
        {"LogLevel": "DEBUG"},
    ],
)
def test_values_that_an_option_does_not_have_are_refused(lab: Any, source: str, target: str, options: Any) -> None:
    with pytest.raises(ClientError, match="failed to satisfy constraint"):
        lab.task(source, target, **options)


@promise(f"{DATASYNC}/API_CreateTask.html", catches="names made of a long module name and a long execution name")
def test_a_tasks_name_has_256_characters_at_most(cloud: InProcessCloud, source: str, target: str) -> None:
    with pytest.raises(ClientError, match="less than or equal to 256"):
        cloud.client("datasync").create_task(SourceLocationArn=source, DestinationLocationArn=target, Name="x" * 257)


@promise(f"{DATASYNC}/API_TagListEntry.html", catches="tags from names that hold characters DataSync does not take")
@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": "run#1", "Value": "v"}],
        [{"Key": f"k{number}", "Value": "v"} for number in range(51)],
        [{"Key": "aws:run", "Value": "v"}],
    ],
    ids=["characters", "too many", "reserved"],
)
def test_tags_beyond_the_limits_are_refused(
    cloud: InProcessCloud, source: str, target: str, tags: list[dict[str, str]]
) -> None:
    datasync = cloud.client("datasync")
    with pytest.raises(datasync.exceptions.InvalidRequestException):
        datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target, Tags=tags)
    assert datasync.list_tasks()["Tasks"] == []


@promise(f"{DATASYNC}/API_DeleteTask.html", catches="a task is removed without waiting for its cancelled copy to end")
@unconfirmed("no page says that a running task is kept")
def test_a_running_task_is_not_deleted(cloud: InProcessCloud, two_files: str) -> None:
    datasync = cloud.client("datasync")
    execution = datasync.start_task_execution(TaskArn=two_files)["TaskExecutionArn"]
    datasync.cancel_task_execution(TaskExecutionArn=execution)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="running"):
        datasync.delete_task(TaskArn=two_files)


@promise(f"{DATASYNC}/API_DeleteTask.html")
@unconfirmed(NO_PAGE)
def test_task_and_locations_are_gone_once_deleted(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    datasync, task = cloud.client("datasync"), lab.task(source, target)
    datasync.delete_task(TaskArn=task)
    datasync.delete_location(LocationArn=source)
    with pytest.raises(datasync.exceptions.InvalidRequestException, match="not found"):
        datasync.describe_task(TaskArn=task)
    assert [found["LocationArn"] for found in datasync.list_locations()["Locations"]] == [target]


@promise(f"{DATASYNC}/API_TaskFilter.html")
def test_tasks_are_listed_by_location(cloud: InProcessCloud, lab: Any, source: str, target: str) -> None:
    task = lab.task(source, target)
    filters = [{"Name": "LocationId", "Operator": "Equals", "Values": [source.rpartition("/")[2]]}]
    assert [known["TaskArn"] for known in cloud.client("datasync").list_tasks(Filters=filters)["Tasks"]] == [task]


@promise(f"{DATASYNC}/CommonErrors.html", catches="a throttled call ends the recovery")
def test_a_call_can_be_made_to_fail_once(cloud: InProcessCloud, source: str, target: str) -> None:
    datasync = cloud.client("datasync")
    cloud.faults.add(service="datasync", operation="CreateTask", error="InvalidRequestException", status=400)
    with pytest.raises(datasync.exceptions.InvalidRequestException):
        datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)
    datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)
    assert cloud.faults.calls()["datasync:CreateTask"] == 2


@promise(
    f"{DATASYNC}/API_CreateTask.html", catches="a repeated CreateTask leaks the first task: there is no client token"
)
def test_an_answer_can_be_lost_after_the_work_was_done(cloud: InProcessCloud, source: str, target: str) -> None:
    datasync = cloud.client("datasync")
    cloud.faults.add(service="datasync", operation="CreateTask", error="Lost", status=400, when="after")
    with pytest.raises(ClientError):
        datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target)
    assert len(datasync.list_tasks()["Tasks"]) == 1


@promise(f"{EFS}/API_CreateAccessPoint.html")
@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_motos_services_fail_on_request_too(cloud: InProcessCloud, lab: Any, when: str, made: int) -> None:
    efs = cloud.client("efs")
    cloud.faults.add(service="efs", operation="CreateAccessPoint", error="ThrottlingException", when=when)
    with pytest.raises(efs.exceptions.ThrottlingException):
        lab.access_point("/200000")
    assert len(efs.describe_access_points(FileSystemId=lab.fs_id)["AccessPoints"]) == made
