"""How many states a recovery enters, and how late its end is known: the state machine walked in virtual time."""

import json
from dataclasses import dataclass, field

import pytest

from localcloud.clock import VirtualClock
from localcloud.service import Record
from tests.histories.machine import StepFunctions, TaskFailed, Walk

MINUTE, HOUR, DAY = 60, 3600, 86_400
CREATING_SECONDS = 10
ASKED = {"name": "run", "input": "{}"}


@dataclass
class Recovery:
    """A copy of so many `seconds`, after so many `in_line` with a place that nobody tells of."""

    seconds: int
    in_line: int = 0
    clock: VirtualClock = field(default_factory=VirtualClock)
    created: float = 0
    began: float = 0

    def work(self, resource: str, arguments: Record, _: Walk) -> Record:
        """What the functions and DataSync answer."""
        now = self.clock.now()
        match resource, arguments.get("FunctionName"):
            case "invoke", "open_homes_arn":
                if now < VirtualClock().now() + self.in_line:
                    raise TaskFailed("NoRoom", json.dumps({"errorMessage": "no place"}))
                self.created = now
                return {"Payload": {"task_arn": "task"}}
            case "invoke", "close_homes_arn":
                return {"Payload": {"word": "SUCCEEDED", "reason": ""}}
            case "describeTask", _:
                return {"Status": "CREATING" if now < self.created + CREATING_SECONDS else "AVAILABLE"}
            case "startTaskExecution", _:
                self.began = now
                return {"TaskExecutionArn": "copy"}
            case "describeTaskExecution", _:
                return {"Status": "TRANSFERRING" if now < self.began + self.seconds else "SUCCESS"}
        return {}

    def walked(self) -> Walk:
        """Its execution, at its end."""
        machine = StepFunctions(self.clock, self.work, copy_timeout_seconds=30 * DAY)
        machine.start_execution(ASKED)
        self.clock.advance(2 * self.in_line + 1.2 * self.seconds + MINUTE)
        return machine.walks["run"]


@pytest.mark.parametrize(
    ("seconds", "in_line", "most"),
    [(MINUTE, 0, 40), (MINUTE, HOUR, 40), (DAY, 0, 600), (DAY, HOUR, 600), (DAY, DAY, 600)],
)
def test_a_recovery_enters_few_states(seconds: int, in_line: int, most: int) -> None:
    ended = Recovery(seconds, in_line).walked()
    assert ended.status == "SUCCEEDED"
    assert 1 + len(ended.entered) <= most


@pytest.mark.parametrize(("seconds", "most"), [(MINUTE, 10), (HOUR, HOUR / 10), (DAY, 600)])
def test_the_end_of_a_copy_is_known_soon(seconds: int, most: float) -> None:
    recovery = Recovery(seconds)
    assert recovery.walked().ended - recovery.began - seconds <= most


def test_an_execution_of_a_week_after_a_week_in_line_stays_far_below_the_limit_of_its_history() -> None:
    """No state of it has more than five events: entered, scheduled, started, succeeded or failed, exited."""
    ended = Recovery(7 * DAY, in_line=7 * DAY).walked()
    assert ended.status == "SUCCEEDED"
    assert 5 * len(ended.entered) < 25_000 / 1.25


def test_who_waits_for_a_day_looks_a_few_times_only() -> None:
    ended = Recovery(MINUTE, in_line=DAY).walked()
    assert ended.entered.count("Wait for a place") < 30
