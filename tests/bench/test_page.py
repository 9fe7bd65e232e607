"""Where a measurement's text stands in docs/performance.md."""

import pytest

from tools.bench.__main__ import NAMES, measurement, place


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_a_place_for_every_measurement(name: str) -> None:
    assert measurement(name) is None or place(name).page_with("")
