"""The state machine and the Lambda package speak of the same errors, and every state can be reached."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio_recovery import errors

FILE = Path(__file__).parents[2] / "statemachine" / "recovery.asl.json"
STATES: dict[str, dict[str, Any]] = json.loads(FILE.read_text())["States"]
TASKS = sorted(name for name, state in STATES.items() if state["Type"] == "Task")


def rules(state: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [*state.get("Retry", []), *state.get("Catch", [])]
    return found


def names(state: dict[str, Any]) -> Iterator[str]:
    yield from (name for rule in rules(state) for name in rule["ErrorEquals"])


def followers(state: dict[str, Any]) -> Iterator[str]:
    yield from (
        found["Next"] for found in [state, *state.get("Choices", []), *state.get("Catch", [])] if "Next" in found
    )
    if "Default" in state:
        yield state["Default"]


def test_every_error_of_ours_that_is_matched_exists() -> None:
    ours = {name for state in STATES.values() for name in names(state) if "." not in name}
    assert {name for name in ours if not hasattr(errors, name)} == set()


def test_every_error_that_passes_by_itself_is_waited_for_while_opening() -> None:
    waits = {kind.__name__ for kind in errors.Wait.__subclasses__()}
    assert waits <= set(names(STATES["Open both homes"]))


def test_nothing_that_passes_by_itself_ends_a_recovery_that_waits_for_days() -> None:
    waits = {kind.__name__ for kind in errors.Wait.__subclasses__()} | {"LedgerConflict"}
    short = {
        name
        for retry in STATES["Open both homes"]["Retry"]
        if retry["MaxAttempts"] < 600
        for name in retry["ErrorEquals"]
    }
    assert waits & short == set()


@pytest.mark.parametrize("name", ["Close both homes", "Leave the rest"])
def test_who_closes_is_told_of_the_copy_also_if_its_task_is_gone(name: str) -> None:
    opening = STATES["Open both homes"]
    assert opening["Assign"]["copy_arn"] == opening["Catch"][-1]["Assign"]["copy_arn"] == ""
    assert STATES[name]["Arguments"]["Payload"]["copy_arn"] == "{% $copy_arn %}"


def test_every_state_can_be_reached() -> None:
    reached = {"Open both homes"} | {name for state in STATES.values() for name in followers(state)}
    assert reached == set(STATES)


@pytest.mark.parametrize("name", TASKS)
def test_every_call_catches_all_failures(name: str) -> None:
    assert STATES[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", TASKS)
def test_every_retry_is_bounded_with_a_cap_on_its_delay(name: str) -> None:
    assert [
        retry for retry in STATES[name].get("Retry", []) if not {"MaxAttempts", "MaxDelaySeconds"} <= set(retry)
    ] == []


def test_the_start_of_a_copy_is_never_simply_repeated() -> None:
    assert "Retry" not in STATES["Copy the files"]


FUNCTIONS = sorted(name for name in TASKS if STATES[name]["Resource"].endswith("lambda:invoke"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_lambda_that_has_no_room_is_waited_for_like_a_full_account(name: str) -> None:
    (waits,) = [retry for retry in STATES[name]["Retry"] if "Lambda.TooManyRequestsException" in retry["ErrorEquals"]]
    assert waits["MaxAttempts"] == 2000
