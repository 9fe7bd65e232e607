"""Knows what other teams are told of a recovery: that it began, how it ended, or what holds it back.

Each step of a row says so by itself, whoever wrote it: an execution, the seed for one that died, or an admin.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from studio_recovery.advice import told_reason
from studio_recovery.homes import Home
from studio_recovery.owners import Owner
from studio_recovery.rows import Counts, Row
from studio_recovery.statuses import UNDER_WAY, Status, Word

SOURCE = "studio-recovery"


class What(StrEnum):
    """The detail types of the events. `Recovery Skipped`: there was nothing to copy, or nothing to copy it from."""

    STARTED = "Recovery Started"
    SUCCEEDED = "Recovery Succeeded"
    SKIPPED = "Recovery Skipped"
    PARTIAL = "Recovery Partial"
    FAILED = "Recovery Failed"
    BLOCKED = "Recovery Blocked"


# Of SUPERSEDED nothing is told: the owner's next recovery is.
_ENDS = {
    Word.SUCCEEDED: What.SUCCEEDED,
    Word.SKIPPED: What.SKIPPED,
    Word.PARTIAL: What.PARTIAL,
    Word.FAILED: What.FAILED,
    Word.BLOCKED: What.BLOCKED,
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event. Without an owner the recovery was started by hand.

    `waited_ms`: from the observation that asked for the recovery to its end; 0 if it has not ended, or if nobody knows.
    """

    what: What
    source: Home | None
    target: Home | None
    owner: Owner | None = None
    reason: str = ""
    request_id: str = ""
    execution_arn: str = ""
    counts: Counts = field(default_factory=Counts)
    waited_ms: int = 0

    @property
    def outcome(self) -> str:
        """The word of the ledger for how the recovery ended, or is held back; nothing for its beginning."""
        return next((str(word) for word, what in _ENDS.items() if what is self.what), "")

    def as_detail(self, module: str) -> dict[str, object]:
        """The event's detail, for the deployment called `module`. What is not known is left out."""
        told: dict[str, object] = {"deployment": module}
        if self.owner:
            domain_id = self.target.domain_id if self.target else ""
            told |= {"owner": str(self.owner), "kind": str(self.owner.kind), "name": self.owner.name}
            told |= {"domain_name": self.owner.domain_name, "domain_id": domain_id}
        told |= {"source": _place(self.source), "target": _place(self.target), "outcome": self.outcome}
        told |= {"reason": self.reason, "request_id": self.request_id, "execution_arn": self.execution_arn}
        if self.what is not What.STARTED:
            told["counts"] = {name: getattr(self.counts, name) for name in Counts.__slots__}
        return {name: value for name, value in told.items() if value}


def announcements(old: Row | None, new: Row) -> tuple[Announcement, ...]:
    """What the step of a row from `old` (None: not there) to `new` is worth telling other teams.

    A row that comes into the ledger with a past, as from an export, tells nothing of it.
    """
    told: list[Announcement] = []
    if old and _has_ended(old, new):
        told.append(_end(old, new))
    if old and old.status is Status.PENDING and new.status is Status.RUNNING:
        told.append(_of(new, What.STARTED))
    if (held := _held_back(new)) and not any(one.what is What.BLOCKED for one in told):
        told += [_of(new, What.BLOCKED)] if old is None or held != _held_back(old) else []
    return tuple(told)


def ending(word: Word) -> What | None:
    """The detail type of this outcome; None if nothing is told of it."""
    return _ENDS.get(word)


def _has_ended(old: Row, new: Row) -> bool:
    """True if a recovery wrote its outcome in this step; the row may wait for the next one already."""
    ran = old.status in UNDER_WAY
    return ran and new.ended_at != old.ended_at and new.outcome in set(_ENDS)


def _end(old: Row, new: Row) -> Announcement:
    word = Word(new.outcome)
    source = _home(old.copying) or (old.next_source.home if old.next_source else None)
    return Announcement(
        _ENDS[word],
        source,
        old.home,
        new.owner,
        _reason(new, word),
        old.request_id,
        new.execution_arn,
        new.counts,
        max(0, new.ended_at - old.event_time) if old.event_time else 0,
    )


def _of(row: Row, what: What) -> Announcement:
    """What is told of a row as it stands."""
    source = _home(row.copying) or (row.next_source.home if row.next_source else None)
    runs = row.execution_arn if what is What.STARTED else ""
    return Announcement(what, source, row.home, row.owner, _reason(row, Word.BLOCKED), row.request_id, runs)


def _held_back(row: Row) -> tuple[object, ...] | None:
    """What makes a block worth telling again: another reason, or other homes."""
    source = row.next_source
    return (row.reason, row.home, source.home if source else None) if row.status is Status.BLOCKED else None


def _reason(row: Row, word: Word) -> str:
    """The row's reason, if it is this outcome's still."""
    return told_reason(word, row.reason) if row.status.value == word.value else ""


def _home(key: str) -> Home | None:
    file_system_id, _, uid = key.partition("/")
    return Home(file_system_id, uid) if uid else None


def _place(home: Home | None) -> dict[str, str]:
    return {"efs_sys_id": home.file_system_id, "efs_uid": home.uid} if home else {}
