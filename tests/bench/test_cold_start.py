"""A function starts about as fast as one that does nothing but make the same clients."""

import pytest

from tools.bench.cold_start import BOUND, FUNCTIONS, compared
from tools.package import ARCHIVE

MOST_BYTES = 1_500_000


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_cold_start_takes_at_most_1_3_times_that_of_a_bare_function(function: str) -> None:
    (one,) = compared(small=True, functions=(function,))
    assert one.ratio <= BOUND


def test_the_package_is_smaller_than_1_5_megabytes() -> None:
    assert ARCHIVE.stat().st_size < MOST_BYTES
