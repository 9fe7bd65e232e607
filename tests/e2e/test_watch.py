"""What is measured, shown, alarmed and logged of recoveries, and what other teams hear on the event bus."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Owner, wait_for
from studio_recovery.gauges import NAMESPACE
from studio_recovery.statuses import Word
from studio_recovery_cli.main import run as command_line
from tests.conftest import RUNBOOK
from tests.e2e.lab import Lab
from tools.links import anchors
from tools.pages import ROOT

ADA, EVE, READING_GROUP = Owner("user", "ada"), Owner("user", "eve"), Owner("space", "reading-group")
# What AWS's services measure: docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
# docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html and
# docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
AWS_METRICS = {
    "AWS/Lambda": (("FunctionName",), {"Errors", "Throttles", "IteratorAge"}),
    "AWS/SQS": (("QueueName",), {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}),
    "AWS/States": (
        ("StateMachineArn",),
        {"ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut"},
    ),
}
Alarm = dict[str, Any]
Event = dict[str, Any]
# Namespace, name, and the names of the dimensions.
Metric = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Team:
    """Another team: a rule on the default bus that hands recoveries of one domain to a queue."""

    cloud: Cloud
    url: str

    def wait_for(self, *detail_types: str) -> list[Event]:
        """The events, once all of these types have come."""
        heard: list[Event] = []

        def came() -> bool:
            answer = self.cloud.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            heard.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
            return {event["detail-type"] for event in heard} >= set(detail_types)

        wait_for(f"events {detail_types}", came)
        return heard


@pytest.fixture
def team(cloud: Cloud) -> Iterator[Callable[[str], Team]]:
    """A team that listens to a domain of this name."""
    events, sqs, made = cloud.client("events"), cloud.client("sqs"), []

    def listening(domain_name: str) -> Team:
        url = sqs.create_queue(QueueName=f"team-of-{domain_name}")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        rule = f"recoveries-of-{domain_name}"
        pattern = {"source": ["studio-recovery"], "detail": {"domain_name": [domain_name]}}
        events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": queue}])
        made.append((rule, url))
        return Team(cloud, url)

    yield listening
    for rule, url in made:
        events.remove_targets(Rule=rule, Ids=["queue"])
        events.delete_rule(Name=rule)
        sqs.delete_queue(QueueUrl=url)


def refuse_a_task(lab: Lab) -> None:
    """DataSync makes no task the next time."""
    refusal = {"error": "InvalidRequestException", "status": 400, "message": "no task today"}
    lab.cloud.ask("POST", "faults", {"service": "datasync", "operation": "CreateTask", **refusal})


def fail_a_recovery(lab: Lab) -> None:
    """Ada comes back while DataSync refuses to make a task."""
    lab.move_in(ADA)
    lab.move_out(ADA)
    refuse_a_task(lab)
    lab.recovered(lab.studio.create(ADA))


def share_a_private_space(lab: Lab) -> None:
    """A private space of eve's comes back as a shared one."""
    for sharing in ("Private", "Shared"):
        lab.cloud.client("sagemaker").create_space(
            DomainId=lab.studio.domain_id,
            SpaceName=READING_GROUP.name,
            OwnershipSettings={"OwnerUserProfileName": EVE.name},
            SpaceSharingSettings={"SharingType": sharing},
        )
        lab.known({READING_GROUP: lab.studio.home(READING_GROUP)})
        if sharing == "Private":
            lab.move_out(READING_GROUP)


def ask(lab: Lab, function: str, **asked: str) -> dict[str, Any]:
    named = lab.outputs["function_names"][function]
    told = lab.cloud.client("lambda").invoke(FunctionName=named, Payload=json.dumps(asked))
    said: dict[str, Any] = json.loads(told["Payload"].read())
    assert "FunctionError" not in told
    return said


