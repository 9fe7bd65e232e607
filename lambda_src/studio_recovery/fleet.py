"""Knows what an operation does to a row of the many that it asks for. Pure: a change out."""

from collections.abc import Iterable
from dataclasses import replace

from studio_recovery.actions import change_of
from studio_recovery.operations import Operation
from studio_recovery.rows import Change, Line, Row

REFUSED = "restore refused"


def was_asked(row: Row, operation: Operation, lines: Iterable[Line]) -> bool:
    """True if the operation reached the row before: a request may come twice. `lines` are the owner's history."""
    if row.operation in ("", operation.id):
        return bool(row.operation)
    return any(line.details.get("operation") == operation.id for line in lines)


def as_part_of(operation: Operation, row: Row, change: Change | None, at: int) -> Change:
    """The change, as one that the operation made; if there is none, the operation takes over what is under way."""
    made = change or change_of(row, "restore asked for", at)
    lines = tuple(replace(line, details=line.details | operation.as_details()) for line in made.lines)
    return Change(replace(made.row, operation=operation.id, refusal=""), lines)


def refused(operation: Operation, row: Row, why: str, at: int) -> Change:
    """What is kept of an owner for whom the operation could not be done."""
    marked = replace(row, operation=operation.id, refusal=why)
    return change_of(marked, REFUSED, at, why=why, **operation.as_details())
