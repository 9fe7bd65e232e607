"""Says what each member of a recovery's progress means, as data."""

FIELDS = {
    "owner": "user/ada@lab or space/reading-group@lab",
    "phase": "what it does now or waits for, in words",
    "why": "what it was told when it could not go on, in a sentence; null if nothing holds it up",
    "source": "the home that is copied, fs-id/uid",
    "target": "the home that it is copied into, fs-id/uid",
    "bytes_written": "bytes written so far; null before the copy",
    "bytes_expected": "bytes to be written; 0 until both homes are compared, null before the copy",
    "files_transferred": "files and folders written so far",
    "files_expected": "files and folders to be written",
    "bytes_per_second": "the pace of the last half minute",
    "seconds_left": "how long the copying takes at this pace; null if nobody knows",
    "waits_since": "when the recovery was asked for",
    "execution_arn": "its execution in Step Functions",
    "task_execution_arn": "its copy in DataSync",
}