def lines_about(lab: Lab, request_id: str) -> dict[str, list[dict[str, Any]]]:
    """The log lines with this request id, by the function that wrote them."""
    pages = lab.cloud.client("logs").get_paginator("filter_log_events")
    found: dict[str, list[dict[str, Any]]] = {}
    for key, function in lab.outputs["function_names"].items():
        for page in pages.paginate(logGroupName=f"/aws/lambda/{function}"):
            lines = [as_line(event["message"]) for event in page["events"]]
            found.setdefault(key, []).extend(line for line in lines if line.get("request_id") == request_id)
    return {key: lines for key, lines in found.items() if lines}


def as_line(message: str) -> dict[str, Any]:
    try:
        line = json.loads(message)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def test_other_teams_hear_of_recoveries_and_one_id_joins_all_that_is_said_of_one(
    lab_of: Callable[..., Lab], team: Callable[[str], Team]
) -> None:
    lab = lab_of("lab-of-events")
    listener = team(lab.studio.name)
    fail_a_recovery(lab)
    lab.move_in(EVE)
    share_a_private_space(lab)
    asked = ask(lab, "admin", action="retry", owner=f"{ADA}@{lab.studio.name}", by="eve")
    wait_for("ada recovered", lambda: lab.row(ADA)["replication_status"] == "SUCCEEDED")

    heard = listener.wait_for("Recovery Started", "Recovery Failed", "Recovery Blocked", "Recovery Succeeded")

    ends = {event["detail-type"]: event["detail"] for event in heard}
    assert ends["Recovery Failed"]["reason"] == "AwsRefused: CreateTask: InvalidRequestException: no task today"
    assert ends["Recovery Blocked"]["reason"] == "other owner"
    assert ends["Recovery Blocked"]["owner"] == f"{READING_GROUP}@{lab.studio.name}"
    done = ends["Recovery Succeeded"]
    assert (done["owner"], done["request_id"]) == (f"{ADA}@{lab.studio.name}", asked["request_id"])
    assert (done["counts"]["files_transferred"], done["outcome"]) == (1, "SUCCEEDED")
    assert done["execution_arn"] == lab.row(ADA)["execution_arn"]

    expected = {"admin", "stream_trigger", "open_homes", "close_homes", "notices"}
    wait_for("all log lines", lambda: set(lines_about(lab, asked["request_id"])) == expected)
    lines = [line for said in lines_about(lab, asked["request_id"]).values() for line in said]
    assert {line["owner"] for line in lines} == {f"{ADA}@{lab.studio.name}"}
    assert {line["stage"] for line in lines} == {"admin", "trigger", "recovery", "watch"}
    lab.move_out(READING_GROUP)


def deployed_alarms(cloud: Cloud, name: str) -> dict[str, Alarm]:
    """The alarms of the deployment by name."""
    pages = cloud.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{name}-")
    return {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}


def alarmed(alarm: Alarm) -> set[Metric]:
    stats = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return {
        (one["Namespace"], one["MetricName"], tuple(sorted(pair["Name"] for pair in one["Dimensions"])))
        for one in (stats or [alarm])
    }


def shown(dashboard: dict[str, Any]) -> Iterator[tuple[Metric, dict[str, str]]]:
    """The metrics of a dashboard, and their dimensions' values."""
    graphs = [widget["properties"] for widget in dashboard["widgets"] if widget["type"] == "metric"]
    for namespace, name, *rest in (line for graph in graphs for line in graph["metrics"]):
        words = [word for word in rest if isinstance(word, str)]
        dimensions = dict(zip(words[::2], words[1::2], strict=True))
        yield (namespace, name, tuple(sorted(dimensions))), dimensions


def emitted(cloud: Cloud) -> set[Metric]:
    """What the functions have measured so far."""
    pages = cloud.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace=NAMESPACE)
    found = [metric for page in pages for metric in page["Metrics"]]
    return {(NAMESPACE, one["MetricName"], tuple(sorted(pair["Name"] for pair in one["Dimensions"]))) for one in found}


