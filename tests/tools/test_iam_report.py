"""What the report says of rights that are missing, unused or exempt."""

from typing import Any

import pytest

from tools.iam_report import Exempt, exemptions, use

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/ledger"


def recorded(*decisions: tuple[str, str, bool], actions: str | list[str], resource: Any = TABLE) -> dict[str, Any]:
    """One role, `m-seed`, with one statement, and what it asked."""
    statement = {"Sid": "ReadTheRow", "Effect": "Allow", "Action": actions, "Resource": resource}
    asked = [
        {"principal": "m-seed", "action": action, "resource": on, "allowed": allowed}
        for action, on, allowed in decisions
    ]
    return {"decisions": asked, "roles": {"m-seed": {"trust": {}, "rights": {"Statement": [statement]}}}}


def test_a_right_that_is_used_is_no_complaint() -> None:
    told = recorded(("dynamodb:GetItem", TABLE, True), actions="dynamodb:GetItem")
    assert use(told, "m", []).complaints == []


def test_a_refusal_is_told() -> None:
    told = recorded(("dynamodb:GetItem", TABLE, True), ("dynamodb:Scan", TABLE, False), actions=["dynamodb:GetItem"])
    assert use(told, "m", []).complaints == [f"seed was denied dynamodb:Scan on {TABLE}"]


def test_a_right_that_is_never_used_is_told() -> None:
    told = recorded(("dynamodb:GetItem", TABLE, True), actions=["dynamodb:GetItem", "dynamodb:Scan"])
    assert use(told, "m", []).complaints == ["seed never used dynamodb:Scan (ReadTheRow)"]


def test_a_resource_that_is_never_touched_is_told() -> None:
    told = recorded(("dynamodb:GetItem", TABLE, True), actions="dynamodb:GetItem", resource=[TABLE, f"{TABLE}/index/*"])
    assert use(told, "m", []).complaints == [f"seed never used anything on {TABLE}/index/* (ReadTheRow)"]


def test_an_exemption_covers_a_right_and_must_cover_one() -> None:
    told = recorded(("dynamodb:GetItem", TABLE, True), actions=["dynamodb:GetItem", "xray:PutTraceSegments"])
    traces = Exempt("*", ("xray:PutTraceSegments",), "no X-Ray here", "https://docs.aws.amazon.com/")
    logs = Exempt("*", ("logs:CreateLogDelivery",), "no log here", "https://docs.aws.amazon.com/")
    assert use(told, "m", [traces]).complaints == []
    assert use(told, "m", [traces, logs]).complaints == ["the exemption of logs:CreateLogDelivery exempts nothing"]


@pytest.mark.parametrize("one", exemptions(), ids=lambda one: one.actions[0])
def test_an_exemption_has_a_reason_and_a_page_of_aws(one: Exempt) -> None:
    assert one.why
    assert one.page.startswith("https://docs.aws.amazon.com/")
