"""Many recoveries leave nothing behind, and none fails because there are many."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.executions import Executions
from demo.homes import look, write
from demo.ledger import Ledger
from demo.leftovers import leftovers
from demo.studio import Network, Owner, Studio, wait_for
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")
A_FEW = 8
TWENTY = tuple(Owner("user", f"reader-{number}") for number in range(20))


def test_twenty_recoveries_leave_no_task_location_or_access_point(
    cloud: Cloud, network: Network, outputs: dict[str, Any]
) -> None:
    studio = Studio(cloud, "lab-of-twenty", network)
    ledger = Ledger(cloud, outputs["profile_table_name"], outputs["history_table_name"], studio.name)
    old = studio.create(*TWENTY)
    studio.open_apps(*TWENTY)
    for owner, home in old.items():
        write(cloud.disk, home, f"{owner.name}.txt", owner.name.encode())
        wait_for("home in the ledger", partial(ledger.knows, owner, home))
    studio.delete(*TWENTY)

    new = studio.create(*TWENTY)

    for owner, home in new.items():
        wait_for(f"{owner} recovered", partial(ledger.is_at_rest, owner, home))
    executions = Executions(cloud, outputs["state_machine_arn"])
    wait_for("nothing left", lambda: leftovers(cloud, outputs["name"]) == [])
    wait_for("all ended", lambda: [e.status for e in executions.of(studio.name)] == ["SUCCEEDED"] * 20)
    assert [set(look(cloud.disk, home)) for home in new.values()] == [{".", f"{owner.name}.txt"} for owner in new]


@pytest.fixture
def no_room(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Lambda has no room for the opening of homes; what it yields makes room again."""
    functions, named = cloud.client("lambda"), outputs["function_names"]["open_homes"]
    functions.put_function_concurrency(FunctionName=named, ReservedConcurrentExecutions=0)
    yield partial(functions.delete_function_concurrency, FunctionName=named)
    functions.delete_function_concurrency(FunctionName=named)


def test_a_recovery_waits_while_lambda_has_no_room(lab_of: Callable[..., Lab], no_room: Callable[[], None]) -> None:
    """More recoveries than Lambda runs at once are no failure, however long the others take."""
    lab = lab_of("lab-of-a-crowd")
    lab.move_in(ADA)
    lab.move_out(ADA)
    homes = lab.studio.create(ADA)
    wait_for("more than a few tries", lambda: refused(lab) > A_FEW)

    no_room()

    lab.recovered(homes)
    assert lab.statuses(homes) == {"SUCCEEDED"}


def refused(lab: Lab) -> int:
    """How often the executions of a domain called a function in vain."""
    history = lab.cloud.client("stepfunctions").get_paginator("get_execution_history")
    pages = (page for execution in lab.executions for page in history.paginate(executionArn=execution.arn))
    return sum(event["type"] == "TaskFailed" for page in pages for event in page["events"])
