"""Ledger: it is written by others at the same time, the history is throttled, and each function dies on its way."""

from typing import Any

import pytest

from demo.studio import wait_for
from tests.faults.chain import WRITTEN, came_back, has
from tests.statemachine.machine import Machine

OVERTAKEN = [{"Code": "TransactionConflict"}, {"Code": "None"}]
THROTTLED = [{"Code": "None"}, {"Code": "ThrottlingError"}]


def cancelled(reasons: list[dict[str, str]]) -> dict[str, Any]:
    """A transaction that DynamoDB cancels."""
    return {"error": "TransactionCanceledException", "members": {"CancellationReasons": reasons}}


def fail_every_write(chain: Machine, reasons: list[dict[str, str]]) -> None:
    """Each of the five writes is refused twice, and made the third time. A fault waits for writes that were made."""
    for position in range(len(WRITTEN)):
        chain.fail("dynamodb", "TransactWriteItems", after=position, times=2, **cancelled(reasons))


@pytest.mark.parametrize("reasons", [OVERTAKEN, THROTTLED], ids=["overtaken", "history throttled"])
def test_what_could_not_be_written_is_written_once_later(chain: Machine, reasons: list[dict[str, str]]) -> None:
    before = chain.cloud.calls()["dynamodb:TransactWriteItems"]
    fail_every_write(chain, reasons)
    owner, old, new = came_back(chain)
    chain.at_rest(owner, "SUCCEEDED")
    assert sorted(chain.history(owner)) == sorted(WRITTEN)
    assert chain.cloud.calls()["dynamodb:TransactWriteItems"] - before == 3 * len(WRITTEN)
    assert (has(chain, old), has(chain, new)) == (True, True)


# Who dies after which call; `after` counts the calls of this kind that nobody died of.
IN_THE_LEDGER = [
    ("event_handler", "dynamodb", "TransactWriteItems", 2),
    ("open_homes", "dynamodb", "TransactWriteItems", 2),
    ("close_homes", "dynamodb", "TransactWriteItems", 2),
]
ON_THE_WAY = [
    ("stream_trigger", "stepfunctions", "StartExecution", 0),
    ("open_homes", "efs", "CreateAccessPoint", 1),
    ("open_homes", "datasync", "CreateTask", 0),
    ("close_homes", "datasync", "DeleteTask", 0),
    ("close_homes", "events", "PutEvents", 0),
]


def let_die(chain: Machine, deaths: list[tuple[str, str, str, int]]) -> None:
    for function, service, operation, after in deaths:
        name = chain.outputs["function_names"][function]
        chain.fail(service, operation, kills=name, after=after, when="after")


@pytest.mark.parametrize("deaths", [IN_THE_LEDGER, ON_THE_WAY], ids=["in the ledger", "on the way"])
def test_functions_that_die_are_called_again_and_do_everything_once(
    chain: Machine, deaths: list[tuple[str, str, str, int]]
) -> None:
    let_die(chain, deaths)
    owner, _, new = came_back(chain)
    row = chain.at_rest(owner, "SUCCEEDED")
    assert chain.ended(row["execution_arn"]).status == "SUCCEEDED"
    assert sorted(chain.history(owner)) == sorted(WRITTEN)
    assert has(chain, new)
    assert chain.left() == []


def test_a_seed_that_is_ended_in_its_middle_is_called_again_and_done(chain: Machine) -> None:
    """As when its time runs out: Lambda calls it again, and so does the schedule."""
    chain.cloud.behave(lose_events=True)
    homes = chain.studio.create(*(chain.new_owner() for _ in range(6)))
    name = chain.outputs["function_names"]["seed"]
    chain.fail("sagemaker", "DescribeUserProfile", kills=name, after=3)
    chain.cloud.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"action": "seed"}')
    wait_for("all homes in the ledger", lambda: all(chain.ledger.knows(owner, home) for owner, home in homes.items()))
    assert [chain.history(owner) for owner in homes] == [["seeded"]] * len(homes)
