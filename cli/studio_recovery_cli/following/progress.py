"""Knows how far a recovery is: its phase in words, what is copied of how much, how fast, and how long it still takes.

Pure: what Step Functions and DataSync told goes in. Times are milliseconds since 1970.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from studio_recovery.owners import Owner
from studio_recovery.rows import Row
from studio_recovery.statuses import UNDER_WAY, Status
from studio_recovery_cli import words


class Phase(StrEnum):
    """What a recovery does now, or waits for."""

    BEGINS = "waits to begin"
    NO_PLACE = "waits for a place"
    OTHER_COPY = "waits for another copy"
    NO_APP = "waits for an app"
    AWS_BUSY = "waits for AWS"
    OPENS = "opens both homes"
    QUEUED = "waits in DataSync"
    COMPARES = "compares both homes"
    COPIES = "copies"
    VERIFIES = "verifies"
    CLOSES = "writes it down"
    CANCELS = "is being cancelled"
    DEAD = "died, the next seed ends it"


# Error names of open_homes, which the state machine retries.
_WAITS = {
    "NoRoom": Phase.NO_PLACE,
    "AccountFull": Phase.NO_PLACE,
    "TargetBusy": Phase.OTHER_COPY,
    "CopyStillRunning": Phase.OTHER_COPY,
    "NoApp": Phase.NO_APP,
    "AwsBusy": Phase.AWS_BUSY,
    "LedgerConflict": Phase.AWS_BUSY,
}
_OPENING = "Open both homes"
_IN_LINE = "Wait for a place"
_STARTING = ("Look at the task", "Is the task ready?", "Wait for the task")
_CLOSING = (
    "Wait for the copy",
    "Look at the copy",
    "Has the copy ended?",
    "Give up the copy",
    "Note the end",
    "Close both homes",
    "Leave the rest",
    "Did it end well?",
    "Over",
    "Not recovered",
)
# docs.aws.amazon.com/datasync/latest/userguide/API_DescribeTaskExecution.html, Status.
_OF_A_COPY = {
    "QUEUED": Phase.QUEUED,
    "LAUNCHING": Phase.COMPARES,
    "PREPARING": Phase.COMPARES,
    "TRANSFERRING": Phase.COPIES,
    "VERIFYING": Phase.VERIFIES,
    "SUCCESS": Phase.CLOSES,
    "ERROR": Phase.CLOSES,
}
_ENDED = {"ExecutionAborted": Phase.DEAD, "ExecutionTimedOut": Phase.DEAD}
_LOOKED_BACK_MS = 30_000
_LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as DataSync tells it: what is written of what is expected; nothing is expected until it compared."""

    arn: str
    status: str
    bytes_written: int = 0
    bytes_expected: int = 0
    files_transferred: int = 0
    files_expected: int = 0
    started_at: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """A recovery under way. `bytes_per_second` is 0 while nobody knows; `why` is what a waiting one was told."""

    owner: Owner
    status: Status
    phase: Phase
    source: str = ""
    target: str = ""
    request_id: str = ""
    execution_arn: str = ""
    waits_since: int = 0
    why: str = ""
    copy: Copy | None = None
    bytes_per_second: float = 0

    @property
    def seconds_left(self) -> float | None:
        """How long the copying still takes at this pace; None if nobody knows."""
        if self.copy is None or self.phase is not Phase.COPIES or not self.bytes_per_second:
            return None
        return max(0, self.copy.bytes_expected - self.copy.bytes_written) / self.bytes_per_second

    @property
    def share(self) -> float:
        """How much of the bytes is written, from 0 to 1; all of it once the copying is over."""
        if self.phase in (Phase.VERIFIES, Phase.CLOSES):
            return 1
        if self.copy is None or not self.copy.bytes_expected:
            return 0
        return min(1, self.copy.bytes_written / self.copy.bytes_expected)


