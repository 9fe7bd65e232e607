"""Knows whether a row rests until somebody acts; without the words for it, which whoever only counts does not need."""

from studio_recovery.rows import Row
from studio_recovery.statuses import CANCELLED, Status


def waits_for_somebody(row: Row) -> bool:
    """True if the row rests until a person acts, or another owner ends."""
    told = row.replication and row.reason != CANCELLED
    return row.status in (Status.FAILED, Status.PARTIAL) or (row.status is Status.BLOCKED and told)
