"""Knows how an owner is told in one line: as data, in columns of a table, and whether it is among those asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_recovery.rows import Row
from studio_recovery.statuses import HELD, Status, Word
from studio_recovery_cli import owners, words
from studio_recovery_cli.asking.answers import standing

STYLES = {
    Status.PENDING: "cyan",
    Status.RUNNING: "cyan",
    Status.SUCCEEDED: "green",
    Status.SKIPPED: "green",
    Status.PARTIAL: "yellow",
    Status.BLOCKED: "yellow",
    Status.FAILED: "red",
    Status.UNPROTECTED: "yellow",
    Status.IDLE: "",
}
# A row that an older version wrote keeps the outcome only as its status.
_OUTCOMES = frozenset(Word) - {Word.BLOCKED}
_LONGEST_REASON = 20
_SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which owners are asked for: by name or pattern, name or id of their domain, kind, and status; empty means any."""

    pattern: str = ""
    domain: str = ""
    kind: str = ""
    statuses: frozenset[Status] = frozenset()

    def fits(self, row: Row) -> bool:
        """True if the row's owner is among them."""
        if self.kind and row.owner.kind != self.kind:
            return False
        if self.domain and self.domain not in (row.owner.domain_name, row.domain_id):
            return False
        if self.statuses and row.status not in self.statuses:
            return False
        if not self.pattern:
            return True
        named = owners.fits if owners.is_pattern(self.pattern) else owners.begins
        return named(self.pattern, row.owner)


def exists(row: Row) -> bool:
    """True if the owner was there when last looked at."""
    return not row.deleted_at and (row.home is not None or row.status is Status.UNPROTECTED)


def outcome_of(row: Row) -> str:
    """How the row's last recovery ended; nothing if there was none."""
    return row.outcome or (str(row.status) if str(row.status) in _OUTCOMES else "")


def as_item(row: Row) -> dict[str, Any]:
    """The owner as data; see summary_fields."""
    return {
        "owner": str(row.owner),
        "status": str(row.status),
        "reason": row.reason or None,
        "on_hold": not row.replication,
        "exists": exists(row),
        "domain_id": row.domain_id or None,
        "home": row.home.key if row.home else None,
        "waiting": sum(not source.dormant for source in row.sources),
        "dormant": sum(source.dormant for source in row.sources),
        "outcome": outcome_of(row) or None,
        "outcome_at": words.iso(row.ended_at),
        "bytes_written": row.counts.bytes_written,
        "files_transferred": row.counts.files_transferred,
        "duration_seconds": row.counts.total_duration_ms / 1000,
    }


def status_cell(item: Mapping[str, Any]) -> str:
    """The status with its reason, and whether the owner is gone or on hold."""
    reason = item["reason"]
    if reason and len(reason) > _LONGEST_REASON:
        # The sentence of a failure: `show` has it; its first word is the error's name.
        reason = reason.partition(":")[0] if len(reason.partition(":")[0]) <= _LONGEST_REASON else None
    said = standing(item["status"], reason)
    gone = "" if item["exists"] else ", gone" if item["home"] or item["domain_id"] else ", not created yet"
    held = ", on hold" if item["on_hold"] and reason != HELD else ""
    return said + gone + held


def outcome_cell(item: Mapping[str, Any]) -> str:
    """The last outcome with its age."""
    if not item["outcome"]:
        return words.NOTHING
    at = words.from_iso(item["outcome_at"])
    return f"{item['outcome']} {words.brief_age(at)}" if at else str(item["outcome"])


def waiting_cell(item: Mapping[str, Any]) -> str:
    """How many homes wait."""
    return str(item["waiting"] or words.NOTHING)


def home_cell(item: Mapping[str, Any]) -> str:
    """The current home."""
    return item["home"] or words.NOTHING


def short_home_cell(item: Mapping[str, Any]) -> str:
    """The current home, short."""
    return short_home(item["home"]) if item["home"] else words.NOTHING


def short_home(key: str) -> str:
    """A home with no more of its file system's id than tells it from most others, such as fs-01234…/200005."""
    file_system_id, _, uid = key.partition("/")
    return f"{file_system_id[:_SHORT_ID]}…/{uid}"


def style(item: Mapping[str, Any]) -> str:
    """The colour of the status."""
    return STYLES[Status(item["status"])]
