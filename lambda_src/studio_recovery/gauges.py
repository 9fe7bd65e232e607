"""Knows the figures that CloudWatch keeps: who waits and for how long, how recoveries ended, what the seed repaired."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from studio_recovery.resting import waits_for_somebody
from studio_recovery.rows import Row
from studio_recovery.statuses import UNDER_WAY, Status

if TYPE_CHECKING:
    from studio_recovery.announcements import Announcement

NAMESPACE = "StudioRecovery"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure as CloudWatch knows it: its metric's name and unit, and its value now."""

    name: str
    unit: Literal["Count", "Seconds", "Bytes", "Percent"]
    value: float


def gauges(rows: Iterable[Row], now: int) -> tuple[Gauge, ...]:
    """The figures of these rows at a time in milliseconds since 1970.

    Of owners that are gone nobody waits for files, and who is on hold was put there: neither counts as failed or
    blocked. A wait counts from the observation that asked for the recovery.
    """
    known = list(rows)
    resting = [row.status for row in known if waits_for_somebody(row) and row.replication and not row.deleted_at]
    since = [row.event_time or now for row in known if row.status in UNDER_WAY]
    return (
        Gauge("FailedRecoveries", "Count", sum(status is Status.FAILED for status in resting)),
        Gauge("PartialRecoveries", "Count", sum(status is Status.PARTIAL for status in resting)),
        Gauge("BlockedRecoveries", "Count", sum(status is Status.BLOCKED for status in resting)),
        Gauge("WaitingRecoveries", "Count", len(since)),
        Gauge("OldestWait", "Seconds", max(0, now - min(since, default=now)) / 1000),
    )


def of_a_pass(repairs: int) -> tuple[Gauge, ...]:
    """The figures of a pass of the seed that came to its end, and had to make good so many things."""
    return (Gauge("SeedPasses", "Count", 1), Gauge("Repairs", "Count", repairs))


def of_tasks(tasks: int, quota: int) -> tuple[Gauge, ...]:
    """How many DataSync tasks the account has, whoever made them, and how much of its quota that is."""
    return (Gauge("Tasks", "Count", tasks), Gauge("TaskQuotaUsed", "Percent", 100 * tasks / quota))


def of_an_end(ended: Announcement) -> tuple[Gauge, ...]:
    """What one recovery did that has ended; nothing of one that never copied."""
    counts = ended.counts
    if not counts.total_duration_ms:
        return ()
    took = (
        Gauge("CopyDuration", "Seconds", counts.total_duration_ms / 1000),
        Gauge("BytesWritten", "Bytes", counts.bytes_written),
        Gauge("FilesTransferred", "Count", counts.files_transferred),
    )
    waited = (Gauge("TimeToRecover", "Seconds", ended.waited_ms / 1000),) if ended.waited_ms else ()
    return took + waited
