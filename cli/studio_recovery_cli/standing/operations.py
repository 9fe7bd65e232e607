"""Knows how operations are listed: when, by whom, what was asked for, and how its owners stand now."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from studio_recovery.rows import Row
from studio_recovery.statuses import Status, Word
from studio_recovery_cli import words
from studio_recovery_cli.following.operation import REFUSED, Begun, told_of
from studio_recovery_cli.following.progress import under_way
from studio_recovery_cli.screen import Column
from studio_recovery_cli.session import Session

OTHER = "OTHER"
ENDS = (Word.SUCCEEDED, Word.SKIPPED, Word.PARTIAL, Word.FAILED, Word.BLOCKED, REFUSED, OTHER)


def list_operations(session: Session) -> None:
    """Lists them, the newest first."""
    columns = [
        Column("OPERATION", lambda one: str(one["id"]), fixed=True),
        Column("ASKED", lambda one: words.local(words.from_iso(one["at"])), fixed=True),
        Column("OWNERS", lambda one: f"{one['asked'] or ''} ({words.number(one['of'])})"),
        Column("NOW", _now),
        Column("BY", lambda one: str(one["by"] or "").rpartition(":")[2], last=True),
    ]
    nothing = "Nobody has restored several owners at once."
    session.screen.tell_each(map(as_item, _operations(session)), columns, nothing)


def _operations(session: Session) -> Iterator[Begun]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in session.deployment.ledger.rows_of_operations():
        found[row.operation].append(row)
    for one in sorted(found, reverse=True):
        yield told_of(session, one, found[one])


def as_item(found: Begun) -> dict[str, Any]:
    """The operation as data."""
    operation, statuses = found.operation, Counter(row.status for row in found.going)
    ended = Counter(_end(found, row) for row in found.rows if not under_way(row))
    return {
        "id": operation.id,
        "at": words.iso(operation.at),
        "by": found.by or None,
        "asked": operation.asked or None,
        "of": operation.of,
        "missing": found.missing,
        "waiting": statuses[Status.PENDING],
        "running": statuses[Status.RUNNING],
        "ended": {str(word): ended[word] for word in ENDS},
    }


def _end(found: Begun, row: Row) -> str:
    if found.refused(row):
        return REFUSED
    return str(row.status) if row.status in ENDS else OTHER


def _now(one: Mapping[str, Any]) -> str:
    counts = [(one["missing"], "not asked"), (one["waiting"], "wait"), (one["running"], "run")]
    counts += [(count, word) for word, count in one["ended"].items()]
    return ", ".join(f"{words.number(count)} {what}" for count, what in counts if count)
