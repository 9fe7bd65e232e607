"""Each law has a planted bug, and the patches still fit the code. `make planted` shows that each bug is found."""

import subprocess
from pathlib import Path

import pytest

from tests.histories.planted import ROOT, patches, plant

FAST = ("law_1_the_copy", "law_4_files", "law_6_access", "law_7_only")


def test_every_law_has_a_planted_bug() -> None:
    assert {int(patch.stem.split("_")[1]) for patch in patches()} == set(range(1, 10))


@pytest.mark.parametrize("patch", patches(), ids=lambda patch: patch.stem)
def test_a_planted_bug_fits_the_code(patch: Path) -> None:
    asked = ["git", "apply", "--check", "--directory=lambda_src", str(patch)]
    fits = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert fits.returncode == 0, fits.stderr


@pytest.mark.parametrize("patch", [one for one in patches() if one.stem.startswith(FAST)], ids=lambda patch: patch.stem)
def test_a_planted_bug_is_found(patch: Path) -> None:
    assert plant(patch, most=100).histories
