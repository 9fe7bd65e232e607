"""An admin stops a recovery, before it begins and in the middle of its copy; it rests until it is asked for again."""

from collections.abc import Callable, Iterator

import pytest

from demo.cloud import Cloud
from demo.leftovers import leftovers
from demo.studio import Owner, wait_for
from tests.e2e.admin import ask
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")


@pytest.fixture
def hang(cloud: Cloud) -> Iterator[Callable[..., None]]:
    """Switches on, and off again, what lets a task or a copy stay as it is; what hung before does not go on."""
    yield cloud.behave
    cloud.behave(copies_hang=False, tasks_stay_creating=False)


def rests_as(lab: Lab, status: str, reason: str) -> bool:
    row = lab.row(ADA)
    return (row["replication_status"], row.get("reason", "")) == (status, reason)


def ended(lab: Lab) -> bool:
    """True if no execution runs any more."""
    return all(execution.status != "RUNNING" for execution in lab.executions)


def test_a_recovery_that_waits_does_not_begin(
    lab_of: Callable[..., Lab], no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("lab-of-second-thoughts")
    (old,) = lab.move_in(ADA).values()
    lab.move_out(ADA)
    homes = lab.studio.create(ADA)
    lab.known(homes)
    wait_for("a request", lambda: rests_as(lab, "PENDING", ""))

    told = ask(lab, "cancel", ADA)

    assert (told["status"], told["reason"]) == ("BLOCKED", "cancelled")
    no_recovery_begins()
    assert ask(lab, "retry", ADA)["status"] == "PENDING"
    lab.recovered(homes)
    assert lab.files(homes[ADA]) == lab.files(old)
    assert lab.history(ADA).count("SUCCEEDED") == 1


def test_a_copy_in_its_middle_is_stopped_and_cleaned_up_after(
    lab_of: Callable[..., Lab], hang: Callable[..., None]
) -> None:
    lab = lab_of("lab-of-stopped-copies")
    (old,) = lab.move_in(ADA).values()
    lab.move_out(ADA)
    hang(copies_hang=True)
    homes = lab.studio.create(ADA)
    datasync = lab.cloud.client("datasync")

    def hangs() -> bool:
        pages = datasync.get_paginator("list_task_executions").paginate()
        return any(copy["Status"] == "TRANSFERRING" for page in pages for copy in page["TaskExecutions"])

    wait_for("the middle of the copy", hangs)
    hang(copies_hang=False)

    told = ask(lab, "cancel", ADA)

    assert (told["status"], told["reason"], told["stopped"]) == ("RUNNING", "cancelled", "copy")
    wait_for("the end of the recovery", lambda: rests_as(lab, "BLOCKED", "cancelled"))
    wait_for("the end of the execution", lambda: ended(lab))
    assert leftovers(lab.cloud, lab.outputs["name"]) == []
    assert [execution.status for execution in lab.executions] == ["SUCCEEDED"]
    assert lab.row(ADA)["sources"].keys() == {str(old)}
    ask(lab, "restore", ADA, selection={"overwrite": "ALWAYS"})
    lab.recovered(homes)
    assert lab.files(homes[ADA]) == lab.files(old)
    assert lab.statuses(homes) == {"SUCCEEDED"}


def test_a_task_that_copies_nothing_yet_is_removed(lab_of: Callable[..., Lab], hang: Callable[..., None]) -> None:
    lab = lab_of("lab-of-stopped-tasks")
    (old,) = lab.move_in(ADA).values()
    lab.move_out(ADA)
    hang(tasks_stay_creating=True)
    homes = lab.studio.create(ADA)
    wait_for("a task", lambda: bool(lab.cloud.client("datasync").list_tasks()["Tasks"]))
    hang(tasks_stay_creating=False)

    told = ask(lab, "cancel", ADA)

    assert (told["status"], told["stopped"]) == ("RUNNING", "task")
    wait_for("the end of the recovery", lambda: rests_as(lab, "BLOCKED", "cancelled"))
    wait_for("the end of the execution", lambda: ended(lab))
    assert leftovers(lab.cloud, lab.outputs["name"]) == []
    assert ask(lab, "retry", ADA)["status"] == "PENDING"
    lab.recovered(homes)
    assert lab.files(homes[ADA]) == lab.files(old)
