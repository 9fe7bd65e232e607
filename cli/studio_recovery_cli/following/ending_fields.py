"""Says what each member of how a recovery ended means, as data."""

FIELDS = {
    "owner": "who gets the files: user/ada@lab or space/reading-group@lab",
    "outcome": (
        "SUCCEEDED, SKIPPED, PARTIAL, FAILED, BLOCKED, SUPERSEDED or REFUSED; the row's status, such as PENDING, if"
        " nobody waited or it never began"
    ),
    "reason": "why, unless it is SUCCEEDED; null if nothing needs a reason",
    "source": "the home that was copied, fs-id/uid; null if it is not known",
    "target": "the home that it was copied into, fs-id/uid; null if there is none",
    "bytes_written": "bytes written",
    "files_transferred": "files and folders written",
    "duration_seconds": "how long DataSync took",
    "ended_at": "when it ended; null if it did not",
    "execution_arn": "its execution in Step Functions; null if it never began",
}
