"""Nothing that the module keeps or tells names a file of a user or says what is in it, also if a recovery fails."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import write
from demo.studio import Owner, wait_for
from tests.e2e.lab import Lab

ADA, BOB, EVE = Owner("user", "ada"), Owner("user", "bob"), Owner("user", "eve")
# The first name of a home: that is the one which DataSync's errors tell.
NAME, CONTENT = "a-salary-of-mallory-9f3a", "tell-tale-content-7c1e"
REFUSED = {"service": "datasync", "operation": "CreateTask", "status": 400, "error": "ValidationException"}


@pytest.fixture
def heard(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[list[str]]:
    """Queues with what the topic and the event bus tell while the test runs."""
    sqs, sns, events = (cloud.client(service) for service in ("sqs", "sns", "events"))
    urls = [sqs.create_queue(QueueName=f"overheard-{word}")["QueueUrl"] for word in ("topic", "bus")]
    arns = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"] for url in urls
    ]
    for url, arn, service in zip(urls, arns, ("sns", "events"), strict=True):
        principal = {"Service": f"{service}.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    told = sns.subscribe(TopicArn=outputs["topic_arn"], Protocol="sqs", Endpoint=arns[0])
    events.put_rule(Name="overheard", EventPattern=json.dumps({"source": ["studio-recovery"]}))
    events.put_targets(Rule="overheard", Targets=[{"Id": "queue", "Arn": arns[1]}])
    yield urls
    sns.unsubscribe(SubscriptionArn=told["SubscriptionArn"])
    events.remove_targets(Rule="overheard", Ids=["queue"])
    events.delete_rule(Name="overheard")
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


def messages(cloud: Cloud, url: str) -> list[str]:
    """All messages of a queue."""
    taken: list[str] = []
    while found := cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        taken += [message["Body"] for message in found]
    return taken


def logs(cloud: Cloud) -> list[str]:
    """Every line of every log."""
    client = cloud.client("logs")
    groups = [
        group["logGroupName"]
        for page in client.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
    ]
    pages = (
        page for group in groups for page in client.get_paginator("filter_log_events").paginate(logGroupName=group)
    )
    return [event["message"] for page in pages for event in page["events"]]


def tables(cloud: Cloud, outputs: dict[str, Any]) -> list[str]:
    """Every row and every line of the history."""
    scan = cloud.client("dynamodb").get_paginator("scan")
    named = [outputs["profile_table_name"], outputs["history_table_name"]]
    return [json.dumps(item) for table in named for page in scan.paginate(TableName=table) for item in page["Items"]]


def executions(cloud: Cloud, outputs: dict[str, Any]) -> list[str]:
    """What the executions were given and told."""
    client = cloud.client("stepfunctions")
    found = client.list_executions(stateMachineArn=outputs["state_machine_arn"])["executions"]
    return [json.dumps(client.describe_execution(executionArn=one["executionArn"]), default=str) for one in found]


def test_no_log_message_event_or_row_names_a_file(
    cloud: Cloud, outputs: dict[str, Any], lab_of: Any, heard: list[str]
) -> None:
    lab: Lab = lab_of("tell-tale")
    homes = lab.move_in(ADA, BOB, EVE)
    for home in homes.values():
        write(cloud.disk, home, f"{NAME}/{NAME}.txt", CONTENT.encode())
    lab.move_out(ADA, BOB, EVE)

    for owner, switch in ((ADA, "break_copies"), (BOB, "skip_files")):
        cloud.behave(**{switch: True})
        lab.recovered(lab.studio.create(owner))
        cloud.behave(**{switch: False})
    cloud.ask("POST", "faults", REFUSED)
    lab.recovered(lab.studio.create(EVE))

    assert {lab.row(owner)["replication_status"] for owner in (ADA, BOB, EVE)} == {"FAILED", "PARTIAL"}
    assert all(lab.row(owner)["reason"].endswith("... (DataSync's log tells the rest)") for owner in (ADA, BOB))
    told: list[str] = []

    def all_told() -> bool:
        told.extend(message for url in heard for message in messages(cloud, url))
        return all(sum(f"user/{owner.name}" in message for message in told) >= 2 for owner in (ADA, BOB, EVE))

    wait_for("notices and events about all three", all_told)
    failed = messages(cloud, outputs["failure_queue_url"])
    kept = [*logs(cloud), *tables(cloud, outputs), *executions(cloud, outputs), *told, *failed]
    assert len(kept) > 50
    assert [line for line in kept if NAME in line or CONTENT in line] == []
