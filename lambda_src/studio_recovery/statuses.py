"""Knows how a row can stand, how a recovery can end, and the reasons that are told for it."""

from enum import StrEnum

# Reasons of BLOCKED, and (the last four) of UNPROTECTED.
HELD = "held"
SOURCE_HELD = "source held"
OTHER_OWNER = "other owner"
STILL_ALIVE = "still alive"
APPROVAL = "approval"
TOO_OLD = "left long ago"
# Also of a RUNNING row whose copy is being cancelled.
CANCELLED = "cancelled"
OUT_OF_SCOPE = "out of scope"
NO_FILE_SYSTEM = "the domain has no home file system"
CANVAS = "SageMaker's own space for Canvas"
NOT_CREATED = "SageMaker could not create it"


class Status(StrEnum):
    """`replication_status` of a row. Only PENDING asks for work; FAILED, PARTIAL, BLOCKED rest until somebody acts."""

    IDLE = "IDLE"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    BLOCKED = "BLOCKED"
    UNPROTECTED = "UNPROTECTED"


# A row of these is asked for, or being copied.
UNDER_WAY = (Status.PENDING, Status.RUNNING)


class Word(StrEnum):
    """How a recovery can end. Each but SUPERSEDED is also a status of the row."""

    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    SUPERSEDED = "SUPERSEDED"
    BLOCKED = "BLOCKED"
