"""Ledger: a row is written only by whoever read its present version, together with its history or not at all."""

from dataclasses import replace

import pytest

from studio_recovery.aws.items import row_from_item, row_item
from studio_recovery.errors import LedgerConflict
from studio_recovery.homes import Belonging, Home
from studio_recovery.rows import Change, Counts, Line, Row
from studio_recovery.selection import Selection
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import Status
from tests.aws.lab import ADA, Lab

HOME = Home("fs-old", "200005", "d-lab")
LINE = Line("created", 1_772_442_905_000, "event-1")


def test_a_row_is_read_as_it_was_written() -> None:
    row = Row(
        ADA,
        home=HOME,
        belonging=Belonging(sso_user="ada@example.org"),
        sources=(
            Source(Home("fs-old", "200000", "d-lab"), 1, dormant=True, older=True),
            Source(Home("fs-new", "1", "d-2"), 2, rests=Rest(Status.FAILED, "why")),
            Source(
                Home("fs-new", "3", "d-2"),
                3,
                selection=Selection(path="projects"),
                before=Source(Home("fs-new", "3", "d-2"), 1, rests=Rest(Status.BLOCKED, "cancelled")),
            ),
        ),
        waiting=(Source(Home("fs-new", "2", "d-2"), 1, Belonging(space_owner="ada", sharing="Private")),),
        replication=False,
        status=Status.FAILED,
        reason="why",
        request_id="request-1",
        execution_arn="arn:1",
        copying="fs-old/200000",
        counts=Counts(1, 2, 3),
        deleted_at=4,
        event_time=5,
        version=6,
    )
    assert row_from_item(row_item(row, row.version, 0)) == row


def test_a_row_that_somebody_else_wrote_is_not_overwritten(empty_account: Lab) -> None:
    ledger = empty_account.ledger()
    ledger.save(Change(Row(ADA, home=HOME)))
    read = empty_account.row()
    ledger.save(Change(replace(read, reason="first")))
    with pytest.raises(LedgerConflict, match="user/ada@lab"):
        ledger.save(Change(replace(read, reason="second"), (LINE,)))
    assert (empty_account.row().reason, empty_account.history()) == ("first", [])


def test_a_first_row_is_written_once(empty_account: Lab) -> None:
    empty_account.ledger().save(Change(Row(ADA, home=HOME)))
    with pytest.raises(LedgerConflict):
        empty_account.ledger().save(Change(Row(ADA, home=Home("fs-new", "1"))))


def test_a_line_written_again_is_the_same_line(empty_account: Lab) -> None:
    empty_account.ledger().write_line(ADA, LINE)
    empty_account.ledger().write_line(ADA, LINE)
    assert empty_account.history() == ["created"]


def test_two_things_that_happened_at_once_are_two_lines(empty_account: Lab) -> None:
    empty_account.ledger().write_line(ADA, LINE)
    empty_account.ledger().write_line(ADA, replace(LINE, id="event-2"))
    assert empty_account.history() == ["created", "created"]
