"""What a pass of the seed counts as a repair."""

from dataclasses import replace

import pytest

from studio_recovery.recovery import Made
from studio_recovery.rows import Change
from studio_recovery.tally import tally_of
from tests.unit.cast import ADA, NEW, OLD, ROW, SEEN

MINUTE = 60_000
LONG_AGO = SEEN.at - 16 * MINUTE


def repairs(*known: object, **row: object) -> int:
    tally = tally_of([ROW] if known else [])
    tally.saw(Change(replace(ROW, **row)), SEEN.at)  # type: ignore[arg-type]  # fields of Row
    assert tally.repairs(at_apply=True) == 0
    return tally.repairs()


def test_a_home_that_no_event_had_told_of_for_a_quarter_of_an_hour_is_a_repair() -> None:
    assert repairs(home=NEW, created_at=LONG_AGO) == 1
    assert repairs(ROW, home=NEW, created_at=LONG_AGO) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"home": NEW, "created_at": SEEN.at - 14 * MINUTE},
        {"home": NEW, "created_at": 0},
        {"home": OLD, "created_at": LONG_AGO},
        {"home": None, "created_at": LONG_AGO},
    ],
    ids=["its report may be on its way", "nobody knows since when", "the same home", "no home"],
)
def test_what_an_event_may_still_tell_or_what_is_no_new_home_is_no_repair(row: dict[str, object]) -> None:
    assert repairs(ROW, **row) == 0


def test_rows_that_are_finished_and_things_that_are_removed_are_repairs() -> None:
    tally = tally_of([ROW])
    tally.finished([Change(replace(ROW, owner=ADA))])
    tally.removed([Made("access point", "run-1"), Made("task", "run-1")])
    assert (tally.repairs(), tally.repairs(at_apply=True)) == (3, 3)
