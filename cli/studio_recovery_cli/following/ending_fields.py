"""Says what each member of how a recovery ended means, as data."""

FIELDS = {
    "owner": "user/ada@lab or space/reading-group@lab",
    "outcome": "SUCCEEDED, PARTIAL, SKIPPED, FAILED, SUPERSEDED or BLOCKED; or the row's status if it never began",
    "reason": "why, unless it is SUCCEEDED",
    "source": "the home that was copied, fs-id/uid",
    "target": "the home that it was copied into, fs-id/uid",
    "bytes_written": "bytes written",
    "files_transferred": "files and folders written",
    "duration_seconds": "how long DataSync took",
    "ended_at": "when it ended",
    "execution_arn": "its execution in Step Functions; null if it never began",
}
