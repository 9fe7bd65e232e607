"""Knows the alarms of a deployment: their names, and what those mean that nothing else of `status` tells. Pure.

The module makes them in watch_alarms.tf and watch_seed.tf; docs/operating.md has a section for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NO_SEED = "no-seed"
WAITING = "waiting"
# CloudWatch looks back for a week at most, and one pass may fail: watch_seed.tf.
_LONGEST_GAP_SECONDS = 6 * 86_400


@dataclass(frozen=True, slots=True)
class Known:
    """An alarm: its heading in docs/operating.md; and, if it needs a person and `status` shows it by nothing else,
    what has happened, with the command (without the program's name) that helps first."""

    section: str
    need: str = ""
    command: str = ""


# By what follows the deployment's name in theirs.
ALARMS: Mapping[str, Known] = {
    "failed": Known("Failed"),
    "partial": Known("Partial"),
    "blocked": Known("Blocked"),
    WAITING: Known("Waiting", "a recovery has waited or run for very long", "list --status pending --status running"),
    "failure-queue": Known("Failure queue"),
    "repairs": Known("Repairs"),
    NO_SEED: Known("No seed", "no seed has come to its end for longer than its schedule allows", "seed"),
    "task-quota": Known("Task quota"),
    "function-errors": Known("Function errors", "functions failed again and again", "doctor"),
    "function-throttles": Known("Function throttles", "Lambda refuses to run functions", "doctor"),
    "stream-age": Known("Stream age", "the ledger's stream is read late", "doctor"),
}


def named(deployment: str) -> dict[str, str]:
    """The words of all alarms by their whole names."""
    return {f"{deployment}-{word}": word for word in ALARMS}


def wanted(seconds_between_seeds: int) -> set[str]:
    """The words of the alarms that a deployment with such a schedule must have."""
    return {word for word in ALARMS if word != NO_SEED or seconds_between_seeds <= _LONGEST_GAP_SECONDS}
