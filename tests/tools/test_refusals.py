"""A refusal is forgiven to who came too late, and to nobody else."""

from typing import Any

import pytest

from tests.refusals import for_good

TASK = "arn:aws:datasync:eu-west-1:111122223333:task/task-1"


def decision(principal: str, action: str, *, allowed: bool, resource: str = TASK) -> dict[str, Any]:
    return {"principal": principal, "action": action, "resource": resource, "allowed": allowed}


GONE = decision("m-close-homes", "datasync:DeleteTask", allowed=True)


@pytest.mark.parametrize(
    "refused",
    [
        decision("m-open-homes", "datasync:DeleteTask", allowed=False),
        decision("m-admin", "datasync:DeleteTask", allowed=False),
        decision("people-nobody-1", "dynamodb:Scan", allowed=False),
    ],
)
def test_who_comes_too_late_or_is_refused_on_purpose_is_no_failure(refused: dict[str, Any]) -> None:
    assert for_good([GONE, refused]) == []


@pytest.mark.parametrize(
    "refused",
    [
        decision("m-event-handler", "datasync:DeleteTask", allowed=False),
        decision("m-open-homes", "datasync:DeleteTask", allowed=False, resource=f"{TASK}2"),
        decision("m-open-homes", "datasync:CancelTaskExecution", allowed=False),
        decision("m-admin", "datasync:DeleteLocation", allowed=False),
        decision("m-seed", "dynamodb:DeleteItem", allowed=False),
    ],
)
def test_any_other_refusal_is_told(refused: dict[str, Any]) -> None:
    assert for_good([GONE, refused]) == [f"{refused['principal']} may not {refused['action']} on {refused['resource']}"]
