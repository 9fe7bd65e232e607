"""The page on reliability names tests that exist, each law with its invariant and each single fault with its law."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "reliability.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE)))


def rows_below(heading: str) -> list[str]:
    """The rows of the table in this section, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


LAWS, FAULTS = rows_below("Random histories"), rows_below("Single faults")


def names_in(path: Path, start: str = "test_") -> list[str]:
    return re.findall(rf"^def ({start}\w+)\(", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_the_page_names_exists(path: str, name: str) -> None:
    assert name in names_in(TESTS / path)


def test_every_law_has_its_invariant_and_a_test_of_its_own() -> None:
    invariants = names_in(TESTS / "histories" / "laws.py", "law_")
    assert [(row.split("|")[1].strip(), row.split("|")[2].strip()) for row in LAWS] == [
        (name.split("_")[1], f"`{name}`") for name in invariants
    ]
    assert [row for row in LAWS if "::test_" not in row] == []


@pytest.mark.parametrize("row", FAULTS)
def test_a_fault_has_a_law_and_a_test(row: str) -> None:
    _, fault, laws, shown, _ = (cell.strip() for cell in row.split("|"))
    assert fault
    assert set(laws.split(", ")) <= set("123456789")
    assert re.search(r"::test_\w+`", shown)


def test_every_law_is_tried() -> None:
    assert {law for row in FAULTS for law in row.split("|")[2].strip().split(", ")} == set("123456789")


def test_every_test_of_a_fault_is_in_the_table() -> None:
    files = [file for file in Path(__file__).parent.glob("test_*.py") if file != Path(__file__)]
    there = {(f"faults/{file.name}", name) for file in files for name in names_in(file)}
    assert there <= set(NAMED)
