"""How often the state machine looks at a long copy: its own expressions, played without waiting."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from jsonata import Jsonata

FILE = Path(__file__).parents[2] / "statemachine" / "recovery.asl.json"
STATES: dict[str, dict[str, Any]] = json.loads(FILE.read_text())["States"]
WAIT = STATES["Wait for the copy"]
# Wait: entered, exited. Task: entered, scheduled, started, succeeded, exited. Choice: entered, exited.
EVENTS_OF_A_LOOK = 9
HISTORY_LIMIT = 25_000
DAY = 86_400


def evaluate(expression: str, waited: int) -> int:
    bound = Jsonata(expression.removeprefix("{%").removesuffix("%}").strip())
    bound.assign("waited", waited)
    return int(bound.evaluate(None))


def looks(seconds: int) -> list[int]:
    """When a copy of so many seconds is looked at, in seconds after its start."""
    seen, waited = [], 0
    for _ in count():
        pause = evaluate(WAIT["Seconds"], waited)
        assert evaluate(WAIT["Assign"]["waited"], waited) == waited + pause
        waited += pause
        seen.append(waited)
        if waited >= seconds:
            return seen
    raise AssertionError


@pytest.mark.parametrize("days", [1, 7])
def test_a_copy_of_days_stays_far_below_the_limit_of_an_executions_history(days: int) -> None:
    assert len(looks(days * DAY)) * EVENTS_OF_A_LOOK < HISTORY_LIMIT / 2


@pytest.mark.parametrize("seconds", [60, 600, 5400])
def test_the_end_of_a_copy_is_seen_a_tenth_of_its_time_later_at_most(seconds: int) -> None:
    assert looks(seconds)[-1] - seconds <= max(10, seconds / 10)
