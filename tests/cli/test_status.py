"""`studio-recovery status`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import wait_for
from studio_recovery_cli.commands.status import status
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, DRAFTS, LabOf, came_back, changed_hands, named
from tests.cli.shell import Shell


@pytest.fixture
def rule_off(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[None]:
    """Nobody hears of new owners as long as the test runs."""
    events, rule = cloud.client("events"), f"{outputs['name']}-created"
    events.disable_rule(Name=rule)
    yield
    events.enable_rule(Name=rule)


def of(data: dict[str, Any], domain: str) -> dict[str, Any]:
    (found,) = [one for one in data["domains"] if one["name"] == domain]
    return dict(found)


def deployed_alarms(cloud: Cloud, outputs: dict[str, Any]) -> set[str]:
    """All alarms that tell the deployment's topic."""
    pages = cloud.client("cloudwatch").get_paginator("describe_alarms").paginate()
    found = [alarm for page in pages for alarm in page["MetricAlarms"]]
    return {alarm["AlarmName"] for alarm in found if outputs["topic_arn"] in alarm["AlarmActions"]}


def test_domains_owners_recoveries_and_the_watch_are_on_one_screen(
    lab_of: LabOf, reader: Shell, cloud: Cloud, outputs: dict[str, Any]
) -> None:
    # The screen has room for a dozen domains, by name, and the other tests have made more.
    lab = lab_of("a-cli-states")
    lab.known(lab.studio.create(ADA, BOB))
    told = reader.run("status", "--output", "json")
    said = told.data
    assert (told.status, told.err) == (0, "")
    assert undocumented({**said, "owners": {**said["owners"], "reasons": None}}, status.fields) == []
    assert set(told.actions) <= set(status.actions)
    assert of(said, "a-cli-states") == {
        "id": lab.studio.domain_id,
        "name": "a-cli-states",
        "vpc_id": of(said, "a-cli-states")["vpc_id"],
        "file_system_id": lab.studio.file_system_id,
        "owners": 2,
        "protected": 2,
        "in_scope": True,
    }
    assert (said["rule_enabled"], said["reconciled_at"] is not None) == (True, True)
    assert {one["name"] for one in said["alarms"]} == deployed_alarms(cloud, outputs)
    for columns in (80, 140):
        page = replace(reader, columns=columns).run("status", terminal=True)
        assert "a-cli-states" in page.out
        assert "Last reconcile" in page.out


def test_what_needs_a_person_is_told_and_a_check_says_so_to_scripts(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-needs")
    changed_hands(lab)
    told = reader.run("status", "--check", "--output", "json")
    assert told.status == 3
    assert told.data["green"] is False
    (rest,) = [one for one in told.data["rests"] if one["owner"] == named(lab, DRAFTS)]
    assert rest["cause"] == "the old space was private, the new one is shared"
    assert rest["steps"][0]["command"] == f"studio-recovery approve {named(lab, DRAFTS)}"
    page = reader.run("status")
    assert page.status == 0
    assert "a person." in page.out.splitlines()[0]
    assert "the old space was private, the new one is shared" in page.out


@pytest.mark.usefixtures("rule_off")
def test_owners_of_whom_no_event_came_are_seen(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-unseen")
    lab.studio.create(ADA)
    said = reader.run("status", "--output", "json").data
    assert f"user/ada in {lab.studio.domain_id}" in said["unseen"]
    assert {"studio-recovery seed", "studio-recovery doctor"} <= {need["command"] for need in said["needs"]}
    lab.studio.delete(ADA)


def test_what_waits_and_runs_is_shown_with_its_progress(
    lab_of: LabOf, reader: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-progress")
    _, new = came_back(lab)
    said = reader.run("status", "--output", "json").data
    assert [(one["owner"], one["phase"]) for one in said["progress"]] == [(named(lab, ADA), "waits to begin")]
    assert said["recoveries"]["pending"] == 1
    assert f"{named(lab, ADA)}" in reader.run("status").out
    no_recovery_begins()
    lab.recovered({ADA: new})


@pytest.mark.usefixtures("deployment")
def test_only_a_terminal_can_be_watched(reader: Shell) -> None:
    told = reader.run("status", "--watch")
    assert (told.status, told.out) == (2, "")
    assert "--watch draws on a terminal" in told.err


def test_who_has_no_right_is_told_which_one(nobody: Shell) -> None:
    told = nobody.run("status")
    assert (told.status, told.out) == (1, "")
    assert "lambda:GetFunctionConfiguration" in told.err


@pytest.mark.usefixtures("deployment")
def test_functions_that_fail_are_told_once_their_alarm_is_on(
    reader: Shell, cloud: Cloud, outputs: dict[str, Any]
) -> None:
    name, state = f"{outputs['name']}-function-errors", cloud.client("cloudwatch").set_alarm_state
    state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    said, page = reader.run("status", "--output", "json").data, reader.run("status").out
    state(AlarmName=name, StateValue="OK", StateReason="the test is over")
    assert {"what": "functions failed again and again", "command": "studio-recovery doctor"} in said["needs"]
    assert '"Function errors"' in page
    after = reader.run("status", "--output", "json").data
    assert "functions failed again and again" not in {need["what"] for need in after["needs"]}


@pytest.mark.usefixtures("deployment")
def test_a_message_in_the_failure_queue_is_counted(reader: Shell, cloud: Cloud, outputs: dict[str, Any]) -> None:
    sqs, queue = cloud.client("sqs"), outputs["failure_queue_url"]
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    said = reader.run("status", "--output", "json").data
    assert said["queue"]["waiting"] == 1
    assert "1 message lies in the failure queue" in {need["what"] for need in said["needs"]}
    (message,) = wait_for("the message", lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
