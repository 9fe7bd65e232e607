"""Knows what to do about a row that needs a person: the cause in a sentence, and the commands to type."""

import shlex
from collections.abc import Iterator

from studio_recovery.advice import Step, advice
from studio_recovery.answers import says
from studio_recovery.rows import Row
from studio_recovery.statuses import CANCELLED, HELD, Status
from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session

_RESTS = (Status.BLOCKED, Status.FAILED, Status.PARTIAL)


def needs_a_person(row: Row) -> bool:
    """True if the row rests until somebody acts; a hold and a cancelled recovery were an admin's own wish."""
    return row.status in _RESTS and row.replication and not row.deleted_at and row.reason not in (HELD, CANCELLED)


def cause(row: Row) -> str:
    """Why the row rests, or how it stands, in a sentence."""
    return says(row)


def command(session: Session, step: Step) -> str:
    """What to type for a step; nothing if it has no command."""
    if not step.action:
        return ""
    return typed(session, shlex.join([step.action, step.owner, *step.more]))


def steps(session: Session, row: Row) -> list[tuple[str, str]]:
    """What to do about a row that rests: sentences, each with the command to type, or with none."""
    if row.status not in _RESTS or row.reason in (HELD, CANCELLED):
        return []
    return [(step.text, command(session, step)) for step in advice(row).steps]


def remedy_lines(session: Session, row: Row) -> Iterator[str]:
    """Cause and steps, line by line."""
    yield f"Cause: {cause(row)}"
    for text, line in steps(session, row):
        yield text
        if line:
            yield f"  {line}"
