"""`failures` says what failed, why, and what to do; --redrive makes good what lies in the queue, --drop gives it up."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.cloud import ACCOUNT, REGION, Cloud
from demo.studio import Owner, wait_for
from studio_recovery_cli.commands.failures import failures
from tests.cli.documented import undocumented
from tests.cli.shell import Shell
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")
EVENT = json.loads((Path(__file__).parents[1] / "events" / "create_user_profile.json").read_text("utf-8"))
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:studio-recovery-"
A_BATCH = {
    "requestContext": {"functionArn": f"{FUNCTION}stream-trigger", "condition": "RetryAttemptsExhausted"},
    "DDBStreamBatchInfo": {"batchSize": 1},
}


@pytest.fixture
def queue(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[str]:
    """The failure queue's URL; the queue is empty before and after."""
    sqs = cloud.client("sqs")
    url: str = sqs.get_queue_url(QueueName=f"{outputs['name']}-failures")["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    yield url
    sqs.purge_queue(QueueUrl=url)


@pytest.fixture
def leave(cloud: Cloud, queue: str) -> Callable[..., str]:
    """Leaves a message in the queue; its id."""

    def left(body: object, **attributes: str) -> str:
        told = {name: {"StringValue": value, "DataType": "String"} for name, value in attributes.items()}
        text = body if isinstance(body, str) else json.dumps(body)
        sent = cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=text, MessageAttributes=told)
        return str(sent["MessageId"])

    return left


def told(shell: Shell, *more: str) -> Any:
    result = shell.run("failures", "--output", "json", *more)
    assert result.status in (0, 3), result.err
    assert undocumented(result.data, failures.fields) == []
    return result.data


def event_of(lab: Lab, owner: Owner) -> dict[str, Any]:
    named = {"domainId": lab.studio.domain_id, "userProfileName": owner.name}
    detail = EVENT["detail"] | {"requestParameters": named}
    return {**EVENT, "detail": detail}


def ends(data: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["outcome"] for one in data["queue"]}


@contextmanager
def a_group_that_lets_nobody_in(cloud: Cloud, lab: Lab) -> Iterator[str]:
    """Every mount target of the lab has only a group of the team's own, as long as the block runs."""
    efs, ec2 = cloud.client("efs"), cloud.client("ec2")
    targets = efs.describe_mount_targets(FileSystemId=lab.studio.file_system_id)["MountTargets"]
    ids = [target["MountTargetId"] for target in targets]
    before = efs.describe_mount_target_security_groups(MountTargetId=ids[0])["SecurityGroups"]
    vpc = targets[0]["VpcId"]
    group: str = ec2.create_security_group(GroupName="closed", Description="Nobody", VpcId=vpc)["GroupId"]
    for target in ids:
        efs.modify_mount_target_security_groups(MountTargetId=target, SecurityGroups=[group])
    try:
        yield group
    finally:
        for target in ids:
            efs.modify_mount_target_security_groups(MountTargetId=target, SecurityGroups=before)
        ec2.delete_security_group(GroupId=group)


def test_a_recovery_that_a_security_group_stopped_is_told_with_cause_and_remedy(
    reader: Shell, operator: Shell, cloud: Cloud, lab_of: Callable[..., Lab]
) -> None:
    lab = lab_of("dungeon")
    lab.move_in(ADA)
    lab.move_out(ADA)
    with a_group_that_lets_nobody_in(cloud, lab) as group:
        homes = lab.studio.create(ADA)
        wait_for("a failure", lambda: lab.row(ADA).get("replication_status") == "FAILED")
        (one,) = [found for found in told(reader)["recoveries"] if found["owner"] == "user/ada@dungeon"]
        table = replace(reader, columns=80).run("failures", terminal=True)
        refused = operator.run("grant", lab.studio.file_system_id, "--yes")
    assert group in one["cause"]
    assert group in one["steps"][0]["text"]
    assert "TCP 2049" in one["steps"][0]["text"]
    assert "studio-recovery retry user/ada@dungeon" in [step["command"] for step in one["steps"]]
    assert (refused.status, "made by SageMaker" in refused.err, "will admit" in refused.err) == (1, True, False)
    assert (one["status"], one["since"] is None) == ("FAILED", False)
    assert "user/ada@dungeon  FAILED" in table.out
    assert "studio-recovery retry user/ada@dungeon" in table.out
    assert operator.run("retry", "user/ada@dungeon", "--yes").status == 0
    lab.recovered(homes)
    assert [found for found in told(reader)["recoveries"] if found["owner"] == "user/ada@dungeon"] == []


