"""Each kind of message in the failure queue can be made good twice, and the second time changes nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.cloud import ACCOUNT, REGION, Cloud
from studio_recovery_cli.repairing.letters import Kind
from tests.cli.people import ADA, LabOf, named
from tests.cli.shell import Shell
from tests.e2e.lab import Lab

EVENT = json.loads((Path(__file__).parents[1] / "events" / "create_user_profile.json").read_text("utf-8"))
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:studio-recovery-"
SAID = {"errorType": "AwsBusy", "errorMessage": "throttled"}
REFUSED = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "no"}
Message = tuple[dict[str, Any], dict[str, str]]


def event_of(lab: Lab) -> dict[str, Any]:
    """What CloudTrail would have told of ada's new profile; each event has an id of its own."""
    whose = {"domainId": lab.studio.domain_id, "userProfileName": ADA.name}
    return {**EVENT, "detail": EVENT["detail"] | {"eventID": lab.studio.name, "requestParameters": whose}}


@contextmanager
def nobody_tells(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[None]:
    """Events are lost as long as the block runs."""
    events, rule = cloud.client("events"), f"{outputs['name']}-created"
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)


def of_the_rule(event: dict[str, Any]) -> Message:
    return event, {"RULE_ARN": "arn:aws:events:rule", **REFUSED}


def of_a_call(event: dict[str, Any]) -> Message:
    return {"requestContext": context("event-handler"), "requestPayload": event, "responsePayload": SAID}, {}


def of_a_trigger(_: dict[str, Any]) -> Message:
    return {"requestContext": context("stream-trigger"), "DDBStreamBatchInfo": {"batchSize": 1}}, {}


def of_a_notice(_: dict[str, Any]) -> Message:
    return {"requestContext": context("notices"), "DDBStreamBatchInfo": {"batchSize": 1}}, {}


def of_the_schedule(_: dict[str, Any]) -> Message:
    return {"action": "seed"}, {"SCHEDULE_ARN": "arn:aws:scheduler:schedule", **REFUSED}


def of_a_seed(_: dict[str, Any]) -> Message:
    return {"requestContext": context("seed"), "requestPayload": {"action": "seed"}, "responsePayload": SAID}, {}


def context(function: str) -> dict[str, str]:
    return {"functionArn": f"{FUNCTION}{function}", "condition": "RetriesExhausted"}


def made_good(shell: Shell, lab: Lab, message: Message) -> str:
    """Leaves the message in the queue, and has it made good; what kind it is."""
    body, attributes = message
    told = {name: {"StringValue": value, "DataType": "String"} for name, value in attributes.items()}
    url = lab.outputs["failure_queue_url"]
    sent = lab.cloud.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body), MessageAttributes=told)
    said = shell.run("failures", "--redrive", "--yes", "--output", "json").data["queue"]
    (one,) = [found for found in said if found["id"] == sent["MessageId"]]
    assert one["outcome"] == "done", one
    return str(one["kind"])


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Kind.EVENT, of_the_rule),
        (Kind.EVENT, of_a_call),
        (Kind.START, of_a_trigger),
        (Kind.NOTICE, of_a_notice),
        (Kind.SEED, of_the_schedule),
        (Kind.SEED, of_a_seed),
    ],
)
def test_a_message_that_is_redriven_twice_brings_one_home_back_once(
    kind: Kind, message: Any, lab_of: LabOf, operator: Shell, cloud: Cloud, outputs: dict[str, Any]
) -> None:
    lab = lab_of(f"cli-{message.__name__.replace('_', '-')}")
    lab.move_in(ADA)
    with nobody_tells(cloud, outputs):
        lab.studio.delete(ADA)
        homes = lab.studio.create(ADA)
    lost = message(event_of(lab))

    assert made_good(operator, lab, lost) == kind
    lab.recovered(homes)
    before = lab.row(ADA), lab.ledger.history(ADA), lab.executions, lab.files(homes[ADA])
    assert made_good(operator, lab, lost) == kind

    lab.recovered(homes)
    assert (lab.row(ADA), lab.ledger.history(ADA), lab.executions, lab.files(homes[ADA])) == before
    assert lab.files(homes[ADA]) == {"ada.txt": lab.words(ADA)}
    assert lab.history(ADA).count("recovery started") == 1
    shown = operator.run("show", named(lab, ADA), "--output", "json").data
    assert [one["outcome"] for one in shown["executions"]] == ["SUCCEEDED"]
