"""Knows how a run ended: one function from DataSync's answer, or the error that stopped the run, to an outcome."""

from dataclasses import dataclass, field

from studio_recovery.rows import Counts
from studio_recovery.statuses import CANCELLED, HELD, OTHER_OWNER, SOURCE_HELD, Word

FINAL_STATUSES = ("SUCCESS", "ERROR")
_LONGEST_REASON = 1000


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


def judge(copy: CopyEnd | None, failure: Failure | None, started: bool) -> Outcome:
    """How the run ended: `copy` as last seen, the error that stopped the run, and whether any copy was `started`.

    Doubt is PARTIAL, never SUCCEEDED (law 2).
    """
    if failure:
        return _judge_failure(copy, failure, started)
    if copy is None or not copy.has_ended:
        return Outcome(Word.FAILED, "the copy has no result", copy_started=started)
    trouble = f"{copy.error_code}: {copy.error_detail}".strip(": ")[:_LONGEST_REASON]
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
    reason = f"{failure.name}: {failure.text}".strip(": ")[:_LONGEST_REASON]
    return Outcome(Word.FAILED, reason, copy.counts if copy else Counts(), copy_started=started)
