"""The paths that a row of the ledger takes: refused claims, executions that die, retries after half-written copies."""

from typing import Any

import pytest

from demo.homes import look
from demo.studio import wait_for
from tests.statemachine.machine import Machine

NOTEBOOK = {"notebook.ipynb": b"{}"}
SECONDS = 3.0
TRIES_TO_CLOSE, LOCATIONS = 5, 2


def test_a_claim_for_another_request_is_superseded_and_changes_nothing(machine: Machine) -> None:
    owner, old, new = machine.recreated(NOTEBOOK)
    before = machine.at_rest(owner, "SUCCEEDED")
    row = {"profile_name": str(owner), "domain_name": machine.studio.name, "request_id": "long-ago"}
    ended = machine.run(old, new, row)
    assert (ended.status, ended.said["word"]) == ("SUCCEEDED", "SUPERSEDED")
    assert (machine.row(owner), machine.history(owner)[-1]) == (before, "SUPERSEDED")


def test_a_held_owner_is_left_alone_when_the_execution_begins(machine: Machine) -> None:
    owner, _, new = machine.recreated({})
    machine.at_rest(owner, "SKIPPED")
    machine.studio.delete(owner)
    wait_for("end in the ledger", lambda: machine.ledger.has_ended(owner))
    machine.ask_again(owner, replication=False)
    machine.studio.create(owner)
    wait_for("BLOCKED", lambda: machine.row(owner).get("replication_status") == "BLOCKED")
    assert machine.row(owner)["reason"] == "held"
    assert f"{new.file_system_id}/{new.uid}" in machine.row(owner)["sources"]


def test_a_hold_that_comes_after_the_start_blocks_the_copy(machine: Machine) -> None:
    machine.cloud.behave(break_copies=True)
    owner, _, _ = machine.recreated(NOTEBOOK)
    machine.at_rest(owner, "FAILED")
    machine.cloud.behave(break_copies=False)
    machine.ask_again(owner, replication=False)
    assert machine.at_rest(owner, "BLOCKED")["reason"] == "held"
    assert machine.history(owner)[-1] == "BLOCKED"
    assert machine.left() == []


def test_a_copy_that_leaves_files_out_is_partial_and_keeps_the_source(machine: Machine) -> None:
    machine.cloud.behave(skip_files=True)
    owner, old, _ = machine.recreated(NOTEBOOK)
    row = machine.at_rest(owner, "PARTIAL")
    assert "skipped" in row["reason"]
    assert f"{old.file_system_id}/{old.uid}" in row["sources"]
    assert machine.ended(row["execution_arn"]).status == "FAILED"
    assert machine.left() == []


def test_a_retry_after_a_half_written_copy_is_partial_and_keeps_the_source(machine: Machine) -> None:
    machine.cloud.behave(break_copies=True)
    owner, old, new = machine.recreated({"data.bin": b"0123456789" * 1000})
    machine.at_rest(owner, "FAILED")
    assert look(machine.cloud.disk, new)["data.bin"].size < 10_000
    machine.cloud.behave(break_copies=False)
    machine.ask_again(owner)
    row = machine.at_rest(owner, "PARTIAL")
    assert f"{old.file_system_id}/{old.uid}" in row["sources"]
    assert machine.history(owner)[-1] == "PARTIAL"
    assert look(machine.cloud.disk, old)["data.bin"].size == 10_000
    assert machine.left() == []


def test_a_retry_after_a_failure_that_wrote_nothing_succeeds(machine: Machine) -> None:
    machine.fail("datasync", "CreateTask", error="AccessDeniedException", times=99)
    owner, _, new = machine.recreated(NOTEBOOK)
    machine.at_rest(owner, "FAILED")
    machine.cloud.ask("DELETE", "faults")
    machine.ask_again(owner)
    machine.at_rest(owner, "SUCCEEDED")
    assert "notebook.ipynb" in look(machine.cloud.disk, new)


def test_what_could_not_be_removed_is_in_the_history(machine: Machine) -> None:
    machine.fail("datasync", "DeleteLocation", times=99)
    owner, _, _ = machine.recreated(NOTEBOOK)
    machine.at_rest(owner, "SUCCEEDED")
    assert sorted(machine.history(owner)[-2:]) == ["SUCCEEDED", "left behind"]
    machine.cloud.ask("DELETE", "faults")
    machine.seed()
    assert machine.left() == []


def test_an_outcome_that_was_written_stands_when_nothing_more_can_be(machine: Machine) -> None:
    machine.fail("datasync", "DeleteLocation", times=99)
    written = ["created", "deleted", "created again", "recovery started", "SUCCEEDED"]
    machine.fail("dynamodb", "TransactWriteItems", error="AccessDeniedException", after=len(written), times=99)
    owner, _, _ = machine.recreated(NOTEBOOK)
    row = machine.at_rest(owner, "SUCCEEDED")
    assert machine.ended(row["execution_arn"]).states[-2:] == ["Leave the rest", "Not recovered"]
    machine.cloud.ask("DELETE", "faults")
    wait_for("nothing left", lambda: machine.seed() and machine.left() == [])
    assert machine.row(owner)["replication_status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("state", "refused", "held", "behaviour"),
    [
        ("Open both homes", "", "ListTasks", {}),
        ("Look at the task", "", "DescribeTask", {}),
        ("Wait for the task", "", "", {"tasks_stay_creating": True}),
        ("Copy the files", "", "StartTaskExecution", {}),
        ("Find the copy", "StartTaskExecution", "ListTaskExecutions", {}),
        ("Wait for the copy", "", "", {"copies_hang": True}),
        ("Look at the copy", "", "DescribeTaskExecution", {}),
    ],
)
def test_an_execution_stopped_by_hand_is_found_and_its_row_finished(
    machine: Machine, state: str, refused: str, held: str, behaviour: dict[str, Any]
) -> None:
    machine.fail("datasync", refused)
    machine.hold(held, SECONDS)
    machine.cloud.behave(**behaviour)
    owner, old, _ = machine.recreated(NOTEBOOK)
    arn = machine.stop_in(owner, state)
    assert machine.ended(arn).status == "ABORTED"
    machine.cloud.behave(**dict.fromkeys(behaviour, False))
    wait_for(
        "nothing left",
        lambda: machine.seed() and machine.left() == [] and machine.row(owner)["replication_status"] == "FAILED",
    )
    row = machine.row(owner)
    assert (row["replication_status"], row["reason"]) == (
        "FAILED",
        "its execution ended as ABORTED without an outcome",
    )
    assert f"{old.file_system_id}/{old.uid}" in row["sources"]
    assert machine.history(owner)[-1] == "FAILED"


@pytest.mark.parametrize(
    ("state", "refusals", "held"),
    [("Close both homes", 0, "DeleteTask"), ("Leave the rest", TRIES_TO_CLOSE * LOCATIONS, "DeleteLocation")],
)
def test_an_execution_stopped_while_it_closes_has_its_outcome_and_is_cleaned_up_after(
    machine: Machine, state: str, refusals: int, held: str
) -> None:
    machine.fail("datasync", "DeleteLocation", times=refusals)
    machine.hold(held, SECONDS)
    owner, _, new = machine.recreated(NOTEBOOK)
    wait_for("the outcome", lambda: machine.row(owner).get("replication_status") == "SUCCEEDED")
    machine.stop_in(owner, state)
    wait_for("nothing left", lambda: machine.seed() and machine.left() == [])
    assert machine.row(owner)["replication_status"] == "SUCCEEDED"
    assert "notebook.ipynb" in look(machine.cloud.disk, new)
