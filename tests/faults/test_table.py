"""The table of faults names tests that exist, every law, and every test of this folder."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "reliability-faults.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| fault ")]
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE)))


def names_in(path: Path) -> list[str]:
    return re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_the_table_names_exists(path: str, name: str) -> None:
    assert name in names_in(TESTS / path)


@pytest.mark.parametrize("row", ROWS)
def test_a_fault_has_a_law_and_a_test(row: str) -> None:
    _, fault, laws, shown, _ = (cell.strip() for cell in row.split("|"))
    assert fault
    assert set(laws.split(", ")) <= set("123456789")
    assert re.search(r"::test_\w+`", shown)


def test_every_law_is_tried() -> None:
    assert {law for row in ROWS for law in row.split("|")[2].strip().split(", ")} == set("123456789")


def test_every_test_of_a_fault_is_in_the_table() -> None:
    files = [file for file in Path(__file__).parent.glob("test_*.py") if file != Path(__file__)]
    there = {(f"faults/{file.name}", name) for file in files for name in names_in(file)}
    assert there <= set(NAMED)
