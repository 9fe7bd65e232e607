"""What a tool writes into a page goes between two lines of it, and nothing else of the page changes."""

from pathlib import Path

import pytest

from tools.pages import NoPlace, Place

BEGIN, END = "<!-- storm: make bench -->\n", "<!-- end of storm -->\n"
PAGE = f"# Storm\n{BEGIN}old\n{END}after\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "page.md").write_text(PAGE)
    return Place(tmp_path / "page.md", "storm", "make bench")


def test_a_text_replaces_the_one_before_it(place: Place) -> None:
    place.write("new\n")
    assert place.page.read_text() == PAGE.replace("old", "new")


def test_a_page_that_holds_another_text_is_known(place: Place) -> None:
    assert (place.holds("old\n"), place.holds("new\n")) == (True, False)


@pytest.mark.parametrize("missing", [BEGIN, END])
def test_a_page_without_one_of_the_lines_is_left_alone_and_both_are_told(place: Place, missing: str) -> None:
    spoiled = PAGE.replace(missing, "")
    place.page.write_text(spoiled)
    with pytest.raises(NoPlace, match=r"no place for storm: write these two lines") as raised:
        place.write("new\n")
    assert str(raised.value).endswith(BEGIN + END)
    assert place.page.read_text() == spoiled
