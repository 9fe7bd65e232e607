"""Knows how a run ended: one function from DataSync's answer, or the error that stopped the run, to an outcome."""

import re
from dataclasses import dataclass, field

from studio_recovery.rows import Counts
from studio_recovery.statuses import CANCELLED, HELD, OTHER_OWNER, SOURCE_HELD, Word

FINAL_STATUSES = ("SUCCESS", "ERROR")
_LONGEST_REASON = 1000
# Words with a slash that name no file of a user: ARNs, addresses, homes and labels of tasks, owners, networks, our
# modules, DataSync's own folder, and what is spelled so.
_NO_PATH = re.compile(
    r"arn:[\w:/.*+=@,-]+|https?://\S+|([\w-]+:)?fs-[\w-]+/\d+(:[\w.-]+)?|(user|space)/[\w-]+@[\w-]+|\d+(\.\d+){3}/\d+"
    r"|modules/[\w-]+|/\.aws-datasync|[Ii]nput/output|I/O|and/or"
)
_BEFORE, _AFTER = "'\"`(<[", "'\"`)>].,:;"


@dataclass(frozen=True, slots=True)
class CopyEnd:
    """What DescribeTaskExecution says of a copy in BASIC mode; `expected` is EstimatedFilesToTransfer.

    https://docs.aws.amazon.com/datasync/latest/userguide/API_DescribeTaskExecution.html
    """

    status: str
    error_code: str = ""
    error_detail: str = ""
    transfer_status: str = ""
    expected: int = 0
    skipped: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def has_ended(self) -> bool:
        """Only SUCCESS and ERROR are final; a status that nobody knows yet is progress."""
        return self.status in FINAL_STATUSES


@dataclass(frozen=True, slots=True)
class Failure:
    """The error that stopped a run: its name as Step Functions matches it, and its text."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a recovery ended. `skipped`: files the target already had, or that DataSync left out."""

    word: Word
    reason: str = ""
    counts: Counts = field(default_factory=Counts)
    skipped: int = 0
    copy_started: bool = False

    def as_details(self) -> dict[str, str | int]:
        """The outcome as the history keeps it."""
        counts = self.counts
        details: dict[str, str | int] = {"reason": self.reason} if self.reason else {}
        if self.copy_started:
            details |= {
                "bytes_written": counts.bytes_written,
                "files_transferred": counts.files_transferred,
                "files_skipped": self.skipped,
                "total_duration_ms": counts.total_duration_ms,
            }
        return details


def without_files(said: str, who_tells: str) -> str:
    """What AWS said, up to the first path in it; `who_tells` the rest.

    DataSync's errors name a file by its path, and a name may hold anything, spaces too: where it ends nobody can see.
    What is kept here goes into rows, history and logs, which are read by more people than the homes are.
    """
    for word in re.finditer(r"\S+", said):
        if "/" in word[0] and not _NO_PATH.fullmatch(word[0].lstrip(_BEFORE).rstrip(_AFTER)):
            return f"{said[: word.start()]}... ({who_tells} tells the rest)"
    return said


def judge(copy: CopyEnd | None, failure: Failure | None, started: bool) -> Outcome:
    """How the run ended: `copy` as last seen, the error that stopped the run, and whether any copy was `started`.

    Doubt is PARTIAL, never SUCCEEDED (law 2).
    """
    if failure:
        return _judge_failure(copy, failure, started)
    if copy is None or not copy.has_ended:
        return Outcome(Word.FAILED, "the copy has no result", copy_started=started)
    said = f"{copy.error_code}: {copy.error_detail}".strip(": ")
    trouble = without_files(said, "DataSync's log")[:_LONGEST_REASON]
    if copy.status == "ERROR":
        word = Word.PARTIAL if copy.transfer_status == "SUCCESS" else Word.FAILED
        return Outcome(word, trouble or "the copy ended in ERROR", copy.counts, copy.skipped, copy_started=True)
    if trouble:
        return Outcome(Word.PARTIAL, trouble, copy.counts, copy.skipped, copy_started=True)
    done = copy.counts.files_transferred
    if done < copy.expected:
        reason = f"{copy.expected - done} of {copy.expected} files were not transferred"
        return Outcome(Word.PARTIAL, reason, copy.counts, copy.skipped, copy_started=True)
    if done + copy.skipped == 0:
        return Outcome(Word.SKIPPED, "nothing to copy", copy.counts, copy_started=True)
    return Outcome(Word.SUCCEEDED, "", copy.counts, copy.skipped, copy_started=True)


def _judge_failure(copy: CopyEnd | None, failure: Failure, started: bool) -> Outcome:
    match failure.name:
        case "Superseded":
            return Outcome(Word.SUPERSEDED, failure.text[:_LONGEST_REASON])
        case "Held":
            return Outcome(Word.BLOCKED, HELD)
        case "Cancelled":
            return Outcome(Word.BLOCKED, CANCELLED)
        case "SourceHeld":
            return Outcome(Word.BLOCKED, SOURCE_HELD)
        case "OtherOwner":
            return Outcome(Word.BLOCKED, OTHER_OWNER)
        case "SourceGone":
            return Outcome(Word.SKIPPED, "source gone")
    said = f"{failure.name}: {failure.text}".strip(": ")
    reason = without_files(said, "the execution")[:_LONGEST_REASON]
    return Outcome(Word.FAILED, reason, copy.counts if copy else Counts(), copy_started=started)
