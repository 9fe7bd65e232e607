"""DataSync: EFS locations, tasks and executions that really copy directories, in Basic task mode."""
# ruff: noqa: D102 - a method is the AWS operation of its name

import secrets
from collections.abc import Iterable
from typing import Any

from localcloud import interfaces, mounts
from localcloud.copying import Copy
from localcloud.executions import Execution
from localcloud.filters import misplaced, patterns
from localcloud.listing import page, passes
from localcloud.service import JsonService, Place, Record, Refusal, Surroundings, Tags
from localcloud.task_options import DEFAULTS, broken_rules, copy_options

CREATING_SECONDS = 10.0
QUEUE_LENGTH = 50
SIDES = ("Source", "Destination")


class DataSync(JsonService):
    """DataSync in one account and Region."""

    name = "datasync"
    invalid = "InvalidRequestException"

    def __init__(self, place: Place, around: Surroundings) -> None:
        super().__init__(place, around)
        self._locations: dict[str, Record] = {}
        self._tasks: dict[str, Record] = {}
        self._executions: dict[str, Execution] = {}
        self._tags = Tags(self.invalid)

    # Locations

    def create_location_efs(self, request: Record) -> Record:
        location: Record = {"InTransitEncryption": "NONE", "Subdirectory": "/"} | request
        self._check_location(location)
        subnet = location["Ec2Config"]["SubnetArn"].rpartition("/")[2]
        if mounts.mount_target(self.client("efs"), self.client("ec2"), location) is None:
            raise _invalid(f"The file system has no mount target in the Availability Zone and VPC of subnet {subnet}.")
        location["LocationArn"] = self.arn(f"location/loc-0{secrets.token_hex(8)}")
        return self._keep(self._locations, location["LocationArn"], self._with_uri(location), request)

    def update_location_efs(self, request: Record) -> None:
        location = self._location(request["LocationArn"])
        changed = {key: value for key, value in (location | request).items() if value != ""}
        self._check_location(changed)
        location.clear()
        location.update(self._with_uri(changed))

    def describe_location_efs(self, request: Record) -> Record:
        return self._location(request["LocationArn"])

    def list_locations(self, request: Record) -> Record:
        texts = {"LocationUri": lambda item: item["LocationUri"], "LocationType": lambda _: "EFS"}
        return self._listing("Locations", self._locations.values(), request, texts)

    def delete_location(self, request: Record) -> None:
        arn = self._location(request["LocationArn"])["LocationArn"]
        for task in self._tasks.values():
            if arn in (task["SourceLocationArn"], task["DestinationLocationArn"]):
                raise _invalid(f"Location {arn} is in use by task {task['TaskArn']}.")
        del self._locations[arn]
        self._tags.forget(arn)

    # Tasks

    def create_task(self, request: Record) -> Record:
        for side in SIDES:
            self._location(request[f"{side}LocationArn"])
        if len(self._tasks) >= self.around.faults.behaviour.task_quota:
            raise _invalid("The maximum number of tasks in this account and Region is reached.", "LimitExceeded")
        options = _checked(DEFAULTS | request.get("Options", {}), request)
        _check_includes(request)
        arn = self.arn(f"task/task-0{secrets.token_hex(8)}")
        task: Record = {"TaskMode": "BASIC"} | request | {"TaskArn": arn, "Options": options, "Status": "CREATING"}
        if not self.around.faults.behaviour.tasks_stay_creating:
            self.clock.later(CREATING_SECONDS, lambda: self._connect(task))
        return self._keep(self._tasks, arn, task, request)

    def describe_task(self, request: Record) -> Record:
        return self._task(request["TaskArn"])

    def update_task(self, request: Record) -> None:
        task = self._task(request["TaskArn"])
        options = _checked(task["Options"] | request.get("Options", {}), task | request)
        _check_includes(request)
        task |= request | {"Options": options}

    def list_tasks(self, request: Record) -> Record:
        def locations(task: Record) -> list[str]:
            return [task[f"{side}LocationArn"].rpartition("/")[2] for side in SIDES]

        return self._listing("Tasks", self._tasks.values(), request, {"LocationId": locations})

    def delete_task(self, request: Record) -> None:
        task = self._task(request["TaskArn"])
        if self._running(task):
            raise _invalid(f"Task {task['TaskArn']} is running.")
        del self._tasks[task["TaskArn"]]
        self._tags.forget(task["TaskArn"])
        arns = [arn for side in SIDES for arn in task.get(f"{side}NetworkInterfaceArns", [])]
        self.clock.later(interfaces.DETACH_SECONDS, lambda: interfaces.delete(self.client("ec2"), arns))

    # Executions

    def start_task_execution(self, request: Record) -> Record:
        task = self._task(request["TaskArn"])
        running = self._running(task)
        options = _checked(task["Options"] | request.get("OverrideOptions", {}), task)
        _check_includes(request)
        if task["Status"] in ("CREATING", "UNAVAILABLE"):
            raise _invalid(f"Task {task['TaskArn']} is not available: it is {task['Status']}.")
        if running and (options["TaskQueueing"] == "DISABLED" or len(running) > QUEUE_LENGTH):
            raise _invalid(f"Task {task['TaskArn']} is running already.")
        arn = f"{task['TaskArn']}/execution/exec-0{secrets.token_hex(8)}"
        record = {key: request.get(key, task.get(key)) for key in ("Includes", "Excludes", "TaskMode")}
        record |= {"TaskExecutionArn": arn, "Status": "QUEUED", "Options": options, "StartTime": self.clock.now()}
        execution = Execution(record, self.clock, self.around.faults.behaviour, self._open, self._look, self._ended)
        self._executions[arn] = execution
        self._tags.add(arn, request.get("Tags", []))
        self._next(task)
        return record

    def describe_task_execution(self, request: Record) -> Record:
        return self._execution(request["TaskExecutionArn"]).described()

    def list_task_executions(self, request: Record) -> Record:
        within = request.get("TaskArn", "")
        if within:
            self._task(within)
        found = [run.record for arn, run in self._executions.items() if arn.startswith(within)]
        return self._listing("TaskExecutions", found, request, {})

    def cancel_task_execution(self, request: Record) -> None:
        execution = self._execution(request["TaskExecutionArn"])
        if not execution.running:
            raise _invalid(f"Task execution {request['TaskExecutionArn']} is not running.")
        if not execution.cancelled:
            execution.cancel()

    # Tags

    def tag_resource(self, request: Record) -> None:
        self._known(request["ResourceArn"])
        self._tags.add(request["ResourceArn"], request["Tags"])

    def untag_resource(self, request: Record) -> None:
        self._known(request["ResourceArn"])
        self._tags.take(request["ResourceArn"], request["Keys"])

    def list_tags_for_resource(self, request: Record) -> Record:
        self._known(request["ResourceArn"])
        tags, token = page(self._tags.list(request["ResourceArn"]), request, 100, self.invalid)
        return {"Tags": tags, "NextToken": token}

    # What IAM must know

    def known(self, arn: str) -> Record:
        """The location or task of an ARN; empty if there is none."""
        return self._locations.get(arn) or self._tasks.get(arn, {})

    def all_tags(self) -> list[tuple[str, list[Record]]]:
        """The tags of everything, by ARN."""
        return [(arn, self._tags.list(arn)) for arn in self._tags.known()]

    # What they rest on

    def _check_location(self, location: Record) -> None:
        efs = self.client("efs")
        if mounts.file_system(efs, location["EfsFilesystemArn"]) is None:
            raise _invalid(f"File system {location['EfsFilesystemArn']} is not found.")
        for key in ("AccessPointArn", "FileSystemAccessRoleArn"):
            if location.get(key) and location["InTransitEncryption"] != "TLS1_2":
                raise _invalid(f"{key} requires InTransitEncryption TLS1_2.")
        if arn := location.get("AccessPointArn"):
            point = mounts.access_point(efs, arn)
            if point is None or point["FileSystemId"] != location["EfsFilesystemArn"].rpartition("/")[2]:
                raise _invalid(f"Access point {arn} is not found on the file system.")
            if point["LifeCycleState"] != "available":
                raise _invalid(f"Access point {arn} is not available.")

    def _with_uri(self, location: Record) -> Record:
        fs_id, inside = location["EfsFilesystemArn"].rpartition("/")[2], location["Subdirectory"].strip("/")
        return location | {"LocationUri": f"efs://{self.place.region}.{fs_id}/{inside + '/' if inside else ''}"}

    def _keep(self, shelf: dict[str, Record], arn: str, record: Record, request: Record) -> Record:
        self._tags.add(arn, request.get("Tags", []))
        record["CreationTime"] = self.clock.now()
        shelf[arn] = record
        return record

    def _location(self, arn: str) -> Record:
        if arn not in self._locations:
            raise _invalid(f"Location {arn} is not found.")
        return self._locations[arn]

    def _task(self, arn: str) -> Record:
        if arn not in self._tasks:
            raise _invalid(f"Task {arn} is not found.")
        return self._tasks[arn]

    def _execution(self, arn: str) -> Execution:
        if arn not in self._executions:
            raise _invalid(f"Task execution {arn} is not found.")
        return self._executions[arn]

    def _known(self, arn: str) -> None:
        if not any(arn in shelf for shelf in (self._locations, self._tasks, self._executions)):
            raise _invalid(f"Resource {arn} is not found.")

    def _running(self, task: Record) -> list[Execution]:
        within = task["TaskArn"] + "/"
        return [run for arn, run in self._executions.items() if arn.startswith(within) and run.running]

    def _next(self, task: Record) -> None:
        """Let the task's first waiting execution run, unless one runs already."""
        running = self._running(task)
        task["Status"] = "RUNNING" if running else "AVAILABLE"
        task["CurrentTaskExecutionArn"] = running[0].record["TaskExecutionArn"] if running else None
        if running and running[0].status == "QUEUED":
            running[0].start()

    def _ended(self, execution: Execution) -> None:
        task = self._tasks.get(execution.record["TaskExecutionArn"].partition("/execution/")[0])
        with self.lock:
            if task:
                self._next(task)

    def _open(self, execution: Execution) -> Copy:
        """Mount both sides of an execution's task, as they stand now."""
        mounter, locations = self._mounter(), self._sides(execution)
        task_arn = execution.record["TaskExecutionArn"].partition("/execution/")[0]
        source, target = (mounter.mount(at, task_arn, at is locations[1]) for at in locations)
        includes, excludes = (_patterns(execution.record[side]) for side in ("Includes", "Excludes"))
        copy = Copy(self.disk, source, target, copy_options(execution.record["Options"]), includes, excludes)
        copy.stopped = lambda: execution.cancelled
        copy.rest = self.clock.sleep
        if not copy.writable():
            raise mounts.MountFailed(locations[1], "mkdir /.aws-datasync: Permission denied")
        return copy

    def _look(self, execution: Execution) -> None:
        mounter = self._mounter()
        for location in self._sides(execution):
            mounter.look(location)

    def _mounter(self) -> mounts.Mounter:
        plain = self.around.faults.behaviour.ignore_access_points
        return mounts.Mounter(self.client("efs"), self.client("ec2"), self.disk, self.around.allowed, plain)

    def _sides(self, execution: Execution) -> list[Record]:
        task = self._task(execution.record["TaskExecutionArn"].partition("/execution/")[0])
        return [self._location(task[f"{side}LocationArn"]) for side in SIDES]

    def _connect(self, task: Record) -> None:
        """Give a new task its network interfaces; without them it never becomes available."""
        with self.lock:
            if task["TaskArn"] not in self._tasks:
                return
            ec2 = self.client("ec2")
            try:
                for side in SIDES:
                    arns = interfaces.create(ec2, self._location(task[f"{side}LocationArn"]), task["TaskArn"])
                    task[f"{side}NetworkInterfaceArns"] = arns
            except interfaces.NotConnected as failure:
                task |= {"Status": "UNAVAILABLE", "ErrorCode": "NetworkInterface", "ErrorDetail": str(failure)}
            else:
                task["Status"] = "AVAILABLE"

    def _listing(self, member: str, items: Iterable[Record], request: Record, values: Any) -> Record:
        values = {"CreationTime": lambda item: str(item["CreationTime"])} | values
        found = [
            item
            for item in items
            if all(
                passes(values[rule["Name"]](item), rule["Operator"], rule["Values"])
                for rule in request.get("Filters", [])
            )
        ]
        items, token = page(found, request, 100, self.invalid)
        return {member: items, "NextToken": token}


def _checked(options: Record, task: Record) -> Record:
    if broken := broken_rules(options, bool(task.get("CloudWatchLogGroupArn"))):
        raise _invalid(" ".join(broken))
    return options


def _check_includes(request: Record) -> None:
    if wrong := misplaced(_patterns(request.get("Includes"))):
        raise _invalid(f"Include filter {wrong[0]} has a wildcard that is not its last character.")


def _patterns(rules: list[Record] | None) -> tuple[str, ...]:
    return tuple(part for rule in rules or [] for part in patterns(rule["Value"]))


def _invalid(message: str, code: str | None = None) -> Refusal:
    members = {"errorCode": code, "datasyncErrorCode": code} if code else {}
    return Refusal("InvalidRequestException", message, 400, **members)
