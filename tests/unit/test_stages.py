"""Where a row came to rest, in words that the README and the state machine know."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from studio_recovery.rows import Row
from studio_recovery.stages import whereabouts
from studio_recovery.statuses import APPROVAL, OTHER_OWNER, SOURCE_HELD, STILL_ALIVE, TOO_OLD, Status
from tests.unit.cast import ADA, EXECUTION, NEW, OLD, source

ROOT = Path(__file__).parents[2]
ENDED = Row(ADA, home=NEW, sources=(source(OLD),), request_id="request-1", execution_arn=EXECUTION)
REFUSED = [(OTHER_OWNER, "Open both homes"), (SOURCE_HELD, "Open both homes")]
FAILED = [
    ("CannotOpen: add vpc-1 to `vpcs`", "Open both homes"),
    ("NoApp: no app of user/ada@lab is in service", "Open both homes"),
    ("AccountFull: no place for another task", "Open both homes"),
    ("TargetBusy: another copies", "Open both homes"),
    ("TaskNotReady: the task is UNAVAILABLE after 600 s", "Is the task ready?"),
    ("TimedOut: the copy was TRANSFERRING after 86400 s", "Give up the copy"),
    ("OpNoPerm: cannot read", "Copy the files"),
    ("the copy ended in ERROR", "Copy the files"),
]


def where(status: Status, reason: str) -> str:
    return whereabouts(replace(ENDED, status=status, reason=reason))


@pytest.mark.parametrize(("reason", "state"), FAILED)
def test_a_failure_that_one_state_only_can_have_is_told_with_that_state(reason: str, state: str) -> None:
    assert where(Status.FAILED, reason) == f'recovery, state "{state}"'


@pytest.mark.parametrize(
    "reason",
    [
        "AwsRefused: CreateTask: AccessDenied: not you",
        "CopyStillRunning: 1 copy",
        "States.Timeout: after 320 s",
        "the copy has no result",
        "its execution ended as ABORTED without an outcome",
    ],
)
def test_a_failure_of_which_nobody_knows_the_state_is_told_without_one(reason: str) -> None:
    assert where(Status.FAILED, reason) == "recovery"


def test_what_is_partial_came_to_rest_with_its_copy() -> None:
    assert where(Status.PARTIAL, "3 of 9 files were not transferred") == 'recovery, state "Copy the files"'


@pytest.mark.parametrize("reason", [APPROVAL, TOO_OLD, OTHER_OWNER, STILL_ALIVE])
def test_what_the_ledger_holds_back_never_began(reason: str) -> None:
    assert whereabouts(replace(ENDED, status=Status.BLOCKED, reason=reason, request_id="")) == "ledger"


@pytest.mark.parametrize(("reason", "state"), REFUSED)
def test_a_recovery_that_was_refused_at_its_beginning_is_told_with_the_state(reason: str, state: str) -> None:
    assert where(Status.BLOCKED, reason) == f'recovery, state "{state}"'


def test_the_state_machine_has_every_state_that_is_named() -> None:
    states = json.loads((ROOT / "statemachine/recovery.asl.json").read_text())["States"]
    assert {state for _, state in [*FAILED, *REFUSED]} - states.keys() == set()


def test_the_stages_are_words_of_the_readme() -> None:
    """Its diagram numbers them."""
    five = re.findall(r"[1-5] (\w+) [─◄]", (ROOT / "README.md").read_text())
    assert len(five) == 5
    held_back = replace(ENDED, status=Status.BLOCKED, reason=APPROVAL, request_id="")
    assert {where(Status.FAILED, "the copy has no result"), whereabouts(held_back)} <= set(five)
