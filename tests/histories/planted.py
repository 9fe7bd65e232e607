"""Plants each bug of `bugs/` into a copy of the package, and runs histories over it until its law is broken.

python -m tests.histories.planted           prints a table, and fails if a bug is not found
python -m tests.histories.planted --write   writes the table into docs/reliability.md too
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.pages import Place

ROOT = Path(__file__).parents[2]
BUGS = Path(__file__).parent / "bugs"
TABLE = Place(ROOT / "docs" / "reliability.md", "planted", "make planted")
SEED, MOST = 1, 5000


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug, and what came of it: after how many histories its law was broken (0: it was not), and from which seed."""

    name: str
    histories: int
    seed: int

    @property
    def law(self) -> int:
        """The law that it breaks, by its name."""
        return int(self.name.split("_")[1])

    @property
    def words(self) -> str:
        """What the bug does."""
        return " ".join(self.name.split("_")[2:])

    @property
    def line(self) -> str:
        """The line of the table."""
        return f"| {self.law} | {self.words} | {self.seed} | {self.histories or 'not found'} |"


def patches() -> list[Path]:
    """The bugs, law by law."""
    return sorted(BUGS.glob("law_*.patch"))


def plant(patch: Path, seed: int = SEED, most: int = MOST) -> Planted:
    """Runs histories over a copy of the package with this bug in it. Raises CalledProcessError if it does not apply."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "lambda_src"
        shutil.copytree(ROOT / "lambda_src", copy, ignore=shutil.ignore_patterns("__pycache__"))
        # No repository above the copy may make git think that the patch lies elsewhere.
        alone = os.environ | {"GIT_CEILING_DIRECTORIES": folder}
        subprocess.run(["git", "apply", str(patch.resolve())], cwd=copy, env=alone, check=True)
        path = os.pathsep.join([str(copy), str(ROOT)])
        law = patch.stem.split("_")[1]
        asked = ["--histories", str(most), "--seed", str(seed), "--law", law]
        env = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        told = subprocess.run(
            [sys.executable, "-m", "tests.histories.run", *asked],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    broken = json.loads(told.stdout.splitlines()[-1])["broken"]
    sys.stderr.write(f"{patch.stem}: {broken and broken['after']}\n")
    return Planted(patch.stem, broken["after"] if broken else 0, broken["seed"] if broken else seed)


def table(found: list[Planted]) -> Iterator[str]:
    """The table, line by line."""
    yield "| law | bug | seed | histories |"
    yield "|---|---|---|---|"
    yield from (planted.line for planted in found)


def main() -> int:
    """Plant all, two at a time."""
    parser = argparse.ArgumentParser(prog="python -m tests.histories.planted", description="Plant bugs.")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    asked = parser.parse_args()
    with ThreadPoolExecutor(max_workers=2) as workers:
        found = list(workers.map(plant, patches()))
    text = "\n".join(table(found))
    sys.stdout.write(f"{text}\n")
    if asked.write:
        TABLE.write(f"{text}\n")
    return 0 if all(planted.histories for planted in found) else 1


if __name__ == "__main__":
    sys.exit(main())
