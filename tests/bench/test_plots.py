"""Plots are small SVGs that need nothing else, with what they show in them."""

import re
from xml.etree import ElementTree as Xml

from tools.bench.plots import Plot

RATIO = Plot("Makespan", "owners", "ratio", (1_000.0, 3.0), (10.0, 0.0), log=True)
WAITS = Plot("Waits <of all>", "seconds", "owners", (100.0, 5.0))


def texts(drawn: str) -> list[str]:
    return [element.text or "" for element in Xml.fromstring(drawn).iter() if element.tag.endswith("text")]  # noqa: S314


def test_a_line_has_its_name_and_both_axes_their_numbers() -> None:
    told = texts(RATIO.lines({"ours": [(10, 1.2), (1_000, 1.1)]}, dots=True))
    assert told == [
        "Makespan",
        "ratio",
        "0",
        "0.5",
        "1",
        "1.5",
        "2",
        "2.5",
        "3",
        "10",
        "100",
        "1,000",
        "owners",
        "ours",
    ]


def test_names_of_lines_that_end_at_the_same_place_stand_above_each_other() -> None:
    drawn = WAITS.lines({"ours": [(0, 1), (50, 2)], "bound": [(0, 2), (50, 2)]})
    places = [float(found) for found in re.findall(r'y="([0-9.]+)"[^>]*>(?:ours|bound)<', drawn)]
    assert abs(places[0] - places[1]) >= 14


def test_a_bar_stands_on_the_axis_and_is_as_high_as_its_number() -> None:
    drawn = WAITS.bars([5, 2.5], 50)
    heights = [float(found) for found in re.findall(r'<rect [^>]*height="([0-9.]+)"', drawn)]
    assert heights == [220.0, 110.0]
    assert texts(drawn)[0] == "Waits <of all>"


def test_a_plot_fetches_nothing() -> None:
    drawn = WAITS.bars([1], 50).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert re.findall(r"https?:|@import|<script|<image|href", drawn) == []
