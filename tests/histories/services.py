"""SageMaker and DataSync of the local cloud, called without HTTP and on homes in memory; and ids that repeat."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from localcloud import datasync, mounts, sagemaker, trail
from localcloud.disk import Disk
from localcloud.executions import Execution
from localcloud.filters import patterns
from localcloud.service import Call, Place, Record, Surroundings
from localcloud.task_options import copy_options
from tests.histories.homes import Homes, MemoryCopy, Mount

WRITES = ("create", "delete", "update")
ID_LENGTH = 12


class Studio(sagemaker.SageMaker):
    """SageMaker; every write is told to CloudTrail, as through its front door."""

    def call(self, operation: str, request: Record) -> Record:
        """Carry out an operation by its boto3 name."""
        answer = getattr(self, operation)(request) or {}
        if operation.startswith(WRITES):
            name = "".join(word.capitalize() for word in operation.split("_"))
            self.finished(Call(name, request, {}, None, "request"))
        return {key: _with_times(value, key) for key, value in answer.items()}

    def lives(self, kind: str, domain_id: str, key: str) -> Record | None:
        """The record of a profile (`user`) or space of this lower-case name, or None."""
        shelf = self._owners["user-profile" if kind == "user" else "space"]
        return shelf.get((domain_id, key)) if domain_id in self._domains else None

    def domains(self) -> dict[str, Record]:
        """All domains by id."""
        return self._domains


def _with_times(value: Any, key: str = "") -> Any:
    """The value of a key as boto3 gives it: with times as datetimes."""
    if key in ("CreationTime", "LastModifiedTime"):
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, list):
        return [_with_times(one) for one in value]
    return {name: _with_times(one, name) for name, one in value.items()} if isinstance(value, dict) else value


class Transfers(datasync.DataSync):
    """DataSync, which copies from home to home in memory. Networks and policies are none of its business here."""

    def __init__(self, place: Place, around: Surroundings, homes: Homes) -> None:
        super().__init__(place, around)
        self._homes = homes
        self.starts: Callable[[Execution], None] = lambda _: None
        self.takes: Callable[[Execution], float] = lambda _: 0.0
        """How many seconds the writing of a copy takes, beside those that DataSync needs for any."""

    def call(self, operation: str, request: Record) -> Record:
        """Carry out an operation by its boto3 name."""
        return dict(getattr(self, operation)(request) or {})

    def start_task_execution(self, request: Record) -> Record:
        """Start a copy, and tell whoever wants to know."""
        record = super().start_task_execution(request)
        self.starts(self._executions[record["TaskExecutionArn"]])
        return record

    def _open(self, execution: Execution) -> Any:
        source, target = (self._mounted(location) for location in self._sides(execution))
        includes, excludes = (_patterns(execution.record[side]) for side in ("Includes", "Excludes"))
        task = execution.record["TaskExecutionArn"].partition("/execution/")[0]
        copy = MemoryCopy(source, target, copy_options(execution.record["Options"]), task, includes, excludes)
        if seconds := self.takes(execution):
            copy.rest = lambda: self.clock.sleep(seconds)
        return copy

    def _mounted(self, location: Record) -> Mount:
        self._mounter().look(location)
        fs_id = location["EfsFilesystemArn"].rpartition("/")[2]
        point = mounts.access_point(self.client("efs"), location.get("AccessPointArn", "")) or {}
        user = point.get("PosixUser")
        parts = point.get("RootDirectory", {}).get("Path", "/"), location["Subdirectory"]
        path = "/".join(part.strip("/") for part in parts).strip("/")
        return Mount(self._homes, fs_id, f"{path}/" if path else "", (user["Uid"], user["Gid"]) if user else None)

    def running(self) -> list[Execution]:
        """The task executions that have not ended."""
        return [execution for execution in self._executions.values() if execution.running]

    def task_of(self, execution: Execution) -> Record:
        """The task of an execution; empty if it is gone."""
        return self._tasks.get(execution.record["TaskExecutionArn"].partition("/execution/")[0], {})

    def sides_of(self, task: Record) -> list[Record]:
        """A task's source and target locations."""
        return [self._location(task[f"{side}LocationArn"]) for side in datasync.SIDES]

    def things(self) -> list[str]:
        """The ARNs of all tasks and locations."""
        return [*self._tasks, *self._locations]

    def tasks(self) -> dict[str, Record]:
        """All tasks by ARN."""
        return self._tasks


def as_disk(homes: Homes) -> Disk:
    """The homes in the place of a disk: SageMaker only makes and removes."""
    return cast("Disk", homes)


@contextmanager
def numbered() -> Iterator[None]:
    """While it lasts, all ids that the local cloud makes up are counted: the same history has the same ids."""
    numbers, drawn = count(1), count()

    def token(size: int) -> str:
        return f"{next(numbers):0{2 * size}x}"

    def choice(letters: str) -> str:
        number, place = divmod(next(drawn), ID_LENGTH)
        return letters[number // len(letters) ** place % len(letters)]

    secrets = SimpleNamespace(token_hex=token, choice=choice)
    with ExitStack() as stack:
        stack.enter_context(_replaced(datasync, secrets=secrets))
        stack.enter_context(_replaced(sagemaker, secrets=secrets))
        stack.enter_context(_replaced(trail, uuid=SimpleNamespace(uuid4=lambda: f"event-{next(numbers):06d}")))
        yield


@contextmanager
def _replaced(module: ModuleType, **names: Any) -> Iterator[None]:
    kept = {name: getattr(module, name) for name in names}
    vars(module).update(names)
    try:
        yield
    finally:
        vars(module).update(kept)


def _patterns(rules: list[Record] | None) -> tuple[str, ...]:
    return tuple(part for rule in rules or [] for part in patterns(rule["Value"]))
