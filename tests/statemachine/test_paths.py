"""The paths through the state machine, with executions started by hand: no rule, table or trigger is involved."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from demo.homes import Home, look
from demo.studio import wait_for
from tests.statemachine.machine import Machine, as_input

OPENED = ["Open both homes", "Wait for the task", "Look at the task", "Is the task ready?"]
CLOSED = ["Note the end", "Close both homes", "Did it end well?"]
DONE = {"word": "SUCCEEDED", "reason": ""}
NOTEBOOK = {"notebook.ipynb": b"{}"}
CREATES = [
    (service, operation, position)
    for service, operation, positions in (
        ("efs", "CreateAccessPoint", 2),
        ("datasync", "CreateLocationEfs", 2),
        ("datasync", "CreateTask", 1),
    )
    for position in range(positions)
]


LOOKS = [
    (service, operation, position)
    for service, operation in (
        ("efs", "DescribeFileSystems"),
        ("efs", "DescribeMountTargets"),
        ("efs", "DescribeMountTargetSecurityGroups"),
        ("ec2", "DescribeSubnets"),
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeSecurityGroupRules"),
    )
    for position in range(2)
]


@pytest.fixture
def homes(machine: Machine) -> tuple[Home, Home]:
    old, new = machine.two_homes()
    machine.leave(old, NOTEBOOK)
    return old, new


@pytest.fixture
def patience(machine: Machine) -> Iterator[Callable[[str, str], None]]:
    """Changes how long the state machine waits: a text of its definition for another."""
    states = machine.cloud.client("stepfunctions")
    whole = states.describe_state_machine(stateMachineArn=machine.arn)["definition"]

    def change(text: str, other: str) -> None:
        states.update_state_machine(stateMachineArn=machine.arn, definition=whole.replace(text, other))

    yield change
    change("", "")


@pytest.fixture
def a_minutes_patience(patience: Callable[[str, str], None]) -> None:
    """A copy may take a minute and not a day."""
    patience("$waited < 86400", "$waited < 60")


def test_a_home_is_copied(machine: Machine, homes: tuple[Home, Home]) -> None:
    old, new = homes
    ended = machine.run(old, new)
    assert (ended.status, ended.said) == ("SUCCEEDED", DONE)
    assert look(machine.cloud.disk, new)["notebook.ipynb"].owner == (new.uid, 0)
    assert machine.left() == []
    assert ended.states[:4] == OPENED
    assert ended.states[-4:] == [*CLOSED, "Over"]


def test_an_empty_home_is_skipped(machine: Machine) -> None:
    old, new = machine.two_homes()
    machine.leave(old, {})
    ended = machine.run(old, new)
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SKIPPED", "reason": "nothing to copy"})
    assert look(machine.cloud.disk, new).keys() == {"."}


def test_a_home_whose_directory_is_missing_is_skipped(machine: Machine) -> None:
    ended = machine.run(*machine.two_homes())
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SKIPPED", "reason": "nothing to copy"})


def test_a_source_file_system_that_is_gone_is_skipped_without_a_copy(
    machine: Machine, homes: tuple[Home, Home]
) -> None:
    ended = machine.run(Home("fs-0123456789abcdef0", 200005), homes[1])
    assert (ended.status, ended.said) == ("SUCCEEDED", {"word": "SKIPPED", "reason": "source gone"})
    assert ended.states == ["Open both homes", *CLOSED, "Over"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": {"efs_sys_id": "fs-0123456789abcdef0", "efs_uid": ""}}, "source.efs_uid"),
        ({"target": {"efs_sys_id": "fs-0123456789abcdef0"}}, "target.efs_uid"),
        ({"request_id": "r-1"}, "profile_name"),
    ],
)
def test_a_wrong_input_is_refused_in_the_first_state(
    machine: Machine, homes: tuple[Home, Home], wrong: dict[str, Any], field: str
) -> None:
    ended = machine.run(*homes, wrong)
    assert (ended.status, ended.states) == ("FAILED", ["Open both homes", "Not recovered"])
    assert field in ended.said["reason"]


def test_a_full_account_makes_a_recovery_wait_and_nothing_fail(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.cloud.behave(task_quota=0)
    states = machine.cloud.client("stepfunctions")
    asked = json.dumps({"source": as_input(homes[0]), "target": as_input(homes[1])})
    arn = states.start_execution(stateMachineArn=machine.arn, input=asked)["executionArn"]
    before = machine.cloud.calls()["datasync:CreateTask"]
    wait_for("two tries", lambda: machine.cloud.calls()["datasync:CreateTask"] >= before + 2)
    assert machine.entered(arn) == ["Open both homes"]
    machine.cloud.behave(task_quota=100)
    assert machine.ended(arn).said == DONE
    assert machine.left() == []


IN_LINE = ["Open both homes", "Wait for a place"]


@pytest.fixture
def no_place(machine: Machine) -> Iterator[Callable[[], None]]:
    """The deployment may have no tasks; what it yields lets it have some again."""
    functions = [machine.outputs["function_names"][name] for name in ("open_homes", "gate", "close_homes", "seed")]
    ours = machine.cloud.client("lambda")
    before = {name: ours.get_function_configuration(FunctionName=name)["Environment"] for name in functions}

    def allow(most: dict[str, str]) -> None:
        for name, environment in before.items():
            variables = environment["Variables"] | most
            ours.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    allow({"MAX_CONCURRENT": "0"})
    yield partial(allow, {})
    allow({})


def started(machine: Machine, homes: tuple[Home, Home]) -> str:
    """The ARN of an execution that nobody waits for."""
    asked = json.dumps({"source": as_input(homes[0]), "target": as_input(homes[1])})
    made = machine.cloud.client("stepfunctions").start_execution(stateMachineArn=machine.arn, input=asked)
    return str(made["executionArn"])


def waits_in_line(machine: Machine, arn: str) -> bool:
    """True if the execution's run stands in the table of those who wait."""
    found = machine.cloud.client("dynamodb").scan(TableName=f"{machine.outputs['name']}-studioPlaces")["Items"]
    return any(item["turn"]["S"].endswith(f"#{arn.rpartition(':')[2]}") for item in found if "task_token" in item)


