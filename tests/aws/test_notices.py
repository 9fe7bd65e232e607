"""Watch: what reaches those who subscribed to the topic, and what is measured."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from studio_recovery.aws.bus import Bus
from studio_recovery.aws.items import row_item
from studio_recovery.aws.topic import Topic
from studio_recovery.errors import AwsRefused, BadInput
from studio_recovery.guard import Guard
from studio_recovery.handlers import notices, settings
from studio_recovery.handlers.log import LambdaContext
from studio_recovery.handlers.metrics import measure
from studio_recovery.handlers.notices import tell
from studio_recovery.notices import Deployment
from studio_recovery.rows import Counts, Row
from studio_recovery.statuses import Status
from tests.aws.lab import NAME, Lab

Message = dict[str, Any]
RUNBOOK = "https://git.example.com/studio-recovery/docs/operating.md"


@dataclass(frozen=True)
class Subscriber:
    """A queue that is subscribed to the topic."""

    lab: Lab
    topic_arn: str
    url: str
    events: Any

    @property
    def topic(self) -> Topic:
        return Topic(self.lab.cloud.client("sns"), self.topic_arn)

    @property
    def bus(self) -> Bus:
        return Bus(self.events, NAME)

    def tell(self, before: Row | None, row: Row) -> dict[str, Any]:
        return tell(images(before, row), Deployment(NAME, RUNBOOK), self.topic, self.bus)

    def messages(self) -> list[Message]:
        found = self.lab.cloud.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def heard(self) -> list[dict[str, Any]]:
        """What the bus was given from now on: each event, its detail read."""
        entries: list[dict[str, Any]] = []

        def given(params: dict[str, Any], **_: Any) -> None:
            entries.extend(entry | {"Detail": json.loads(entry["Detail"])} for entry in params["Entries"])

        self.events.meta.events.register("provide-client-params.eventbridge.PutEvents", given)
        return entries


def images(before: Row | None, row: Row) -> dict[str, Any]:
    old = {"OldImage": row_item(before, before.version, 0)} if before else {}
    return {"NewImage": row_item(row, row.version, 0), **old}


@pytest.fixture
def subscriber(lab: Lab) -> Subscriber:
    sns, sqs = lab.cloud.client("sns"), lab.cloud.client("sqs")
    topic = sns.create_topic(Name=f"{NAME}-notices")["TopicArn"]
    url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    return Subscriber(lab, topic, url, lab.cloud.client("events"))


@pytest.fixture
def deployed(subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch) -> Iterator[Subscriber]:
    """The handler's environment."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", subscriber.lab.cloud.region)
    monkeypatch.setenv("NAME", NAME)
    monkeypatch.setenv("TOPIC_ARN", subscriber.topic_arn)
    monkeypatch.setenv("RUNBOOK_URL", RUNBOOK)
    for built in (settings.topic, settings.bus):
        built.cache_clear()
    yield subscriber
    for built in (settings.topic, settings.bus):
        built.cache_clear()


