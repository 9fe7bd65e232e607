"""The paths through the state machine, on the local cloud, with executions started by hand."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import Home, look, write
from demo.leftovers import leftovers
from demo.studio import Network, Owner, Studio, wait_for

OPENED = ["Open both homes", "Look at the task", "Is the task ready?"]
CLOSED = ["Note the end", "Close both homes", "Did it end well?"]


@dataclass(frozen=True)
class Ended:
    """An execution that has ended: its status, what it said, and the states that it entered."""

    status: str
    said: dict[str, str]
    states: list[str]


Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def studio(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Studio:
    assert outputs["state_machine_arn"]
    return Studio(cloud, "lab-of-paths", network)


@pytest.fixture(scope="session")
def names() -> Iterator[str]:
    return (f"user-{number}" for number in count())


@pytest.fixture
def homes(cloud: Cloud, studio: Studio, names: Iterator[str]) -> Iterator[tuple[Home, Home]]:
    """Homes of two users whom nobody had before: the module does nothing for them by itself."""
    made = studio.create(Owner("user", next(names)), Owner("user", next(names)))
    old, new = made.values()
    yield old, new
    cloud.ask("DELETE", "faults")


@pytest.fixture
def run(cloud: Cloud, outputs: dict[str, Any]) -> Run:
    states = cloud.client("stepfunctions")

    def start(source: Home, target: Home, changes: dict[str, Any] | None = None) -> Ended:
        asked = {"source": as_input(source), "target": as_input(target)} | (changes or {})
        started = states.start_execution(stateMachineArn=outputs["state_machine_arn"], input=json.dumps(asked))
        arn = started["executionArn"]
        wait_for("end", lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING")
        ended = states.describe_execution(executionArn=arn)
        said = {"word": ended["error"], "reason": ended["cause"]} if "error" in ended else json.loads(ended["output"])
        return Ended(ended["status"], said, entered(states, arn))

    return start


def as_input(home: Home) -> dict[str, str]:
    return {"efs_sys_id": home.file_system_id, "efs_uid": str(home.uid)}


def entered(states: Any, arn: str) -> list[str]:
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    events = (event for page in pages for event in page["events"])
    return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]


def leave_a_notebook(cloud: Cloud, home: Home) -> None:
    cloud.disk.make_home(home.file_system_id, f"/{home.uid}", (home.uid, 0), 0o700)
    write(cloud.disk, home, "notebook.ipynb", b"{}")


def fail(cloud: Cloud, operation: str, **fault: Any) -> None:
    told = {"service": "datasync", "operation": operation, "error": "InvalidRequestException", "status": 400}
    cloud.ask("POST", "faults", told | fault)


def test_a_home_is_copied(cloud: Cloud, homes: tuple[Home, Home], run: Run, outputs: dict[str, Any]) -> None:
    old, new = homes
    leave_a_notebook(cloud, old)
    ended = run(old, new)
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SUCCEEDED", "reason": ""})
    assert look(cloud.disk, new)["notebook.ipynb"].owner == (new.uid, 0)
    assert leftovers(cloud, outputs["name"]) == []
    assert ended.states[:3] == OPENED
    assert ended.states[-4:] == [*CLOSED, "Over"]


def test_an_empty_home_is_skipped(cloud: Cloud, homes: tuple[Home, Home], run: Run) -> None:
    old, new = homes
    cloud.disk.make_home(old.file_system_id, f"/{old.uid}", (old.uid, 0), 0o700)
    ended = run(old, new)
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SKIPPED", "reason": "nothing to copy"})
    assert look(cloud.disk, new).keys() == {"."}


def test_a_home_whose_directory_is_missing_is_skipped(homes: tuple[Home, Home], run: Run) -> None:
    ended = run(*homes)
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SKIPPED", "reason": "nothing to copy"})


def test_a_source_file_system_that_is_gone_is_skipped_without_a_copy(homes: tuple[Home, Home], run: Run) -> None:
    ended = run(Home("fs-0123456789abcdef0", 200005), homes[1])
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SKIPPED", "reason": "source gone"})
    assert ended.states == ["Open both homes", *CLOSED, "Over"]


def test_a_copy_that_ends_in_error_fails_the_execution(
    cloud: Cloud, homes: tuple[Home, Home], run: Run, outputs: dict[str, Any]
) -> None:
    old, new = homes
    leave_a_notebook(cloud, old)
    cloud.disk.home(new.file_system_id, new.uid).write_text("a file where the home should be")
    ended = run(old, new)
    assert (ended.status, ended.said["word"], ended.states[-1]) == ("FAILED", "FAILED", "Not recovered")
    assert ended.said["reason"]
    assert leftovers(cloud, outputs["name"]) == []


@pytest.mark.parametrize("operation", ["CreateLocationEfs", "CreateTask"])
def test_a_failure_while_opening_fails_the_execution_and_leaves_nothing(
    cloud: Cloud, homes: tuple[Home, Home], run: Run, outputs: dict[str, Any], operation: str
) -> None:
    fail(cloud, operation, times=99)
    ended = run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert f"AwsRefused: {operation}: InvalidRequestException" in ended.said["reason"]
    assert ended.states == ["Open both homes", *CLOSED, "Not recovered"]
    assert leftovers(cloud, outputs["name"]) == []


def test_a_start_whose_answer_is_lost_is_found_and_not_repeated(
    cloud: Cloud, homes: tuple[Home, Home], run: Run
) -> None:
    old, _ = homes
    leave_a_notebook(cloud, old)
    before = cloud.calls()["datasync:StartTaskExecution"]
    fail(cloud, "StartTaskExecution", when="after")
    ended = run(*homes)
    assert ended.said == {"word": "SUCCEEDED", "reason": ""}, ended.states
    assert cloud.calls()["datasync:StartTaskExecution"] - before == 1
    assert "Find the copy" in ended.states


def test_a_start_that_is_refused_for_good_fails_the_execution(
    cloud: Cloud, homes: tuple[Home, Home], run: Run, outputs: dict[str, Any]
) -> None:
    fail(cloud, "StartTaskExecution", times=99)
    ended = run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert "DataSync.InvalidRequestException" in ended.said["reason"]
    assert leftovers(cloud, outputs["name"]) == []


def test_a_throttled_account_is_waited_for(cloud: Cloud, homes: tuple[Home, Home], run: Run) -> None:
    old, _ = homes
    leave_a_notebook(cloud, old)
    fail(cloud, "ListTasks", error="ThrottlingException", times=6)
    assert run(*homes).status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": {"efs_sys_id": "fs-0123456789abcdef0", "efs_uid": ""}}, "source.efs_uid"),
        ({"target": {"efs_sys_id": "fs-0123456789abcdef0"}}, "target.efs_uid"),
        ({"request_id": "r-1"}, "profile_name"),
    ],
)
def test_a_wrong_input_is_refused_in_the_first_state(
    homes: tuple[Home, Home], run: Run, wrong: dict[str, Any], field: str
) -> None:
    ended = run(*homes, wrong)
    assert (ended.status, ended.states) == ("FAILED", ["Open both homes", "Not recovered"])
    assert field in ended.said["reason"]
