"""Measures the seed on thousands of profiles with a throttled SageMaker, and writes the table into docs/performance.md.

Time is the local cloud's virtual clock; what is measured are calls, writes, invocations, and waiting.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.aws.crowd import Figures, crowd, seed_until_complete

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- seed: make bench-seed -->\n", "<!-- end of seed -->\n"
PROFILES = (100, 1_000, 5_000)
LAMBDA_SECONDS = 240.0
WORST_RATIO = 1.15
HEAD = (
    "| profiles | pass | calls answered | throttled beside | invocations | writes | seconds | lower bound | ratio |",
    "|---|---|---|---|---|---|---|---|---|",
)


def main() -> int:
    """Measure, print, and write; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench_seed", description=__doc__)
    parser.add_argument("--profiles", type=int, nargs="+", help="how many, one measurement each; nothing is written")
    chosen = parser.parse_args()
    rows: list[str] = list(HEAD)
    complaints: list[str] = []
    print(*HEAD, sep="\n", flush=True)
    for profiles in chosen.profiles or PROFILES:
        for word, figures in measured(profiles):
            rows.append(row(profiles, word, figures))
            print(rows[-1], flush=True)
            complaints += wrong(profiles, word, figures)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if not chosen.profiles:
        PAGE.write_text(page_with("\n".join(rows) + "\n"))
    return int(bool(complaints))


def measured(profiles: int) -> Iterator[tuple[str, Figures]]:
    """The first pass over so many profiles that nobody knows, and the one after it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, crowd(profiles, Path(folder)) as lab:
        yield "first", seed_until_complete(lab, LAMBDA_SECONDS)
        yield "next", seed_until_complete(lab, LAMBDA_SECONDS)
    print(f"({profiles} profiles: {time.monotonic() - began:.0f} s of real time)", file=sys.stderr)


def row(profiles: int, word: str, figures: Figures) -> str:
    """One line of the table."""
    told = [
        f"{profiles:,}",
        word,
        f"{figures.answered:,}",
        f"{figures.throttled:,}",
        str(len(figures.told)),
        f"{figures.writes:,}",
        f"{figures.seconds:.1f}",
        f"{figures.lower_bound:.1f}",
        f"{figures.ratio:.2f}",
    ]
    return f"| {' | '.join(told)} |"


def wrong(profiles: int, word: str, figures: Figures) -> Iterator[str]:
    """Which bounds are missed."""
    if word == "next":
        if figures.writes or len(figures.told) > 1:
            yield f"{profiles} profiles: the next pass wrote {figures.writes} times in {len(figures.told)} invocations"
    elif figures.ratio > WORST_RATIO:
        yield f"{profiles} profiles: {figures.ratio:.2f} times the lower bound, more than {WORST_RATIO}"


def page_with(table: str) -> str:
    """docs/performance.md with this table in it."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return before + BEGIN + table + END + rest.partition(END)[2]


if __name__ == "__main__":
    sys.exit(main())
