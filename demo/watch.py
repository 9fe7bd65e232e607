"""Follows recoveries from outside as they happen, stage by stage: event, ledger, trigger, recovery."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from demo.executions import Execution, Executions
from demo.ledger import Item, Ledger
from demo.studio import Owner

WHAT_AN_EVENT_SAYS = {"created": "was created", "deleted": "was deleted", "not protected": "cannot be protected"}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: the stage's word, whom it concerns, and what."""

    word: str
    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """How far a copy is, as DataSync tells it."""

    status: str
    bytes_written: int
    bytes_expected: int


@dataclass
class Watch:
    """What is new at each look."""

    ledger: Ledger
    executions: Executions
    owners: tuple[Owner, ...]
    _seen: set[Any] = field(default_factory=set)
    _followed: list[Execution] = field(default_factory=list)

    def look(self) -> list[Moment]:
        """Everything that happened since the look before, in the order of the stages.

        It looks at the last stage first, so that what led to something is never shown after it.
        """
        self._followed = self.executions.of(self.ledger.domain)
        last_first = [list(stage()) for stage in (self._recoveries, self._triggers, self._ledger, self._events)]
        moments = [moment for stage in reversed(last_first) for moment in stage]
        fresh = [(key, moment) for key, moment in moments if key not in self._seen]
        self._seen.update(key for key, _ in fresh)
        return [moment for _, moment in fresh]

    def copies(self) -> dict[str, Copy]:
        """How far the copies of the running executions are, by owner."""
        datasync = self.ledger.cloud.client("datasync")
        arns = {task["Name"].rpartition(":")[2]: task["TaskArn"] for task in _all(datasync, "list_tasks", "Tasks")}
        running = [execution for execution in self._followed if execution.name in arns]
        found = {}
        for execution in running:
            try:
                for copy in _all(datasync, "list_task_executions", "TaskExecutions", TaskArn=arns[execution.name]):
                    told = datasync.describe_task_execution(TaskExecutionArn=copy["TaskExecutionArn"])
                    counts = (told.get("BytesWritten", 0), told.get("EstimatedBytesToTransfer", 0))
                    found[execution.owner] = Copy(told["Status"], *counts)
            except datasync.exceptions.InvalidRequestException:
                # The task was removed since it was listed: its recovery is over.
                continue
        return found

    def _events(self) -> Iterator[tuple[Any, Moment]]:
        for owner in self.owners:
            for line in self.ledger.history(owner):
                if line["what"] in WHAT_AN_EVENT_SAYS:
                    home = f", home {line['efs_sys_id']}/{line['efs_uid']}" if "efs_uid" in line else ""
                    text = f"{WHAT_AN_EVENT_SAYS[line['what']]}{home}"
                    yield (str(owner), line["epoctime"]), Moment("event", str(owner), text)

    def _ledger(self) -> Iterator[tuple[Any, Moment]]:
        for owner in self.owners:
            row = self.ledger.row(owner)
            if row is not None:
                yield (str(owner), "row", row["version"]), Moment("ledger", str(owner), ", ".join(_row_says(row)))

    def _triggers(self) -> Iterator[tuple[Any, Moment]]:
        for execution in self._followed:
            yield execution.arn, Moment("trigger", execution.owner, f"execution {execution.name} started")

    def _recoveries(self) -> Iterator[tuple[Any, Moment]]:
        for execution in self._followed:
            for name in self.executions.work(execution):
                yield (execution.arn, name), Moment("recovery", execution.owner, name)
            if execution.status != "RUNNING":
                yield (execution.arn, "over"), Moment("recovery", execution.owner, f"execution {execution.status}")


def _row_says(row: Item) -> Iterator[str]:
    """What an admin wants to know of a row."""
    status = row["replication_status"]
    yield f"{status} ({row['reason']})" if row.get("reason") else status
    if row.get("deleted_at"):
        yield "its home stays a source"
    elif status == "PENDING":
        yield f"to be recovered from {' and '.join(row['sources'])}"
    elif row.get("files_transferred"):
        yield f"{row['files_transferred']} files and folders, {row['bytes_written']:,} bytes"


def _all(client: Any, operation: str, field_name: str, **asked: str) -> list[dict[str, Any]]:
    return [thing for page in client.get_paginator(operation).paginate(**asked) for thing in page[field_name]]
