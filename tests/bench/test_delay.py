"""A copy begins soon after the call, and its outcome is known soon after its end."""

from tools.bench.delay import measure, missed
from tools.bench.stages import Delay, rows

SLOW = Delay((1.0, 1.0, 4.0, 0.5), copy=60.0, outcome=10.5, before=10.0)


def test_copies_begin_and_outcomes_are_known_within_the_bounds_in_virtual_time() -> None:
    assert measure(small=True).missed == ()


def test_what_is_too_slow_is_told() -> None:
    assert list(missed([SLOW])) == [
        "6.5 s from the call to the start of the copy, more than 5 s",
        "1 of 1 outcomes come later than the larger of 10 s and a tenth of the copy",
    ]


def test_an_outcome_may_take_a_tenth_of_a_long_copy() -> None:
    assert list(missed([Delay((1.0,) * 4, copy=600.0, outcome=59.0, before=10.0)])) == []


def test_our_part_is_what_neither_cloudtrail_studio_nor_datasync_takes() -> None:
    assert Delay((1.0,) * 4, copy=72.0, outcome=4.0, before=10.0).share == 0.08


def test_a_row_tells_median_and_worst() -> None:
    told = {name: values for name, *values in rows([SLOW, SLOW])}
    assert told["opening, s"] == ["4.00", "4.00", "4.00"]