def measured(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The documents in the embedded metric format that were written since the last look."""
    lines = capsys.readouterr().out.splitlines()
    return [document for line in lines if "_aws" in (document := json.loads(line))]


@pytest.fixture
def pending(lab: Lab) -> Row:
    lab.create()
    lab.deliver()
    lab.recreate()
    return lab.row()


def test_a_recovery_that_failed_is_told_once_with_owner_cause_and_command(subscriber: Subscriber, pending: Row) -> None:
    lab = subscriber.lab
    run = lab.start()
    lab.opening().open(run)
    claimed = lab.row()
    lab.close(run, failure={"Error": "TaskNotReady", "Cause": "the task is UNAVAILABLE after 600 s"})

    subscriber.tell(claimed, lab.row())
    subscriber.tell(lab.row(), replace(lab.row(), version=9))

    (message,) = subscriber.messages()
    assert message["Subject"] == "FAILED: user/ada@lab (studio-recovery)"
    assert 'Stage: recovery, state "Is the task ready?"\n' in message["Message"]
    assert "Cause: TaskNotReady: the task is UNAVAILABLE after 600 s." in message["Message"]
    assert f"  studio-recovery retry user/ada@lab --name {NAME}\n" in message["Message"]
    assert f"Execution: {run.execution_arn}" in message["Message"]
    told = {name: one["Value"] for name, one in message["MessageAttributes"].items()}
    assert told == {"status": "FAILED", "kind": "user", "domain": "lab"}
    assert pending.home
    assert f"To: {pending.home.key}" in message["Message"]


def test_a_recovery_that_waits_for_approval_is_told(subscriber: Subscriber) -> None:
    lab = subscriber.lab
    lab.guard = Guard(require_approval=True)
    lab.create()
    lab.deliver()
    lab.delete()
    lab.deliver()
    gone = lab.row()
    lab.create()
    lab.deliver()

    subscriber.tell(gone, lab.row())

    (message,) = subscriber.messages()
    assert message["Subject"] == "BLOCKED: user/ada@lab (studio-recovery)"
    assert "Stage: ledger\n" in message["Message"]
    assert f"  studio-recovery approve user/ada@lab --name {NAME}\n" in message["Message"]


def test_what_an_execution_that_died_left_is_told_in_the_words_of_the_sweep(
    subscriber: Subscriber, pending: Row
) -> None:
    lab = subscriber.lab
    run = lab.start()
    lab.opening().open(run)
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    lab.swept()

    subscriber.tell(pending, lab.row())

    (message,) = subscriber.messages()
    assert f"Cause: {lab.row().reason}." in message["Message"]


def test_a_row_that_needs_nobody_is_not_told(subscriber: Subscriber, pending: Row) -> None:
    assert subscriber.tell(pending, replace(pending, status=Status.IDLE))["ignored"]
    assert subscriber.messages() == []


def test_the_handler_tells_of_each_record(deployed: Subscriber, pending: Row) -> None:
    failed = replace(pending, status=Status.FAILED, reason="TargetBusy: another copy")
    record = {"dynamodb": images(pending, failed)}
    notices.handler({"Records": [record]}, cast("LambdaContext", None))
    (message,) = deployed.messages()
    assert message["Subject"] == "FAILED: user/ada@lab (studio-recovery)"
    assert message["Message"].endswith(f"\nRead on: {RUNBOOK}#failed")


def test_a_row_that_cannot_be_read_fails_and_names_the_row(deployed: Subscriber, pending: Row) -> None:
    broken = images(pending, replace(pending, status=Status.FAILED))
    broken["NewImage"]["efs_uid"] = {"S": "/"}
    with pytest.raises(BadInput, match="user/ada in lab"):
        notices.handler({"Records": [{"dynamodb": broken}]}, cast("LambdaContext", None))
    assert deployed.messages() == []


def test_a_topic_that_refuses_fails_so_that_the_record_comes_again(deployed: Subscriber, pending: Row) -> None:
    deployed.lab.cloud.client("sns").delete_topic(TopicArn=deployed.topic_arn)
    record = {"dynamodb": images(pending, replace(pending, status=Status.FAILED, reason="NoApp: none"))}
    with pytest.raises(AwsRefused, match="Publish: NotFound"):
        notices.handler({"Records": [record]}, cast("LambdaContext", None))


def test_the_ledgers_figures_are_one_line_with_the_module_as_their_only_dimension(
    lab: Lab, pending: Row, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, _ = lab.ledger().rows()
    measure(rows, pending.event_time + 60_000, NAME)
    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("StudioRecovery", [["service"]])
    assert document["service"] == NAME
    assert (document["WaitingRecoveries"], document["OldestWait"]) == ([1.0], [60.0])
    assert {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}["OldestWait"] == "Seconds"


def test_other_teams_hear_of_each_recovery_that_begins_and_ends(subscriber: Subscriber, pending: Row) -> None:
    lab, heard = subscriber.lab, subscriber.heard()
    run = lab.start()
    task = lab.opening().open(run)
    claimed = lab.row()
    lab.close(run, copy=lab.copy(task))

    subscriber.tell(pending, claimed)
    subscriber.tell(claimed, lab.row())

    assert [(one["Source"], one["DetailType"]) for one in heard] == [
        ("studio-recovery", "Recovery Started"),
        ("studio-recovery", "Recovery Skipped"),
    ]
    assert {one["Detail"]["request_id"] for one in heard} == {pending.request_id}
    assert {one["Detail"]["owner"] for one in heard} == {"user/ada@lab"}
    ended = heard[1]["Detail"]
    assert (ended["reason"], ended["execution_arn"]) == ("nothing to copy", run.execution_arn)
    assert subscriber.messages() == []


def test_a_failure_reaches_people_and_the_bus(subscriber: Subscriber, pending: Row) -> None:
    heard = subscriber.heard()
    subscriber.tell(pending, replace(pending, status=Status.FAILED, reason="NoApp: none", outcome="FAILED", ended_at=9))
    assert [one["DetailType"] for one in heard] == ["Recovery Failed"]
    assert len(subscriber.messages()) == 1


def test_a_bus_that_refuses_keeps_no_message_from_people(subscriber: Subscriber, pending: Row) -> None:
    refuse_the_bus(subscriber.lab)
    failed = replace(pending, status=Status.FAILED, reason="NoApp: none", outcome="FAILED", ended_at=9)
    assert "AccessDenied" in subscriber.tell(pending, failed)["untold"]
    assert len(subscriber.messages()) == 1


def test_a_bus_that_refuses_what_only_it_was_to_hear_fails_so_that_the_record_comes_again(
    deployed: Subscriber, pending: Row, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse_the_bus(deployed.lab)
    running = replace(pending, status=Status.RUNNING, execution_arn="arn:run-1")
    record = {"dynamodb": images(pending, running)}
    with pytest.raises(AwsRefused, match="PutEvents: AccessDenied"):
        notices.handler({"Records": [record]}, cast("LambdaContext", None))
    assert measured(capsys) == []


def refuse_the_bus(lab: Lab) -> None:
    lab.cloud.faults.add(service="events", operation="PutEvents", error="AccessDeniedException", status=400, times=9)


def test_an_end_is_counted_by_its_outcome_with_what_it_did(
    subscriber: Subscriber, pending: Row, capsys: pytest.CaptureFixture[str]
) -> None:
    done = replace(pending, status=Status.SUCCEEDED, outcome="SUCCEEDED", counts=Counts(10, 2, 3000))
    subscriber.tell(pending, replace(done, ended_at=pending.event_time + 60_000))

    counted, told = measured(capsys)
    (directive,) = counted["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["outcome", "service"]]
    assert (counted["service"], counted["outcome"], counted["Recoveries"]) == (NAME, "SUCCEEDED", [1.0])
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["service"]]
    assert [told[name] for name in ("BytesWritten", "FilesTransferred", "CopyDuration")] == [[10.0], [2.0], [3.0]]
    assert told["TimeToRecover"] == [60.0]


def test_a_start_is_no_recovery_that_ended(
    subscriber: Subscriber, pending: Row, capsys: pytest.CaptureFixture[str]
) -> None:
    subscriber.tell(pending, replace(pending, status=Status.RUNNING, execution_arn="arn:run-1"))
    assert measured(capsys) == []
