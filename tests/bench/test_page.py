"""What is measured stands in docs/performance.md."""

import pytest

from tools.bench.__main__ import NAMES, measurement, place
from tools.bench.table import Table


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_a_place_for_every_measurement(name: str) -> None:
    assert callable(measurement(name).measure)
    assert "| owners | ratio |\n" in place(name).page_with("| owners | ratio |\n")


def test_what_a_row_cannot_say_stands_below_the_table() -> None:
    table = Table(("owners", "ratio"), (("10", "1.1"),), after="With 2 cores.\n")
    assert table.markdown() == "| owners | ratio |\n| --- | --- |\n| 10 | 1.1 |\n\nWith 2 cores.\n"
