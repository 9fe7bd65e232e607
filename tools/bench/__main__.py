"""Measures, prints the tables, and writes each into its place in docs/performance.md.

    python -m tools.bench [--only storm --only seed] [--small] [--profiles 500]

A measurement is a module of this package with `measure(small) -> Table`.
`--small` measures at most a hundred owners and writes nothing; so does `--profiles`, for the seed alone.
The exit status is 1 if a bound is missed.
"""

import argparse
import importlib
import sys
import time
from typing import Protocol, cast

from tools.bench import seed
from tools.bench.table import Table
from tools.pages import ROOT, Place

PAGE, PICTURES = ROOT / "docs" / "performance.md", ROOT / "docs" / "pictures"
NAMES = ("storm", "model", "seed", "baseline", "delay", "cost", "cold_start", "memory")
LONG = ("model",)
"""Only measured when asked for, or by `--full`."""


class Measurement(Protocol):
    """What a module of this package offers."""

    def measure(self, small: bool) -> Table:
        """The table; `small`: in seconds rather than minutes."""


def main() -> int:
    """Measure, print, and write; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="Measure, and write the tables.")
    parser.add_argument("--only", action="append", choices=NAMES, default=[], help="measure this one (repeatable)")
    parser.add_argument("--full", action="store_true", help="measure also what takes long")
    parser.add_argument("--small", action="store_true", help="measure at most a hundred owners, and write nothing")
    parser.add_argument("--profiles", type=int, help="the seed's profiles; nothing is written")
    asked = parser.parse_args()
    names = asked.only or [name for name in NAMES if asked.full or name not in LONG]
    missed: list[str] = []
    for name in names:
        began = time.monotonic()
        one = asked.profiles and name == "seed"
        table = seed.measured_with((asked.profiles,)) if one else measurement(name).measure(asked.small)
        print(f"{name} ({time.monotonic() - began:.0f} s of real time)\n\n{table.markdown()}", flush=True)
        if not (asked.small or one):
            write(name, table)
        missed += table.missed
    print(*missed, sep="\n", end="\n" if missed else "", file=sys.stderr)
    return int(bool(missed))


def measurement(name: str) -> Measurement:
    """The measurement of this name. The others stay out: the processes of a storm, whose memory is told, begin here."""
    return cast("Measurement", importlib.import_module(f"tools.bench.{name}"))


def write(name: str, table: Table) -> None:
    """The table goes into its place in the page, and the pictures into their folder."""
    place(name).write(table.markdown())
    for file, picture in table.pictures:
        (PICTURES / file).write_text(picture)


def place(name: str) -> Place:
    """Where the measurement of this name stands in the page."""
    return Place(PAGE, name, "make bench")


if __name__ == "__main__":
    sys.exit(main())
