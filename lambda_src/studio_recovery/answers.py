"""Knows how a row is told to an admin: as JSON, and in words that say what happens next or what to do."""

from typing import Any

from studio_recovery.advice import Step, advice
from studio_recovery.rows import Row
from studio_recovery.selection import WHOLE
from studio_recovery.sources import Source
from studio_recovery.statuses import CANCELLED, HELD, Status

_NEEDS_A_PERSON = (Status.BLOCKED, Status.FAILED, Status.PARTIAL)


def answer(row: Row, changed: bool) -> dict[str, Any]:
    """How the row stands, and whether the request changed it."""
    return {
        "owner": str(row.owner),
        "changed": changed,
        "status": str(row.status),
        "reason": row.reason,
        "says": says(row),
        "next": [_step(step) for step in advice(row).steps] if _needs_a_person(row) else [],
        "replication": row.replication,
        "home": row.home.key if row.home else "",
        "request_id": row.request_id,
        "execution_arn": row.execution_arn,
        "sources": [_source(source) for source in sorted(row.sources, key=lambda one: one.order, reverse=True)],
    }


def refusal(owner: str, error: Exception) -> dict[str, str]:
    """What is told of one owner of many with whom the request did not get through."""
    return {"owner": owner, "error": type(error).__name__, "message": str(error)}


def says(row: Row) -> str:
    """How the row stands, in a sentence."""
    if row.reason == HELD:
        return "it is on hold: nothing is copied until it is released"
    said = advice(row).cause if _needs_a_person(row) else _says(row)
    if row.replication:
        return said
    return f"{said}; it is on hold, so nothing is copied after that until it is released"


def _says(row: Row) -> str:
    source = row.next_source
    match row.status:
        case Status.PENDING if source:
            return f"the copy from {source.home.key} begins{_selected(source)}"
        case Status.RUNNING if row.reason == CANCELLED:
            return f"the copy from {row.copying} is being cancelled"
        case Status.RUNNING:
            return f"{row.copying} is being copied{_selected(row.source(row.copying))}"
        case Status.UNPROTECTED:
            return f"it has no home that could be recovered: {row.reason}"
    if source and (row.deleted_at or row.home is None):
        return "it does not exist now: when it is created, its sources are copied"
    return "it is gone" if row.deleted_at else "nothing waits to be copied"


def _needs_a_person(row: Row) -> bool:
    return row.status in _NEEDS_A_PERSON and row.reason != HELD


def _step(step: Step) -> str:
    return " ".join([step.text, step.action, step.owner, *step.more]) if step.action else step.text


def _selected(source: Source | None) -> str:
    return f" ({source.selection})" if source and source.selection != WHOLE else ""


def _source(source: Source) -> dict[str, Any]:
    marks = {name: True for name in ("approved", "dormant", "unfinished") if getattr(source, name)}
    chosen = {"selection": source.selection.as_map()} if source.selection != WHOLE else {}
    return {"home": source.home.key} | ({"origin": source.origin} if source.origin else {}) | marks | chosen