@pytest.mark.usefixtures("queue")
def test_nothing_failed_is_told_too(reader: Shell) -> None:
    said = reader.run("failures")
    assert (said.status, "The failure queue is empty." in said.out) == (0, True)
    assert told(reader)["queue"] == []


def test_a_look_leaves_the_queue_as_it_was(reader: Shell, leave: Callable[..., str]) -> None:
    ids = [leave(A_BATCH), leave({"action": "seed"}, SCHEDULE_ARN="arn:s", ERROR_CODE="E")]
    for _ in range(2):
        seen = told(reader)["queue"]
        assert sorted(one["id"] for one in seen) == sorted(ids)
        assert {one["outcome"] for one in seen} == {None}
    said = replace(reader, columns=80).run("failures")
    assert "In the failure queue: 2 messages" in said.out
    assert "studio-recovery failures --redrive" in said.err


def test_what_failed_is_made_good_and_leaves_the_queue(
    operator: Shell, cloud: Cloud, outputs: dict[str, Any], leave: Callable[..., str], lab_of: Callable[..., Lab]
) -> None:
    lab = lab_of("cellar")
    rule = f"{outputs['name']}-created"
    cloud.client("events").disable_rule(Name=rule)
    homes = lab.studio.create(ADA)
    cloud.client("events").enable_rule(Name=rule)
    event = leave(event_of(lab, ADA), RULE_ARN="arn:rule", ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="no")
    batch, strange = leave(A_BATCH), leave("what is this?")
    seen = told(operator, "--redrive", "--yes")
    assert ends(seen) == {event: "done", batch: "done", strange: "stays"}
    assert lab.ledger.knows(ADA, homes[ADA])
    again = operator.run("failures", "--redrive", "--yes", "--output", "json")
    assert (ends(again.data), again.status) == ({strange: "stays"}, 3)
    table = operator.run("failures", "--redrive", "--yes")
    assert "stays" in table.out
    assert "what is this?" in table.out


def test_an_event_that_the_handler_refuses_stays_with_the_reason(
    operator: Shell, cloud: Cloud, leave: Callable[..., str], lab_of: Callable[..., Lab]
) -> None:
    lab = lab_of("attic")
    unreadable = {**EVENT, "detail": EVENT["detail"] | {"eventTime": "yesterday"}}
    first = leave(unreadable, RULE_ARN="arn:rule", ERROR_CODE="E", ERROR_MESSAGE="m")
    second = leave(event_of(lab, ADA), RULE_ARN="arn:rule", ERROR_CODE="E", ERROR_MESSAGE="m")
    refusal = {"status": 400, "error": "ValidationException", "times": 20}
    cloud.ask("POST", "faults", {"service": "sagemaker", "operation": "DescribeUserProfile", **refusal})
    seen = {one["id"]: one for one in told(operator, "--redrive", "--yes")["queue"]}
    cloud.ask("DELETE", "faults")
    assert (seen[first]["made_good_by"], seen[first]["outcome"]) == ("seed", "done")
    assert seen[second]["outcome"] == "stays"
    assert "ValidationException" in seen[second]["outcome_reason"]


def test_what_is_dropped_is_counted_and_asked_for_first(operator: Shell, leave: Callable[..., str]) -> None:
    ids = {leave(A_BATCH), leave("what is this?")}
    unasked = operator.run("failures", "--drop")
    assert (unasked.status, "2 messages" in unasked.err, "--yes" in unasked.err) == (2, True, True)
    assert {one["id"] for one in told(operator)["queue"]} == ids
    assert set(ends(told(operator, "--drop", "--yes")).values()) == {"dropped"}
    assert told(operator)["queue"] == []


def test_every_action_is_documented(operator: Shell, leave: Callable[..., str]) -> None:
    leave(A_BATCH)
    used = operator.run("failures", "--redrive", "--yes").actions
    assert set(used) <= set(failures.actions)
    assert {"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"} <= set(used)


def test_what_does_not_go_together_is_refused(operator: Shell) -> None:
    assert operator.run("failures", "--drop", "--redrive").status == 2


def test_who_has_no_right_is_told_so(nobody: Shell) -> None:
    refused = nobody.run("failures")
    assert (refused.status, "access denied" in refused.err, refused.out) == (1, True, "")
