"""Runs random histories: so many, from a seed on, in batches, so that hypothesis need not remember them all.

    python -m tests.histories.run --histories 500 --seed 1 [--law 3] [--small]

The same seed gives the same histories. It prints one line of JSON; the exit status is 1 if a law was broken.
"""

import argparse
import json
import logging
import sys
from dataclasses import dataclass

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.histories.histories import ALL, Histories
from tests.histories.laws import LawBroken
from tests.histories.tally import TALLY, Tally

STEPS, BATCH = 40, 250


@dataclass(frozen=True, slots=True)
class Found:
    """A law was broken: which, how many histories it took, and what happened."""

    law: int
    histories: int
    seed: int
    text: str


def run(histories: int, seed: int, checked: tuple[int, ...] = ALL, *, small: bool = False) -> Found | None:
    """Tries so many histories; what was found, if anything. The tally counts them. `small`: make what fails small."""
    TALLY.clear()
    for first in range(0, histories, BATCH):
        if found := _batch(min(BATCH, histories - first), seed + first // BATCH, checked, small=small):
            return found
    return None


def _batch(histories: int, seed: int, checked: tuple[int, ...], *, small: bool) -> Found | None:
    class Seeded(Histories):
        """The histories of this seed."""

    Seeded.checked = checked
    hypothesis.seed(seed)(Seeded)
    phases = [Phase.generate, Phase.shrink] if small else [Phase.generate]
    wanted = settings(
        max_examples=histories,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    try:
        run_state_machine_as_test(Seeded, settings=wanted)
    except LawBroken as broken:
        steps = "\n".join(getattr(broken, "__notes__", []))
        return Found(broken.law, TALLY.histories, seed, f"{broken}\n{steps}")
    return None


# What owners do to their files, which goes wrong for nobody.
OWNERS_WORK = ("written ", "removed ")


def told(tally: Tally) -> dict[str, object]:
    """A tally in figures."""
    return {
        "histories": tally.histories,
        "steps": tally.steps,
        "virtual hours": round(tally.seconds / 3600),
        "executions": tally.executions,
        "copies": tally.copies,
        "homes": tally.homes,
        "excused": tally.excused,
        "faults": {what: count for what, count in sorted(tally.had.items()) if not what.startswith(OWNERS_WORK)},
        "owners' work": {what: count for what, count in sorted(tally.had.items()) if what.startswith(OWNERS_WORK)},
        "history lines": {str(what): count for what, count in sorted(tally.outcomes.items())},
        "states": sorted(tally.entered),
        "called": dict(sorted(tally.called.items())),
        "failed": dict(sorted(tally.failed.items())),
    }


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.histories.run", description="Run random histories.")
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--law", type=int, choices=ALL)
    parser.add_argument("--small", action="store_true", help="make a history that breaks a law small")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    found = run(asked.histories, asked.seed, (asked.law,) if asked.law else ALL, small=asked.small)
    broken = {"law": found.law, "after": found.histories, "seed": found.seed, "text": found.text} if found else None
    sys.stdout.write(json.dumps(told(TALLY) | {"broken": broken}) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
