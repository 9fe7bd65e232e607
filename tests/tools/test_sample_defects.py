"""The page of the sample's defects names a test that exists for each of them."""

import re

import pytest

from tools.pages import ROOT

ROWS = re.findall(
    r"^\| ([AB]\d+) \| (.+?) \| (.+) \|$", (ROOT / "docs" / "sample-defects.md").read_text(), re.MULTILINE
)
NAMED = sorted({test for _, _, tests in ROWS for test in re.findall(r"`(tests/[^`]+)`", tests)})


def test_every_row_is_there() -> None:
    expected = [f"A{number}" for number in range(1, 10)] + [f"B{number}" for number in range(1, 39)]
    assert [row for row, _, _ in ROWS] == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_a_test(row: tuple[str, str, str]) -> None:
    assert "`tests/" in row[2]


@pytest.mark.parametrize("test", NAMED)
def test_a_named_test_exists(test: str) -> None:
    file, _, name = test.partition("::")
    definition = f'run "{name}"' if file.endswith(".hcl") else f"def {name}("
    assert definition in (ROOT / file).read_text()