def phase_of(events: Sequence[Mapping[str, Any]]) -> tuple[Phase, str]:
    """What an execution does by its newest events, the newest first, and what it was told if it waits."""
    waits: tuple[Phase, str] | None = None
    for event in events:
        kind = event["type"]
        if kind.startswith("Execution"):
            return (Phase.BEGINS, "") if kind == "ExecutionStarted" else (_ENDED.get(kind, Phase.CLOSES), "")
        if kind == "TaskFailed" and waits is None:
            failed = event.get("taskFailedEventDetails", {})
            waits = _WAITS.get(failed.get("error", ""), Phase.OPENS), _said(failed.get("cause", ""))
        if kind.endswith("StateEntered"):
            state = event["stateEnteredEventDetails"]["name"]
            if state == _IN_LINE:
                # Why it stands in line, the state before was told.
                continue
            return waits if waits and state == _OPENING else (_of_state(state), "")
    return waits or (Phase.OPENS, "")


def _said(cause: str) -> str:
    """What a function said when it failed, in one line: its words lie as JSON in the cause."""
    try:
        text = str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        text = cause
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_WHY else f"{line[: _LONGEST_WHY - 1]}…"


def _of_state(name: str) -> Phase:
    """What an execution does in a state while DataSync has no copy of it that runs."""
    if name == _OPENING or name in _STARTING:
        return Phase.OPENS
    return Phase.CLOSES if name in _CLOSING else Phase.COMPARES


def of_copy(status: str) -> Phase:
    """What a copy in this status of DataSync's does; a status that nobody knows yet is copying."""
    return _OF_A_COPY.get(status, Phase.COPIES)


def pace(samples: Sequence[tuple[int, int]], started_at: int) -> float:
    """Bytes per second by (time, bytes written), oldest first: of the last half minute, or since the start."""
    at, written = samples[-1]
    lately = [one for one in samples if one[0] >= at - _LOOKED_BACK_MS]
    since, before = lately[0] if len(lately) > 1 else (started_at, 0)
    if not since or at <= since:
        return 0
    return max(0, written - before) / (at - since) * 1000


def as_item(progress: Progress) -> dict[str, Any]:
    """The progress as data; see progress_fields."""
    copy = progress.copy
    left = progress.seconds_left
    return {
        "owner": str(progress.owner),
        "phase": str(progress.phase),
        "why": progress.why or None,
        "source": progress.source or None,
        "target": progress.target or None,
        "bytes_written": copy.bytes_written if copy else None,
        "bytes_expected": copy.bytes_expected if copy else None,
        "files_transferred": copy.files_transferred if copy else None,
        "files_expected": copy.files_expected if copy else None,
        "bytes_per_second": round(progress.bytes_per_second) if copy else None,
        "seconds_left": None if left is None else round(left),
        "waits_since": words.iso(progress.waits_since),
        "execution_arn": progress.execution_arn or None,
        "task_execution_arn": copy.arn if copy else None,
    }


def sentence(progress: Progress, room: int) -> str:
    """Phase, why it waits, bytes, time left, pace and files in words: as much as there is room for, in letters."""
    copy = progress.copy
    parts = [str(progress.phase)]
    if progress.why:
        reasoned = f"{progress.phase}: {progress.why}"
        return reasoned if len(reasoned) <= room else parts[0]
    if copy and copy.bytes_expected and progress.phase in (Phase.COPIES, Phase.VERIFIES):
        parts[0] += f" {words.size(copy.bytes_written)} of {words.size(copy.bytes_expected)}"
        left = progress.seconds_left
        if left is not None:
            parts.append(f"{words.duration(left)} left")
        if progress.bytes_per_second and progress.phase is Phase.COPIES:
            parts.append(f"{words.size(progress.bytes_per_second)}/s")
        parts.append(f"{words.number(copy.files_transferred)} of {words.number(copy.files_expected)} files")
    while len(parts) > 1 and len(", ".join(parts)) > room:
        parts.pop()
    return ", ".join(parts)


def under_way(row: Row) -> bool:
    """True if a recovery of the row waits to begin or runs."""
    return row.status in UNDER_WAY
