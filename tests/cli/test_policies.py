"""The two policies that the module offers to people fit where they are attached, and hold no more than they say."""

import json
from typing import Any

import pytest

from demo.cloud import ACCOUNT, REGION

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
LONGEST_MANAGED_POLICY = 6144
LONGEST_NAME = "n" * 49
LONGEST_REGION = "ap-southeast-1"
LONGEST_PARTITION = "aws-us-gov"
READING = ("Get", "List", "Describe", "Query", "Scan")
# Who looks into the queue takes a message and gives it back.
LOOKING_INTO_THE_QUEUE = {"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"}
POLICIES = ("read_only_policy_json", "operator_policy_json")


def statements(document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(document)["Statement"]
    return found


def actions(document: str) -> set[str]:
    told = [statement["Action"] for statement in statements(document)]
    return {action for one in told for action in ([one] if isinstance(one, str) else one)}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_fits_into_a_managed_policy_whatever_the_names(policy: str, outputs: dict[str, Any]) -> None:
    minified = json.dumps(json.loads(outputs[policy]), separators=(",", ":"))
    for short, long in {
        f"{outputs['name']}-": f"{LONGEST_NAME}-",
        f'"{outputs["name"]}"': f'"{LONGEST_NAME}"',
        REGION: LONGEST_REGION,
        "arn:aws:": f"arn:{LONGEST_PARTITION}:",
    }.items():
        minified = minified.replace(short, long)
    assert LONGEST_NAME in minified
    assert len(minified) <= LONGEST_MANAGED_POLICY


def test_a_reader_may_only_read(outputs: dict[str, Any]) -> None:
    allowed = actions(outputs["read_only_policy_json"]) - LOOKING_INTO_THE_QUEUE
    assert [action for action in allowed if not action.partition(":")[2].startswith(READING)] == []


def test_an_operator_may_also_all_that_a_reader_may(outputs: dict[str, Any]) -> None:
    reader, operator = (statements(outputs[policy]) for policy in POLICIES)
    assert [statement for statement in reader if statement not in operator] == []


def test_nobody_writes_the_ledger_but_by_the_admin_function(outputs: dict[str, Any]) -> None:
    added = actions(outputs["operator_policy_json"]) - actions(outputs["read_only_policy_json"])
    assert added == {
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:RevokeSecurityGroupIngress",
        "lambda:InvokeFunction",
        "sqs:DeleteMessage",
    }


def test_an_operator_calls_three_functions_and_no_other(outputs: dict[str, Any]) -> None:
    names = [outputs["function_names"][word] for word in ("admin", "event_handler", "seed")]
    (called,) = [
        one["Resource"] for one in statements(outputs["operator_policy_json"]) if one["Sid"] == "AskTheFunctions"
    ]
    assert sorted(called) == sorted(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" for name in names)
