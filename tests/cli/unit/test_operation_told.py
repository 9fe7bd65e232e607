"""How an operation is told: each of its owners by the row, and all of them in a line."""

import math

import pytest

from studio_recovery.homes import Home
from studio_recovery.operations import Operation
from studio_recovery.rows import Counts, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import HELD, Status
from studio_recovery_cli.following.operation import Begun
from studio_recovery_cli.standing.operations import as_item
from tests.unit.cast import ADA, EXECUTION, NEW, OLD

AT = 1_772_442_905_000
OPERATION = Operation("20260302-091505-3f9a1c", "user/*@lab", 2)
ENDED = Line("SUCCEEDED", AT + 9, "2.1", {"source": OLD.key, "execution_arn": EXECUTION, "files_transferred": 9})


class Past:
    """What the history tells of everybody."""

    def row(self, _: object) -> None:
        return None

    def lines_of(self, _: object) -> list[Line]:
        return [ENDED]

    def homes_of(self, _: object) -> list[Home]:
        return []


def row(status: Status, reason: str = "", ended_at: int = 0, refusal: str = "") -> Row:
    return Row(
        ADA,
        home=NEW,
        sources=(Source(OLD, 1),),
        status=status,
        reason=reason,
        ended_at=ended_at,
        refusal=refusal,
        execution_arn=EXECUTION,
    )


@pytest.mark.parametrize(
    ("found", "word", "reason", "counts"),
    [
        (row(Status.PENDING), "PENDING", "", Counts()),
        (row(Status.SUCCEEDED, ended_at=AT + 9), "SUCCEEDED", "", Counts(0, 9)),
        # An outcome of before, and one that came after it was refused.
        (
            row(Status.SUCCEEDED, ended_at=AT - 9, refusal="nothing to restore"),
            "REFUSED",
            "nothing to restore",
            Counts(),
        ),
        (row(Status.SUCCEEDED, ended_at=AT + 9, refusal="nothing to restore"), "SUCCEEDED", "", Counts(0, 9)),
        # The older home that came next is held back.
        (row(Status.BLOCKED, HELD, ended_at=AT + 9), "BLOCKED", HELD, Counts()),
    ],
)
def test_each_owner_is_told_as_it_stands(found: Row, word: str, reason: str, counts: Counts) -> None:
    (one,) = Begun(OPERATION, "", [found]).endings(Past())
    assert (one.word, one.reason, one.counts) == (word, reason, counts)


def test_all_of_them_are_counted() -> None:
    rows = [row(Status.RUNNING), row(Status.IDLE, refusal="nothing to restore")]
    told = as_item(Begun(OPERATION, "arn:of-somebody", rows[:1]))
    assert (told["missing"], told["running"], sum(told["ended"].values())) == (1, 1, 0)
    both = as_item(Begun(OPERATION, "arn:of-somebody", rows))
    assert (both["missing"], both["ended"]["REFUSED"], both["by"]) == (0, 1, "arn:of-somebody")


def test_nobody_waits_for_ever_for_who_was_not_asked_for() -> None:
    """A later operation may have asked for them, or a request was given up by Lambda."""
    old = Begun(OPERATION, "", [row(Status.SUCCEEDED)])
    assert (old.missing, old.may_come()) == (1, False)
    assert old.may_come(seconds=math.inf)
