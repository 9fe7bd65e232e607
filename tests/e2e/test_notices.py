"""Who subscribed to the topic is told what needs a person, once, with the words to type; and alarms come there too."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from demo.cloud import Cloud, environment
from demo.studio import Owner, wait_for
from studio_recovery_cli.exits import USAGE
from tests.conftest import RUNBOOK
from tests.e2e.lab import Lab

ADA, READING_GROUP = Owner("user", "ada"), Owner("space", "reading-group")
Message = dict[str, Any]


@dataclass(frozen=True)
class Mailbox:
    """A queue that is subscribed to the deployment's topic."""

    cloud: Cloud
    url: str

    def take(self) -> list[Message]:
        """The messages that came since the last time."""
        received = self.cloud.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in received.get("Messages", [])]

    def wait_for(self, subject: str) -> list[Message]:
        """All messages up to the one whose subject begins so."""
        seen: list[Message] = []

        def came() -> bool:
            seen.extend(self.take())
            return any(message["Subject"].startswith(subject) for message in seen)

        wait_for(f"message {subject}", came)
        return seen


@pytest.fixture
def subscribe(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[Callable[..., Mailbox]]:
    """Subscribes a new queue of this name; with `domain`, to what is told of that domain only."""
    sns, sqs, topic = cloud.client("sns"), cloud.client("sqs"), outputs["topic_arn"]
    subscribed = []

    def made(name: str, **domain: str) -> Mailbox:
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        wanted = {"FilterPolicy": json.dumps({key: [value] for key, value in domain.items()})} if domain else {}
        told = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=wanted)
        subscribed.append((told["SubscriptionArn"], url))
        return Mailbox(cloud, url)

    yield made
    for subscription, url in subscribed:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=url)


def fail_a_recovery(lab: Lab) -> None:
    """Ada comes back while DataSync refuses to make a task."""
    lab.move_in(ADA)
    lab.move_out(ADA)
    refusal = {"error": "InvalidRequestException", "status": 400, "message": "no task today"}
    lab.cloud.ask("POST", "faults", {"service": "datasync", "operation": "CreateTask", **refusal})
    lab.recovered(lab.studio.create(ADA))
    assert lab.row(ADA)["replication_status"] == "FAILED"


def block_a_recovery(lab: Lab) -> None:
    """A private space of ada's comes back as a shared one."""
    sagemaker = lab.cloud.client("sagemaker")
    owned = {"OwnershipSettings": {"OwnerUserProfileName": ADA.name}}
    for sharing in ("Private", "Shared"):
        named = {"DomainId": lab.studio.domain_id, "SpaceName": READING_GROUP.name}
        sagemaker.create_space(**named, **owned, SpaceSharingSettings={"SharingType": sharing})
        lab.known({READING_GROUP: lab.studio.home(READING_GROUP)})
        if sharing == "Private":
            lab.move_out(READING_GROUP)
    assert lab.row(READING_GROUP)["reason"] == "other owner"


def save_again(lab: Lab, owner: Owner) -> None:
    """The row is written again, as an observation does that changes nothing of how it stands."""
    lab.cloud.client("dynamodb").update_item(
        TableName=lab.ledger.profile_table,
        Key={"profile_name": {"S": str(owner)}, "domain_name": {"S": lab.studio.name}},
        UpdateExpression="ADD version :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def type_what_it_says(cloud: Cloud, message: Message) -> dict[str, Any]:
    """Does with boto3 what the first command of a message does."""
    command = next(line for line in message["Message"].splitlines() if line.startswith("  studio-recovery "))
    _, action, owner, _, name = shlex.split(command)
    asked = json.dumps({"action": action, "owner": owner})
    told = cloud.client("lambda").invoke(FunctionName=f"{name}-admin", Payload=asked)
    said: dict[str, Any] = json.loads(told["Payload"].read())
    return said


def test_what_failed_and_what_is_blocked_is_told_once_with_what_to_type(
    lab_of: Callable[..., Lab], subscribe: Callable[..., Mailbox]
) -> None:
    lab = lab_of("lab-of-notices")
    mailbox = subscribe("mailbox-of-a-domain", domain=lab.studio.name)
    fail_a_recovery(lab)
    save_again(lab, ADA)
    block_a_recovery(lab)

    messages = mailbox.wait_for("BLOCKED: space/reading-group@lab-of-notices")

    failed, blocked = sorted(messages, key=lambda message: message["Subject"], reverse=True)
    assert failed["Subject"] == "FAILED: user/ada@lab-of-notices (studio-recovery)"
    assert "Cause: AwsRefused: CreateTask: InvalidRequestException: no task today." in failed["Message"]
    assert f"Execution: {lab.row(ADA)['execution_arn']}" in failed["Message"]
    assert failed["Message"].endswith(f"\nRead on: {RUNBOOK}#failed")
    assert "Cause: the old space was private, the new one is shared." in blocked["Message"]
    assert "  studio-recovery approve space/reading-group@lab-of-notices --name" in blocked["Message"]
    assert named_log_groups(failed) <= log_groups(lab.cloud)

    assert type_what_it_says(lab.cloud, failed)["status"] == "PENDING"
    wait_for("ada recovered", lambda: lab.row(ADA)["replication_status"] == "SUCCEEDED")
    assert lab.files(lab.studio.home(ADA)) == {"ada.txt": lab.words(ADA)}
    assert mailbox.take() == []
    lab.move_out(READING_GROUP)


def named_log_groups(message: Message) -> set[str]:
    return {line.partition("log group: ")[2] for line in message["Message"].splitlines() if "log group: " in line}


def log_groups(cloud: Cloud) -> set[str]:
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate()
    return {group["logGroupName"] for page in pages for group in page["logGroups"]}


def type_the_first_command(cloud: Cloud, description: str) -> str:
    """What the command line says to the first command that an alarm's description tells."""
    _, *words = shlex.split(description.partition("\nType: ")[2].partition(", then: ")[0])
    called = [sys.executable, "-m", "studio_recovery_cli", *words]
    done = subprocess.run(called, env=environment(cloud.endpoint), capture_output=True, text=True, check=False)
    assert done.returncode != USAGE, done.stderr
    return done.stdout


def test_what_rests_when_the_seed_measures_is_an_alarm_on_the_same_topic(
    lab_of: Callable[..., Lab], subscribe: Callable[..., Mailbox], outputs: dict[str, Any]
) -> None:
    lab = lab_of("lab-of-alarms")
    fail_a_recovery(lab)
    mailbox = subscribe("mailbox-of-alarms")
    cloudwatch, alarm = lab.cloud.client("cloudwatch"), f"{outputs['name']}-failed"
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="nothing is known yet")

    function = outputs["function_names"]["seed"]
    told = lab.cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"action": "seed"}))

    assert "FunctionError" not in told
    (message,) = [one for one in mailbox.wait_for("ALARM: ") if one["Subject"] == f'ALARM: "{alarm}" in eu-west-1']
    said = json.loads(message["Message"])
    assert (said["NewStateValue"], said["Trigger"]["MetricName"]) == ("ALARM", "FailedRecoveries")
    assert "user/ada@lab-of-alarms" in type_the_first_command(lab.cloud, said["AlarmDescription"])
    lab.move_out(ADA)
