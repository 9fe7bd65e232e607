"""Knows the figures that say whether somebody waits: how many rows failed, are blocked or wait, and how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from studio_recovery.notices import waits_for_somebody
from studio_recovery.nouns import Row, Status

NAMESPACE = "StudioRecovery"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure as CloudWatch knows it: its metric's name and unit, and its value now."""

    name: str
    unit: Literal["Count", "Seconds"]
    value: float


def gauges(rows: Iterable[Row], now: int) -> tuple[Gauge, ...]:
    """The figures of these rows at a time in milliseconds since 1970.

    Of owners that are gone nobody waits for files, and who is on hold was put there: neither counts as failed or
    blocked. A wait counts from the observation that asked for the recovery.
    """
    known = list(rows)
    resting = [row.status for row in known if waits_for_somebody(row) and row.replication and not row.deleted_at]
    since = [row.event_time or now for row in known if row.status in (Status.PENDING, Status.RUNNING)]
    return (
        Gauge("FailedRecoveries", "Count", sum(status in (Status.FAILED, Status.PARTIAL) for status in resting)),
        Gauge("BlockedRecoveries", "Count", sum(status is Status.BLOCKED for status in resting)),
        Gauge("WaitingRecoveries", "Count", len(since)),
        Gauge("OldestWait", "Seconds", max(0, now - min(since, default=now)) / 1000),
    )
