"""Knows how owners are listed: each as soon as its row is read, however many there are."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from studio_recovery.nouns import Row, Status
from studio_recovery_cli.exits import DONE, PARTIAL, Usage
from studio_recovery_cli.screen import Column
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing import summary

# Below this width a home's long id gives way, and its uid stays.
_WIDE = 110


def list_owners(session: Session, wanted: summary.Wanted) -> int:
    """Lists them; PARTIAL if a row could not be read."""
    unreadable: list[str] = []

    def items() -> Iterator[dict[str, Any]]:
        for row in session.deployment.ledger.each_row():
            if not isinstance(row, Row):
                unreadable.append(str(row))
            elif wanted.fits(row):
                yield summary.as_item(row)

    nothing = (
        "Nobody fits." if wanted != summary.Wanted() else "Nobody is known yet: studio-recovery seed looks for them."
    )
    session.screen.tell_each(items(), _columns(session.screen.out.width), nothing)
    for trouble in unreadable:
        session.screen.note(f"warning: {trouble}")
    return PARTIAL if unreadable else DONE


def statuses(texts: Iterable[str]) -> frozenset[Status]:
    """The statuses that are meant. Raises Usage that names the nearest if one is none."""
    return frozenset(map(_status, texts))


def _status(text: str) -> Status:
    known = [str(status) for status in Status]
    if text.upper() in known:
        return Status(text.upper())
    near = get_close_matches(text.upper(), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
    raise Usage(f"{text} is not a status", hint)


def _columns(width: int) -> tuple[Column, ...]:
    return (
        Column("OWNER", lambda item: str(item["owner"])),
        Column("STATUS", summary.status_cell, summary.style),
        Column("HOME", summary.home_cell if width >= _WIDE else summary.short_home_cell),
        Column("WAITS", summary.waiting_cell, fixed=True),
        Column("LAST OUTCOME", summary.outcome_cell),
    )
