"""Which states were entered and which ways were taken by all executions of this session: all of them, once the other
files of this folder have run."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.statemachine.machine import WALKED, Machine

FILE = Path(__file__).parents[2] / "statemachine" / "recovery.asl.json"
STATES: dict[str, dict[str, Any]] = json.loads(FILE.read_text())["States"]


def ways(state: dict[str, Any]) -> Iterator[str]:
    """Where a state can lead: its next one, its choices, what it catches."""
    yield from (way["Next"] for way in [state, *state.get("Choices", []), *state.get("Catch", [])] if "Next" in way)
    if "Default" in state:
        yield state["Default"]


def test_every_state_choice_and_catch_was_walked(
    deployed: Machine, record_property: Callable[[str, object], None]
) -> None:
    there = {(name, following) for name, state in STATES.items() for following in ways(state)}
    walked = deployed.ways() & there
    states = {name for step in walked for name in step}
    said = f"{len(states)} of {len(STATES)} states entered, {len(walked)} of {len(there)} ways between them taken"
    record_property(WALKED, said)
    assert sorted(there - walked) == []
    assert sorted(set(STATES) - states) == []
