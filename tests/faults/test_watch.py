"""Trigger and watch: a record that nobody can read, a start that is throttled, a queue or topic that takes nothing."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.studio import Owner, wait_for
from tests.faults.chain import ask_for, came_back, has, moved_out
from tests.statemachine.machine import Machine

POISON = Owner("user", "poison")
# How often Lambda calls a function asynchronously before it gives up.
TRIES = 3


def take(chain: Machine) -> list[dict[str, Any]]:
    """The messages that wait in the failure queue; they are gone then."""
    sqs, url = chain.cloud.client("sqs"), chain.outputs["failure_queue_url"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]


@pytest.fixture
def poison(chain: Machine) -> Iterator[Callable[[], None]]:
    """Writes a row that waits for a recovery and has no readable home; it is taken away again."""
    dynamodb, table = chain.cloud.client("dynamodb"), chain.outputs["profile_table_name"]
    key = {"profile_name": {"S": str(POISON)}, "domain_name": {"S": chain.studio.name}}
    broken = {"replication_status": {"S": "PENDING"}, "efs_sys_id": {"S": "fs-1"}, "efs_uid": {"S": "/"}}
    yield lambda: dynamodb.put_item(TableName=table, Item=key | broken | {"version": {"N": "1"}})
    dynamodb.delete_item(TableName=table, Key=key)


def test_a_record_that_nobody_can_read_holds_up_neither_who_came_before_nor_after(
    chain: Machine, poison: Callable[[], None]
) -> None:
    take(chain)
    before, _, _ = came_back(chain)
    poison()
    after, _, new = came_back(chain)
    for owner in (before, after):
        chain.at_rest(owner, "SUCCEEDED")
    assert has(chain, new)
    told = wait_for("the poison in the queue", lambda: take(chain) or None)
    assert {message["requestContext"]["condition"] for message in told} == {"RetryAttemptsExhausted"}


def test_a_start_that_is_throttled_is_made_once_it_may(chain: Machine) -> None:
    before = chain.cloud.calls()["stepfunctions:StartExecution"]
    chain.fail("stepfunctions", "StartExecution", error="ThrottlingException", times=12)
    owner, _, _ = came_back(chain)
    chain.at_rest(owner, "SUCCEEDED")
    assert chain.history(owner).count("recovery started") == 1
    assert chain.cloud.calls()["stepfunctions:StartExecution"] - before == 13


def test_an_event_that_not_even_the_queue_takes_is_found_by_the_seed(chain: Machine) -> None:
    owner, _ = moved_out(chain)
    refused = chain.cloud.calls()["sqs:SendMessage"]
    chain.fail("sqs", "SendMessage", error="ServiceUnavailable", status=503, times=99)
    chain.fail("sagemaker", "DescribeUserProfile", error="AccessDeniedException", times=TRIES)
    ask_for(chain, owner, "create_user_profile")
    wait_for("the queue's refusal", lambda: chain.cloud.calls()["sqs:SendMessage"] > refused)
    assert chain.ledger.has_ended(owner)
    chain.cloud.ask("DELETE", "faults")
    home = chain.studio.home(owner)
    chain.seed()
    assert chain.ledger.knows(owner, home)
    chain.at_rest(owner, "SUCCEEDED")
    assert has(chain, home)


def test_what_the_topic_does_not_take_is_told_when_it_does(chain: Machine) -> None:
    said = chain.cloud.calls()["sns:Publish"]
    chain.fail("sns", "Publish", error="InternalError", status=500, times=12)
    chain.fail("datasync", "CreateTask", error="AccessDeniedException", times=1)
    owner, _, _ = came_back(chain)
    chain.at_rest(owner, "FAILED")
    wait_for("a message that is taken", lambda: chain.cloud.calls()["sns:Publish"] == said + 13)