def test_alarms_and_dashboard_look_at_what_is_measured(lab_of: Callable[..., Lab], outputs: dict[str, Any]) -> None:
    lab = lab_of("lab-of-metrics")
    lab.move_in(ADA)
    lab.move_out(ADA)
    lab.recovered(lab.studio.create(ADA))
    ask(lab, "seed", action="seed")
    body = lab.cloud.client("cloudwatch").get_dashboard(DashboardName=outputs["dashboard_name"])["DashboardBody"]
    graphs = list(shown(json.loads(body)))
    alarms = deployed_alarms(lab.cloud, outputs["name"])
    looked_at = {metric for metric, _ in graphs}.union(*map(alarmed, alarms.values()))

    of_aws = {(namespace, name, names) for namespace, (names, known) in AWS_METRICS.items() for name in known}
    ours = {metric for metric in looked_at if metric[0] == NAMESPACE}

    assert looked_at - of_aws - ours == set()
    wait_for("all that is looked at", lambda: ours <= emitted(lab.cloud))
    assert emitted(lab.cloud) - {metric for metric, _ in graphs} == set()
    told = {dimensions["outcome"] for _, dimensions in graphs if "outcome" in dimensions}
    assert told == set(Word) - {Word.SUPERSEDED}


def test_the_dashboard_shows_every_alarm(cloud: Cloud, outputs: dict[str, Any]) -> None:
    body = cloud.client("cloudwatch").get_dashboard(DashboardName=outputs["dashboard_name"])["DashboardBody"]
    (panel,) = [widget for widget in json.loads(body)["widgets"] if widget["type"] == "alarm"]
    alarms = deployed_alarms(cloud, outputs["name"])
    assert set(panel["properties"]["alarms"]) == {alarm["AlarmArn"] for alarm in alarms.values()}
    assert len(alarms) == 10


def test_each_alarm_says_where_to_read_on_and_what_can_be_typed(
    cloud: Cloud, outputs: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    headings = anchors(ROOT / "docs/operating.md")
    for name, alarm in deployed_alarms(cloud, outputs["name"]).items():
        text, _, typed = alarm["AlarmDescription"].partition("\nType: ")
        (address,) = re.findall(r"^Read on: (.+)$", text, re.MULTILINE)
        runbook, _, section = address.partition("#")
        assert (runbook, section in headings) == (RUNBOOK, True), name
        for line in typed.split(", then: "):
            program, *words = shlex.split(line)
            assert (program, words[-2:]) == ("studio-recovery", ["--name", outputs["name"]])
            assert command_line([*words, "--help"]) == 0, line
    assert "Usage" in capsys.readouterr().out


def test_a_test_of_an_alarm_reaches_whoever_subscribed(cloud: Cloud, outputs: dict[str, Any]) -> None:
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    url = sqs.create_queue(QueueName="hears-a-test")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    told = sns.subscribe(TopicArn=outputs["topic_arn"], Protocol="sqs", Endpoint=queue)
    alarm = f"{outputs['name']}-function-errors"

    state = partial(cloud.client("cloudwatch").set_alarm_state, AlarmName=alarm, StateReason="a test")
    state(StateValue="ALARM")

    received = partial(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=10)
    wait_for("the test", lambda: any(f'ALARM: \\"{alarm}\\"' in one["Body"] for one in received().get("Messages", [])))
    state(StateValue="OK")
    sns.unsubscribe(SubscriptionArn=told["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)


def test_every_function_and_the_state_machine_are_traced(cloud: Cloud, outputs: dict[str, Any]) -> None:
    for function in outputs["function_names"].values():
        configuration = cloud.client("lambda").get_function_configuration(FunctionName=function)
        assert configuration["TracingConfig"] == {"Mode": "Active"}, function
    machine = cloud.client("stepfunctions").describe_state_machine(stateMachineArn=outputs["state_machine_arn"])
    assert machine["tracingConfiguration"]["enabled"]