def test_who_finds_no_place_waits_in_line_until_it_is_called(
    machine: Machine, homes: tuple[Home, Home], no_place: Callable[[], None], patience: Callable[[str, str], None]
) -> None:
    patience("$min([3600, $max([600,", "$min([36000, $max([36000,")
    arn = started(machine, homes)
    # Not sooner: the local cloud ends a process of a function whose settings are changed while it starts.
    wait_for("its place in line", lambda: waits_in_line(machine, arn))
    no_place()
    machine.seed()
    ended = machine.ended(arn)
    assert (ended.said, ended.states[:6]) == (DONE, [*IN_LINE, *OPENED])
    assert machine.left() == []


@pytest.mark.usefixtures("no_place")
def test_whom_nobody_calls_looks_for_itself_and_stands_in_line_again(
    machine: Machine, homes: tuple[Home, Home], patience: Callable[[str, str], None]
) -> None:
    patience("$max([600,", "$max([30,")
    arn = started(machine, homes)
    wait_for("the line again", lambda: machine.entered(arn)[:4] == [*IN_LINE, *IN_LINE])
    machine.cloud.client("stepfunctions").stop_execution(executionArn=arn)
    assert machine.left() == []


@pytest.mark.usefixtures("no_place")
def test_a_line_that_refuses_fails_the_execution(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("dynamodb", "TransactWriteItems", error="AccessDeniedException", times=99)
    ended = machine.run(*homes)
    assert (ended.status, ended.states) == ("FAILED", [*IN_LINE, *CLOSED, "Not recovered"])
    assert "AwsRefused: TransactWriteItems" in ended.said["reason"]


@pytest.mark.parametrize(("service", "operation", "position"), [*LOOKS, *CREATES])
def test_a_call_of_opening_that_is_refused_fails_the_execution_and_leaves_nothing(
    machine: Machine, homes: tuple[Home, Home], service: str, operation: str, position: int
) -> None:
    machine.fail(service, operation, error="AccessDeniedException", after=position, times=99)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert f"AwsRefused: {operation}: AccessDenied" in ended.said["reason"]
    assert ended.states == ["Open both homes", *CLOSED, "Not recovered"]
    machine.cloud.ask("DELETE", "faults")
    assert machine.left() == []


@pytest.mark.parametrize(("service", "operation", "position"), CREATES)
def test_a_call_of_opening_whose_answer_is_lost_leaks_and_doubles_nothing(
    machine: Machine, homes: tuple[Home, Home], service: str, operation: str, position: int
) -> None:
    before = machine.cloud.calls()["datasync:StartTaskExecution"]
    machine.fail(service, operation, error="InternalError", status=500, when="after", after=position)
    assert machine.run(*homes).said == DONE
    assert machine.cloud.calls()["datasync:StartTaskExecution"] - before == 1
    assert machine.left() == []


def test_a_task_that_is_never_available_fails_the_execution(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.cloud.behave(tasks_stay_creating=True)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert "TaskNotReady: the task is CREATING after 605 s" in ended.said["reason"]
    assert machine.left() == []


@pytest.mark.parametrize(
    ("operation", "state"),
    [("DescribeTask", "Look at the task"), ("DescribeTaskExecution", "Look at the copy")],
)
def test_a_look_that_is_refused_for_good_fails_the_execution(
    machine: Machine, homes: tuple[Home, Home], operation: str, state: str
) -> None:
    machine.fail("datasync", operation, times=7)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert "DataSync.InvalidRequestException" in ended.said["reason"]
    assert ended.states[-5:] == [state, *CLOSED, "Not recovered"]
    assert machine.left() == []


def test_a_start_whose_answer_is_lost_is_found_and_not_repeated(machine: Machine, homes: tuple[Home, Home]) -> None:
    before = machine.cloud.calls()["datasync:StartTaskExecution"]
    machine.fail("datasync", "StartTaskExecution", when="after")
    ended = machine.run(*homes)
    assert ended.said == DONE
    assert machine.cloud.calls()["datasync:StartTaskExecution"] - before == 1
    assert "Find the copy" in ended.states


def test_a_start_that_is_refused_for_good_fails_the_execution(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("datasync", "StartTaskExecution", times=99)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert "DataSync.InvalidRequestException" in ended.said["reason"]
    assert machine.left() == []


def test_a_start_that_cannot_be_looked_for_fails_the_execution(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("datasync", "StartTaskExecution", times=99)
    machine.fail("datasync", "ListTaskExecutions", times=7)
    ended = machine.run(*homes)
    assert (ended.status, ended.states[-5:]) == ("FAILED", ["Find the copy", *CLOSED, "Not recovered"])
    assert machine.left() == []


def test_a_copy_that_breaks_fails_the_execution_with_datasyncs_words(
    machine: Machine, homes: tuple[Home, Home]
) -> None:
    machine.cloud.behave(break_copies=True)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"], ended.states[-1]) == ("FAILED", "FAILED", "Not recovered")
    assert ended.said["reason"]
    assert machine.left() == []


@pytest.mark.usefixtures("a_minutes_patience")
def test_a_copy_that_outlasts_its_time_is_cancelled_waited_for_and_closed(
    machine: Machine, homes: tuple[Home, Home]
) -> None:
    machine.cloud.behave(copies_hang=True)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert "TimedOut: the copy was TRANSFERRING" in ended.said["reason"]
    assert ended.states[-5:] == ["Give up the copy", *CLOSED, "Not recovered"]
    assert machine.left() == []


def test_a_home_that_belongs_to_root_is_not_written_to_and_named(machine: Machine, homes: tuple[Home, Home]) -> None:
    _, new = homes
    machine.cloud.disk.make_home(new.file_system_id, f"/{new.uid}", (0, 0), 0o755)
    ended = machine.run(*homes)
    assert (ended.status, ended.said["word"]) == ("FAILED", "FAILED")
    assert "ermission" in ended.said["reason"]
    assert machine.left() == []


def test_closing_that_fails_once_works_the_second_time(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("datasync", "DeleteTask")
    ended = machine.run(*homes)
    assert (ended.said, ended.states[-4:]) == (DONE, [*CLOSED, "Over"])
    assert machine.left() == []


def test_what_cannot_be_removed_is_left_to_the_seed(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("datasync", "DeleteLocation", times=99)
    ended = machine.run(*homes)
    assert (ended.said, ended.states[-3:]) == (DONE, ["Leave the rest", "Did it end well?", "Over"])
    assert len(machine.left()) == 2
    machine.cloud.ask("DELETE", "faults")
    assert machine.seed()["swept"] == 1
    assert machine.left() == []


def test_closing_that_cannot_look_fails_the_execution(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("datasync", "ListTasks", error="AccessDeniedException", times=99)
    ended = machine.run(*homes)
    assert (ended.status, ended.states[-2:]) == ("FAILED", ["Close both homes", "Not recovered"])
    assert "ListTasks" in ended.said["reason"]


def test_a_start_that_is_throttled_once_is_made_again(machine: Machine, homes: tuple[Home, Home]) -> None:
    machine.fail("datasync", "StartTaskExecution", error="ThrottlingException")
    ended = machine.run(*homes)
    assert (ended.status, ended.said) == ("SUCCEEDED", DONE)
    assert ended.states.count("Copy the files") == 2
