"""What a decision would do is foreseen by the functions that decide."""

import pytest

from studio_recovery.actions import decide
from studio_recovery.guard import Guard
from studio_recovery.requests import Action
from studio_recovery.rows import Row
from studio_recovery.selection import Selection
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery_cli.asking.foresight import Foreseen, copy_of, foresee
from tests.unit.cast import ADA, NEW, NEWER, OLD

HELD = Row(ADA, home=NEW, sources=(Source(OLD, 1),), status=Status.BLOCKED, reason="held", replication=False)
IDLE = Row(ADA, home=NEW)


def foreseen(action: Action, row: Row) -> Foreseen:
    (one,) = foresee([row], lambda row: decide(action, row, 1_772_442_905_000))
    return one


def test_a_release_starts_the_copy() -> None:
    one = foreseen(Action.RELEASE, HELD)
    assert one.changes
    assert one.brief == "BLOCKED (held) → PENDING"
    assert one.now == "BLOCKED (held): it is on hold: nothing is copied until it is released"
    assert one.then == "PENDING: the copy from fs-old/200005 begins (fs-old/200005 → fs-old/200010)"


def test_a_hold_is_seen_where_the_status_says_nothing_of_it() -> None:
    assert foreseen(Action.HOLD, IDLE).brief == "IDLE → IDLE, on hold"


@pytest.mark.parametrize(("action", "row"), [(Action.HOLD, HELD), (Action.RELEASE, IDLE)])
def test_what_is_so_already_changes_nothing(action: Action, row: Row) -> None:
    assert not foreseen(action, row).changes
    assert foreseen(action, row).refusal == ""


def test_a_refusal_is_foreseen_with_its_reason() -> None:
    one = foreseen(Action.APPROVE, IDLE)
    assert not one.changes
    assert "nothing of it waits for an approval" in one.refusal


def test_a_copy_is_told_with_whose_files_and_what_of_them() -> None:
    chosen = Source(OLD, 1, origin="user/bob@lab", selection=Selection(path="a"))
    row = Row(ADA, home=NEW, sources=(chosen,), status=Status.PENDING)
    assert copy_of(row) == "fs-old/200005 of user/bob@lab → fs-old/200010, only /a"
    assert copy_of(IDLE) == "nothing is copied"


def test_a_rejection_names_the_home_that_is_set_aside_and_the_one_that_is_next() -> None:
    theirs = Source(NEW, 2, origin="user/bob@lab")
    waits = Row(ADA, home=NEWER, sources=(Source(OLD, 1), theirs), status=Status.BLOCKED, reason="approval")
    (one,) = foresee([waits], lambda row: decide(Action.REJECT, row, 1_772_442_905_000, Guard(True)))
    assert (one.set_aside, one.next) == (f"{NEW.key} of user/bob@lab", OLD.key)
    assert one.brief == f"BLOCKED (approval), without {NEW.key} of user/bob@lab"
    assert foreseen(Action.RELEASE, HELD).set_aside == ""
