"""Rows that admins ask about, and what a request makes of them."""

from dataclasses import replace

from studio_recovery.homes import Home
from studio_recovery.outcome import Outcome
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Change, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import HELD, Status, Word
from studio_recovery.targets import Offer, add_target
from tests.unit.cast import ADA, EXECUTION, NEW, OLD, ROW, SEEN, source

AT = SEEN.at
GROUP = Owner(Kind.SPACE, "reading-group", "lab2")
BOB = Owner(Kind.USER, "bob", "lab")
GROUPS = Home("fs-new", "200040", "d-lab2")
ASKS = replace(ROW, home=NEW, sources=(source(OLD),), status=Status.PENDING, request_id="request-1")
RUNS = replace(ASKS, status=Status.RUNNING, execution_arn=EXECUTION, copying=OLD.key)
HELD_BACK = replace(ASKS, replication=False, status=Status.BLOCKED, reason=HELD, request_id="")
TARGET = Row(GROUP, home=GROUPS, version=7)
DONE = Outcome(Word.SUCCEEDED, copy_started=True)
NOBODY_HELD: frozenset[str] = frozenset()


def blocked(row: Row, reason: str) -> Row:
    return replace(row, status=Status.BLOCKED, reason=reason, request_id="")


def written(change: Change | None) -> Row:
    """The row as it is read after the change."""
    assert change
    return replace(change.row, version=change.row.version + 1)


def lines(change: Change | None) -> list[str]:
    return [line.what for line in change.lines] if change else []


def to_target(row: Row, *offered: Source, held: frozenset[str] = NOBODY_HELD) -> Change | None:
    return add_target(row, Offer(offered, ADA, held), AT)
