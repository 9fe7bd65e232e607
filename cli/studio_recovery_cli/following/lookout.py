"""Looks at recoveries under way: asks Step Functions and DataSync how far each is, with few calls for many."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.aws.executions import execution_arn
from studio_recovery.aws.transfers import Task
from studio_recovery.outcome import FINAL_STATUSES
from studio_recovery.recovery import Recovery
from studio_recovery.rows import Row
from studio_recovery.statuses import CANCELLED, Status
from studio_recovery_cli import words
from studio_recovery_cli.following.progress import Copy, Phase, Progress, of_copy, pace, phase_of, under_way

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment

# Of more recoveries that do not copy, the executions are not asked: they wait.
IN_DETAIL = 20
_GONE = ("ExecutionDoesNotExist", "ExecutionNotFound")
_EVENTS = 25
_SAMPLES = 30


class Lookout:
    """Looks again and again, and remembers what it saw, so that it can tell a pace."""

    def __init__(self, deployment: "Deployment", in_detail: int = IN_DETAIL) -> None:
        self._deployment = deployment
        self._in_detail = in_detail
        self._copies: dict[str, str] = {}
        self._seen: dict[str, list[tuple[int, int]]] = {}

    def look(self, rows: Iterable[Row]) -> list[Progress]:
        """How far the recoveries of these rows are, in their order; rows that rest are left out.

        One call lists the tasks; each copy that runs costs one or two more, and so does each of the first others.
        """
        running = [row for row in rows if under_way(row)]
        if not running:
            return []
        tasks = {task.run_id: task for task in self._deployment.transfers.tasks()[1]}
        asked = islice((row.owner for row in running if not _copies(row, tasks, self._arn(row))), self._in_detail)
        in_detail = set(asked)
        return [self._one(row, tasks, row.owner in in_detail) for row in running]

    def arn_of(self, row: Row, request_id: str) -> str:
        """The ARN that the execution of a request of this row has, if it has one."""
        if row.home is None or not request_id:
            return ""
        # The source is no part of an execution's name.
        wanted = Recovery(row.home, row.home, row.owner.key, row.owner.domain_name, request_id)
        return execution_arn(self._deployment.state_machine_arn, wanted.execution_name)

    def _arn(self, row: Row) -> str:
        return row.execution_arn if row.status is Status.RUNNING else self.arn_of(row, row.request_id)

    def _one(self, row: Row, tasks: Mapping[str, Task], in_detail: bool) -> Progress:
        arn = self._arn(row)
        task = tasks.get(arn.rpartition(":")[2])
        copy = self._copy(task) if task and task.busy else None
        why, rate = "", 0.0
        if copy:
            phase, rate = of_copy(copy.status), self._pace(copy)
        elif in_detail:
            phase, why = self._phase(arn)
        else:
            phase = Phase.OPENS if row.status is Status.RUNNING else Phase.BEGINS
        if row.reason == CANCELLED:
            phase = Phase.CANCELS
        source = row.copying or (row.next_source.home.key if row.next_source else "")
        return Progress(
            owner=row.owner,
            status=row.status,
            phase=phase,
            source=source,
            target=row.home.key if row.home else "",
            request_id=row.request_id,
            execution_arn=arn,
            waits_since=row.event_time,
            why=why,
            copy=copy,
            bytes_per_second=rate,
        )

    def _phase(self, arn: str) -> tuple[Phase, str]:
        """What an execution does by its newest events. One that nobody knows has not begun."""
        try:
            found = self._deployment.client("stepfunctions").get_execution_history(
                executionArn=arn, reverseOrder=True, maxResults=_EVENTS, includeExecutionData=False
            )
        except ClientError as error:
            if code(error) in _GONE:
                return Phase.BEGINS, ""
            raise
        return phase_of(found["events"])

    def _copy(self, task: Task) -> Copy | None:
        """The copy that the task makes now; None if it has just ended, or is gone."""
        transfers = self._deployment.transfers
        arn = self._copies.get(task.arn) or next(transfers.copies_of(task.arn), "")
        if not arn:
            return None
        found = transfers.copy(arn)
        copy = _copy_from(arn, found) if found else None
        ended = copy is None or copy.status in FINAL_STATUSES
        # A task may copy a second time.
        self._copies[task.arn] = "" if ended else arn
        return copy

    def _pace(self, copy: Copy) -> float:
        samples = self._seen.setdefault(copy.arn, [])
        samples.append((words.now(), copy.bytes_written))
        del samples[:-_SAMPLES]
        return pace(samples, copy.started_at)


def _copies(row: Row, tasks: Mapping[str, Task], arn: str) -> bool:
    task = tasks.get(arn.rpartition(":")[2])
    return row.status is Status.RUNNING and task is not None and task.busy


def _copy_from(arn: str, found: Mapping[str, Any]) -> Copy:
    started = found.get("StartTime")
    return Copy(
        arn=arn,
        status=found["Status"],
        bytes_written=int(found.get("BytesWritten", 0)),
        bytes_expected=int(found.get("EstimatedBytesToTransfer", 0)),
        files_transferred=int(found.get("FilesTransferred", 0)),
        files_expected=int(found.get("EstimatedFilesToTransfer", 0)),
        started_at=round(started.timestamp() * 1000) if started else 0,
    )
