"""Five hundred random histories of forty steps, over which the nine laws hold. `make soak` runs any number."""

import pytest

from tests.histories.machine import states
from tests.histories.run import run
from tests.histories.tally import TALLY

HISTORIES, SEED = 500, 1


@pytest.fixture(scope="module")
def tried() -> str:
    """What the histories found."""
    found = run(HISTORIES, SEED)
    return found.text if found else ""


def test_the_nine_laws_hold_in_random_histories(tried: str) -> None:
    assert not tried, tried
    assert TALLY.histories >= HISTORIES


@pytest.mark.usefixtures("tried")
def test_the_histories_walk_through_every_state() -> None:
    assert {*states()} - {"Open both homes"} - TALLY.entered == set()


@pytest.mark.usefixtures("tried")
def test_everything_that_can_go_wrong_went_wrong() -> None:
    rare = {trouble for trouble, count in TALLY.had.items() if count < 10}
    assert rare == set()
    assert {"killed before", "answer lost", "denied", "meanwhile", "lost event", "lost record"} <= set(TALLY.had)
    assert TALLY.copies > HISTORIES
