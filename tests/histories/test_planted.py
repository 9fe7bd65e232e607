"""Each law has a planted bug, and the patches still fit the code. `make planted` shows that each bug is found."""

import subprocess
from pathlib import Path

import pytest

from tests.histories.planted import ROOT, TABLE, Planted, patches, plant

# One for each law that a few histories find.
FAST = (
    "law_1_the_copy",
    "law_2_copies",
    "law_3_people",
    "law_4_files",
    "law_5_what_died",
    "law_6_access",
    "law_7_only",
    "law_8_a_hold",
    "law_9_writers",
)


def test_every_law_has_a_planted_bug() -> None:
    assert {int(patch.stem.split("_")[1]) for patch in patches()} == set(range(1, 10))


def test_the_page_tells_of_each_planted_bug_and_that_it_was_found() -> None:
    lines = TABLE.text().splitlines()
    bugs = [Planted(patch.stem, 0, 0) for patch in patches()]
    assert [line.split(" | ")[1] for line in lines if line.startswith("| ")][1:] == [bug.words for bug in bugs]
    assert [line for line in lines if "not found" in line] == []


@pytest.mark.parametrize("patch", patches(), ids=lambda patch: patch.stem)
def test_a_planted_bug_fits_the_code(patch: Path) -> None:
    asked = ["git", "apply", "--check", "--directory=lambda_src", str(patch)]
    fits = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert fits.returncode == 0, fits.stderr


@pytest.mark.parametrize("patch", [one for one in patches() if one.stem.startswith(FAST)], ids=lambda patch: patch.stem)
def test_a_planted_bug_is_found(patch: Path) -> None:
    assert plant(patch, most=250).histories
