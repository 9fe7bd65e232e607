"""Copies what Terraform reads into a folder of its own, so that no plug-in and no lock file ever lies in the tree."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.pages import ROOT

PARTS = ("modules", "examples", "statemachine", "dist")


@contextmanager
def module_copy() -> Iterator[Path]:
    """A copy of the module and its examples, gone afterwards."""
    with TemporaryDirectory(prefix="studio-recovery-") as made:
        copy = Path(made)
        for file in ROOT.glob("*.tf"):
            shutil.copy(file, copy)
        for part in PARTS:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        yield copy


def modules(copy: Path) -> list[Path]:
    """The folders in which `terraform init` can be run: the root, each module below it, each example."""
    return [copy, *sorted(copy.glob("modules/*/")), *sorted(copy.glob("examples/*/"))]
