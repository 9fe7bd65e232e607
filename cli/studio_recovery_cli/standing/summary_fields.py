"""Says what each member of an owner told in one line means, as data."""

FIELDS = {
    "owner": "user/ada@lab or space/reading-group@lab",
    "status": "how its row stands: IDLE, PENDING, RUNNING, SUCCEEDED, PARTIAL, SKIPPED, FAILED, BLOCKED or UNPROTECTED",
    "reason": "why it is BLOCKED, FAILED, PARTIAL or UNPROTECTED; null if nothing needs a reason",
    "on_hold": "true while replication is switched off for the owner",
    "exists": "false if the owner is deleted, or not created yet",
    "domain_id": "the domain in which it was last seen",
    "home": "its current home, fs-id/uid; of a deleted owner the last one; null if it has none",
    "waiting": "how many homes may still hold files that are missing in the current one",
    "dormant": "how many more are known, from which nothing is copied by itself",
    "outcome": "how the last recovery ended; null if there was none",
    "outcome_at": "when",
    "bytes_written": "bytes that it wrote",
    "files_transferred": "files and folders that it wrote",
    "duration_seconds": "how long its copy took",
}
