"""Knows DataSync: one task with two locations per run, found again by name and tag, started by the state machine.

API: docs.aws.amazon.com/datasync/latest/userguide/API_CreateTask.html, API_CreateLocationEfs.html.
The create calls have no client token, so each step first looks for what an earlier, half-lost try of the same run made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.aws.network import Place
from studio_recovery.errors import AccountFull
from studio_recovery.outcome import CopyEnd
from studio_recovery.recovery import SIDE_TAG, Made, Run, made
from studio_recovery.rows import Counts


@dataclass(frozen=True, slots=True)
class Task:
    """A task of some run of this module. `target` is `fs-id/uid`; `busy` while a copy runs or waits.

    `creating`: it may not have its network interfaces yet.
    """

    arn: str
    module: str
    target: str
    run_id: str
    busy: bool
    creating: bool = False

    @property
    def label(self) -> str:
        """Its name in DataSync."""
        return f"{self.module}:{self.target}:{self.run_id}"


class Transfers:
    """The tasks and locations of the runs of one module.

    `once` is a client of DataSync that repeats no call: it creates. `name` is the module's.
    """

    def __init__(self, datasync: Any, once: Any, name: str) -> None:
        self._datasync = datasync
        self._once = once
        self._name = name

    def tasks(self) -> tuple[int, list[Task]]:
        """How many tasks the account has in this Region, and those of this module."""
        listed = [task for page in self._pages("list_tasks") for task in page["Tasks"]]
        return len(listed), [task for found in listed if (task := _task(found)) and task.module == self._name]

    def location(self, place: Place, access_point_arn: str, role_arn: str, side: str, run: Run) -> str:
        """Makes the run's location on this side: a home behind its access point, over TLS. Its ARN."""
        answer: dict[str, Any] = self._once.create_location_efs(
            EfsFilesystemArn=place.file_system_arn,
            Ec2Config={"SubnetArn": place.subnet_arn, "SecurityGroupArns": [place.datasync_group_arn]},
            AccessPointArn=access_point_arn,
            FileSystemAccessRoleArn=role_arn,
            InTransitEncryption="TLS1_2",
            Tags=_tag_list(run.tags() | {SIDE_TAG: side}),
        )
        return str(answer["LocationArn"])

    def create_task(self, locations: Mapping[str, str], run: Run, log_group_arn: str, how: Mapping[str, Any]) -> str:
        """Makes the run's task between its locations (`source`, `target`). Its ARN. `how` is Options.as_request's.

        Raises AccountFull if DataSync says that the account may have no more tasks.
        """
        try:
            answer: dict[str, Any] = self._once.create_task(
                SourceLocationArn=locations["source"],
                DestinationLocationArn=locations["target"],
                CloudWatchLogGroupArn=log_group_arn,
                Name=run.label,
                TaskMode="BASIC",
                Tags=_tag_list(run.tags()),
                **how,
            )
        except ClientError as error:
            if _says_full(error):
                raise AccountFull(error.response["Error"].get("Message", "")) from error
            raise
        return str(answer["TaskArn"])

    def locations_of(self, run_id: str | None, file_system_ids: set[str] | None = None) -> Iterator[Made]:
        """The locations that this run (None: any run of the module) made, on these file systems (None: on any).

        Each location's tags are read, so it is for when no task tells its locations.
        """
        filters = [
            {"Name": "LocationUri", "Operator": "Contains", "Values": [file_system_id]}
            for file_system_id in sorted(file_system_ids or ())
        ]
        for chosen in [[one] for one in filters] if file_system_ids is not None else [[]]:
            for page in self._pages("list_locations", Filters=chosen):
                for location in page["Locations"]:
                    arn = location["LocationArn"]
                    if found := made(arn, self._tags(arn), self._name, run_id):
                        yield replace(found, file_system_id=_file_system_in(location["LocationUri"]))

    def locations_between(self, task_arn: str) -> list[str]:
        """The ARNs of the locations that a task copies between; none if the task is gone."""
        task = self._unless_missing("describe_task", TaskArn=task_arn)
        return [task["SourceLocationArn"], task["DestinationLocationArn"]] if task else []

    def is_older(self, task_arn: str, than: str) -> bool:
        """True if the first task was made before the second (if at once, the ARNs decide); false if one is gone."""
        first, second = (self._unless_missing("describe_task", TaskArn=arn) for arn in (task_arn, than))
        if first is None or second is None:
            return False
        return bool((first["CreationTime"], task_arn) < (second["CreationTime"], than))

    def was_started(self, task_arn: str) -> bool:
        """True if the task has any execution, also one that has ended; false if it is gone."""
        return bool(self._executions_of(task_arn))

    def copies_of(self, task_arn: str) -> Iterator[str]:
        """The ARNs of the task's executions that have not ended."""
        for found in self._executions_of(task_arn):
            if not CopyEnd(found["Status"]).has_ended:
                yield found["TaskExecutionArn"]

    def copy(self, task_execution_arn: str) -> dict[str, Any] | None:
        """What DescribeTaskExecution says of a copy; None if its task is gone."""
        return self._unless_missing("describe_task_execution", TaskExecutionArn=task_execution_arn)

    def cancel(self, task_execution_arn: str) -> None:
        """Cancels a copy; it may have ended already, or be about to."""
        try:
            self._datasync.cancel_task_execution(TaskExecutionArn=task_execution_arn)
        except ClientError as error:
            if code(error) != "InvalidRequestException":
                raise

    def delete_task(self, arn: str) -> None:
        """Removes the task; it may be gone already."""
        self._unless_missing("delete_task", TaskArn=arn)

    def delete_idle_task(self, arn: str) -> bool:
        """Removes the task unless it copies: False if it does. It may be gone already.

        Of a task that is gone IAM knows no tag, so a call that its tag would allow is refused.
        """
        try:
            self.delete_task(arn)
        except ClientError as error:
            if code(error) == "InvalidRequestException":
                return False
            if any(task.arn == arn for task in self.tasks()[1]):
                raise
        return True

    def delete_location(self, arn: str) -> None:
        """Removes the location; it may be gone already."""
        self._unless_missing("delete_location", LocationArn=arn)

    def _executions_of(self, task_arn: str) -> list[dict[str, Any]]:
        try:
            pages = list(self._pages("list_task_executions", TaskArn=task_arn))
        except ClientError as error:
            if _says_missing(error):
                return []
            raise
        return [found for page in pages for found in page["TaskExecutions"]]

    def _unless_missing(self, operation: str, **arn: str) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = getattr(self._datasync, operation)(**arn)
        except ClientError as error:
            if _says_missing(error):
                return None
            raise
        return answer

    def _tags(self, arn: str) -> dict[str, str]:
        try:
            pages = list(self._pages("list_tags_for_resource", ResourceArn=arn))
        except ClientError as error:
            if _says_missing(error):
                return {}
            raise
        return {tag["Key"]: tag.get("Value", "") for page in pages for tag in page.get("Tags", [])}

    def _pages(self, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        yield from self._datasync.get_paginator(operation).paginate(**arguments)


def _says_missing(error: ClientError) -> bool:
    """A missing thing is an InvalidRequestException that says "not found"; there is no code of its own."""
    said = error.response["Error"].get("Message", "").lower()
    return code(error) == "InvalidRequestException" and "not found" in said


def _file_system_in(uri: str) -> str:
    """The file system of `efs://region.fs-id/path`."""
    return uri.partition("://")[2].partition("/")[0].partition(".")[2]


def _says_full(error: ClientError) -> bool:
    """The quota's error has no code of its own in the API model: its text or inner code speaks of a limit or quota."""
    inner = cast("dict[str, str]", error.response).get("errorCode", "")
    said = f"{inner} {error.response['Error'].get('Message', '')}".lower()
    return code(error) == "InvalidRequestException" and any(
        word in said for word in ("limit", "quota", "maximum number")
    )


def copy_end(described: Mapping[str, Any]) -> CopyEnd:
    """What an answer of DescribeTaskExecution says, as Step Functions or boto3 give it."""
    result = described.get("Result", {})
    return CopyEnd(
        status=described["Status"],
        error_code=result.get("ErrorCode", ""),
        error_detail=result.get("ErrorDetail", ""),
        transfer_status=result.get("TransferStatus", ""),
        expected=int(described.get("EstimatedFilesToTransfer", 0)),
        skipped=int(described.get("FilesSkipped", 0)),
        counts=Counts(
            bytes_written=int(described.get("BytesWritten", 0)),
            files_transferred=int(described.get("FilesTransferred", 0)),
            total_duration_ms=int(result.get("TotalDuration", 0)),
        ),
    )


def _task(found: Mapping[str, Any]) -> Task | None:
    module, _, rest = found.get("Name", "").partition(":")
    target, _, run_id = rest.rpartition(":")
    busy, creating = found["Status"] in ("RUNNING", "QUEUED"), found["Status"] == "CREATING"
    return Task(found["TaskArn"], module, target, run_id, busy, creating) if run_id else None


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
