"""Trigger: what a stream record starts."""

import json
from typing import Any, cast

import pytest

from studio_recovery.aws.items import row_item
from studio_recovery.errors import BadInput
from studio_recovery.handlers import settings, stream_trigger
from studio_recovery.handlers.log import LambdaContext
from studio_recovery.handlers.stream_trigger import start
from studio_recovery.rows import Row
from tests.aws.lab import Lab


def image(row: Row) -> dict[str, Any]:
    return row_item(row, row.version, 0)


def executions(lab: Lab) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lab.cloud.client("stepfunctions").list_executions(
        stateMachineArn=lab.state_machine_arn
    )["executions"]
    return found


@pytest.fixture
def pending(lab: Lab) -> Row:
    lab.create()
    lab.deliver()
    lab.recreate()
    return lab.row()


def test_a_pending_row_starts_one_execution_with_both_homes(lab: Lab, pending: Row) -> None:
    start(image(pending), lab.executions(), lab.state_machine_arn)
    (execution,) = executions(lab)
    described = lab.cloud.client("stepfunctions").describe_execution(executionArn=execution["executionArn"])
    assert pending.home
    assert json.loads(described["input"]) == {
        "profile_name": "user/ada",
        "domain_name": "lab",
        "request_id": pending.request_id,
        "source": {"efs_sys_id": pending.home.file_system_id, "efs_uid": pending.sources[0].home.uid},
        "target": {"efs_sys_id": pending.home.file_system_id, "efs_uid": pending.home.uid},
    }


def test_a_repeated_record_starts_nothing(lab: Lab, pending: Row) -> None:
    start(image(pending), lab.executions(), lab.state_machine_arn)
    start(image(pending), lab.executions(), lab.state_machine_arn)
    assert len(executions(lab)) == 1


def test_a_repeated_record_starts_nothing_after_the_execution_has_ended(lab: Lab, pending: Row) -> None:
    start(image(pending), lab.executions(), lab.state_machine_arn)
    lab.cloud.client("stepfunctions").stop_execution(executionArn=executions(lab)[0]["executionArn"])
    start(image(pending), lab.executions(), lab.state_machine_arn)
    assert len(executions(lab)) == 1


def test_a_record_that_cannot_be_read_fails_and_names_the_row(lab: Lab, pending: Row) -> None:
    broken = image(pending) | {"efs_uid": {"S": "/"}}
    with pytest.raises(BadInput, match="user/ada in lab"):
        start(broken, lab.executions(), lab.state_machine_arn)


def test_one_bad_record_does_not_hold_up_the_others(lab: Lab, pending: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", lab.cloud.region)
    monkeypatch.setenv("STATE_MACHINE_ARN", lab.state_machine_arn)
    settings.executions.cache_clear()
    images = [image(pending) | {"efs_uid": {"S": "/"}}, image(pending)]
    records = [
        {"eventID": str(n), "eventName": "MODIFY", "dynamodb": {"SequenceNumber": str(n), "NewImage": new}}
        for n, new in enumerate(images)
    ]
    answer = stream_trigger.handler({"Records": records}, cast("LambdaContext", None))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(executions(lab)) == 1
