"""A hundred owners are re-created at once: how far it is from the best possible. `make bench` does it with more."""

import pytest

from tools.bench import crowd, storm
from tools.bench.crowd import Crowd, Storm
from tools.bench.strands import Strands
from tools.bench.table import Table


@pytest.fixture(scope="module")
def table() -> Table:
    return storm.measure(small=True)


def test_no_bound_is_missed(table: Table) -> None:
    assert table.missed == ()


class Narrow(Crowd):
    """A module that may have few tasks."""

    quota = 20


def test_where_most_stand_in_line_no_bound_is_missed() -> None:
    few, many = crowd.storm(10), crowd.storm(200, Narrow)
    assert list(storm.missed([few, many])) == []
    assert max(count for _, count in many.in_use) == Narrow.quota


def test_each_number_of_owners_has_a_row(table: Table) -> None:
    assert [row[0] for row in table.rows] == ["10", "100"]


TWO_COPIES = Storm(2, 130.0, (60.0, 80.0), 0, (5.0, 20.0, 6.0), (30, 31), 0, 1.0, (), ())


def test_two_copies_are_through_no_sooner_than_the_longer_one() -> None:
    assert TWO_COPIES.ratio() == 130 / 80
    assert TWO_COPIES.ratio(creating=10) == 130 / 90


def test_fairness_is_the_longest_wait_by_the_median() -> None:
    assert TWO_COPIES.fairness == 20 / 6


def test_who_waits_lets_the_others_go_on() -> None:
    clock, heard = Strands(), list[tuple[str, float]]()
    began = clock.now()

    def work(name: str, seconds: float) -> None:
        clock.sleep(seconds)
        heard.append((name, clock.now() - began))

    clock.later(1, lambda: work("slow", 3))
    clock.later(2, lambda: work("quick", 1))
    clock.advance(10)
    assert heard == [("quick", 3.0), ("slow", 4.0)]


def test_what_goes_wrong_on_a_strand_is_raised_where_time_passes() -> None:
    clock = Strands()

    def fail() -> None:
        raise LookupError("gone")

    clock.later(1, fail)
    with pytest.raises(LookupError, match="gone"):
        clock.advance(2)


def test_what_is_done_side_by_side_takes_as_long_as_the_longest() -> None:
    clock, heard = Strands(), list[tuple[list[int], int]]()
    began = clock.now()

    def twice(seconds: int) -> int:
        clock.sleep(seconds)
        return 2 * seconds

    clock.later(0, lambda: heard.append((clock.side_by_side(twice, (3, 1)), round(clock.now() - began))))
    clock.advance(10)
    assert heard == [([6, 2], 3)]
