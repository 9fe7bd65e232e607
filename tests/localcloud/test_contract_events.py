"""What the local EventBridge promises of a rule's delivery to a function."""

import json
from typing import Any

import pytest

from tests.localcloud.promises import promise, unconfirmed
from tests.localcloud.servers import Server, until
from tests.localcloud.test_contract_lambda import Notebook, notebook

EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide"
DEAD_LETTERS = f"{EVENTS}/eb-rule-dlq.html"
RETRIES = f"{EVENTS}/eb-rule-event-delivery.html"

__all__ = ["notebook"]


@pytest.fixture
def told(server: Server, notebook: Notebook) -> Any:
    """Tells the notebook by a rule with a dead-letter queue; the retry policy is the test's."""

    def tell(**policy: int) -> None:
        events = server.client("events")
        events.put_rule(Name=notebook.name, EventPattern=json.dumps({"source": [notebook.name]}))
        target: dict[str, Any] = {"Id": "1", "Arn": notebook.arn, "DeadLetterConfig": {"Arn": notebook.queue_arn}}
        events.put_targets(Rule=notebook.name, Targets=[target | ({"RetryPolicy": policy} if policy else {})])
        events.put_events(Entries=[{"Source": notebook.name, "DetailType": "test", "Detail": "{}"}])

    return tell


def attributes(message: Any) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def fail(server: Server, times: int) -> None:
    server.admin("POST", "faults", {"service": "lambda", "operation": "Invoke", "error": "Busy", "times": times})


@promise(RETRIES, catches="an event is lost because a function could not be reached for a moment")
def test_an_unreachable_target_is_tried_again(server: Server, notebook: Notebook, told: Any) -> None:
    fail(server, 2)
    told()
    assert [call["source"] for call in until(notebook.seen)] == [notebook.name]


@promise(DEAD_LETTERS, catches="the target has no dead-letter queue, or retries without a bound")
@unconfirmed("the error's code")
def test_after_the_last_retry_the_event_is_in_the_dead_letter_queue(
    server: Server, notebook: Notebook, told: Any
) -> None:
    fail(server, 3)
    told(MaximumRetryAttempts=2)
    message = notebook.message()
    assert json.loads(message["Body"])["source"] == notebook.name
    assert attributes(message) | {"ERROR_MESSAGE": ""} == {
        "RULE_ARN": f"arn:aws:events:eu-west-1:111122223333:rule/{notebook.name}",
        "TARGET_ARN": notebook.arn,
        "ERROR_CODE": "ERROR_FROM_TARGET",
        "ERROR_MESSAGE": "",
        "RETRY_ATTEMPTS": "2",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    }


@promise(DEAD_LETTERS, catches="an event waits a day for a function that does not come back")
@unconfirmed("how fast the pauses grow")
def test_an_event_that_is_too_old_is_in_the_dead_letter_queue(server: Server, notebook: Notebook, told: Any) -> None:
    fail(server, 9)
    told(MaximumEventAgeInSeconds=60)
    assert attributes(notebook.message())["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    server.admin("DELETE", "faults")


@promise(DEAD_LETTERS, catches="destroy removes the function before the rule, and events are lost")
def test_a_target_that_is_gone_is_not_tried_again(server: Server, notebook: Notebook, told: Any) -> None:
    server.client("lambda").delete_function(FunctionName=notebook.name)
    told()
    assert attributes(notebook.message())["ERROR_CODE"] == "NO_RESOURCE"
