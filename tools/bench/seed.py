"""The seed: calls, writes and waiting on thousands of profiles with a throttled SageMaker.

Time is the local cloud's virtual clock; what is measured are calls, writes, invocations, and waiting.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.aws.crowd import Figures, crowd, seed_until_complete
from tools.bench.table import Table

PROFILES, SMALL = (100, 1_000, 10_000), (100,)
LAMBDA_SECONDS = 240.0
WORST_RATIO = 1.15
HEAD = (
    "profiles",
    "pass",
    "calls answered",
    "throttled beside",
    "invocations",
    "writes",
    "seconds",
    "lower bound",
    "ratio",
)


def measure(small: bool) -> Table:
    """The first pass over profiles that nobody knows, and the one after it, for several numbers of them."""
    return measured_with(SMALL if small else PROFILES)


def measured_with(numbers: tuple[int, ...]) -> Table:
    """The same for these numbers of profiles."""
    rows: list[tuple[str, ...]] = []
    missed: list[str] = []
    for profiles in numbers:
        for word, figures in _measured(profiles):
            rows.append(_row(profiles, word, figures))
            missed += _missed(profiles, word, figures)
    return Table(HEAD, tuple(rows), tuple(missed))


def _measured(profiles: int) -> Iterator[tuple[str, Figures]]:
    with tempfile.TemporaryDirectory() as folder, crowd(profiles, Path(folder)) as lab:
        yield "first", seed_until_complete(lab, LAMBDA_SECONDS)
        yield "next", seed_until_complete(lab, LAMBDA_SECONDS)


def _row(profiles: int, word: str, figures: Figures) -> tuple[str, ...]:
    return (
        f"{profiles:,}",
        word,
        f"{figures.answered:,}",
        f"{figures.throttled:,}",
        str(len(figures.told)),
        f"{figures.writes:,}",
        f"{figures.seconds:.1f}",
        f"{figures.lower_bound:.1f}",
        f"{figures.ratio:.2f}",
    )


def _missed(profiles: int, word: str, figures: Figures) -> Iterator[str]:
    if word == "next":
        if figures.writes or len(figures.told) > 1:
            yield f"{profiles} profiles: the next pass wrote {figures.writes} times in {len(figures.told)} invocations"
    elif figures.ratio > WORST_RATIO:
        yield f"{profiles} profiles: {figures.ratio:.2f} times the lower bound, more than {WORST_RATIO}"
