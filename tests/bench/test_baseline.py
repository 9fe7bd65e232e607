"""The naive design that stands beside ours runs, and shows what it is there to show."""

from tools.bench.baseline import Naive
from tools.bench.crowd import storm


def test_the_naive_design_recovers_a_few_and_leaves_everything_behind() -> None:
    naive, ours = storm(5, Naive), storm(5)
    assert (naive.failed, naive.left_behind) == (0, 15)
    assert (ours.failed, ours.left_behind) == (0, 0)
    assert naive.copies == ours.copies
    assert naive.makespan > 3 * ours.makespan
