"""Random histories of forty steps, over which the nine laws hold: whatever can go wrong goes wrong in them.

`make soak` runs any number.
"""

from tests.histories.clients import KINDS
from tests.histories.machine import states
from tests.histories.tally import Tally
from tests.histories.world import BAD_COPIES

HISTORIES, SEED = 1000, 1
OF_MESSAGES = {
    f"{fate} {what}" if fate != "out of order" else f"{what} {fate}"
    for fate in ("lost", "repeated", "late", "out of order")
    for what in ("event", "record")
}


def test_the_nine_laws_hold_in_random_histories(tried: tuple[str, Tally]) -> None:
    broken, tally = tried
    assert not broken, broken
    assert tally.histories >= HISTORIES


def test_the_histories_walk_through_every_state(tried: tuple[str, Tally]) -> None:
    assert {*states()} - {"Open both homes"} - tried[1].entered == set()


def test_each_kind_of_fault_occurs(tried: tuple[str, Tally]) -> None:
    kinds = {*KINDS, *BAD_COPIES, *OF_MESSAGES, "meanwhile", "stopped by hand"}
    assert {kind for kind in kinds if tried[1].had[kind] < 10} == set()


def test_all_calls_of_the_product_but_a_few_rare_ones_fail_somewhere(tried: tuple[str, Tally]) -> None:
    tally = tried[1]
    never = {operation for operation in tally.called if not tally.failed[operation]}
    assert len(never) <= 3, never
    assert len(tally.called) > 30
