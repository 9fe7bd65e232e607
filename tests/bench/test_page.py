"""Where a measurement's text stands in docs/performance.md."""

import pytest

from tools.bench.__main__ import NAMES, PAGE, measurement, page_with
from tools.bench.table import Table

STORM = "# Storm\n<!-- storm: make bench -->\nold\n<!-- end of storm -->\nafter\n"


def test_a_measurement_replaces_what_stands_between_its_markers() -> None:
    table = Table(("owners", "ratio"), (("10", "1.1"),))
    assert page_with(STORM, "storm", table.markdown()) == STORM.replace(
        "old\n", "| owners | ratio |\n| --- | --- |\n| 10 | 1.1 |\n"
    )


def test_a_page_without_markers_is_not_written() -> None:
    with pytest.raises(ValueError, match="no place for seed"):
        page_with(STORM, "seed", "")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_a_place_for_every_measurement(name: str) -> None:
    assert measurement(name) is None or f"<!-- {name}: make bench -->" in PAGE.read_text()
