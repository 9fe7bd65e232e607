"""Knows whether the event handler hears what CloudTrail reports: the rule, its pattern and its target.

API: DescribeRule, ListTargetsByRule (EventBridge).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery_cli.checks.finding import Finding, bad, ok, warning

NAME = "rule"
EVENT_SOURCE = "sagemaker.amazonaws.com"
EVENT_NAMES = ("CreateUserProfile", "CreateSpace", "DeleteUserProfile", "DeleteSpace")
# As event.tf has it.
_PATTERN = {
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {"eventSource": [EVENT_SOURCE], "eventName": list(EVENT_NAMES), "errorCode": [{"exists": False}]},
}
_APPLY = "terraform apply puts it right."


def look(events: Any, rule: str, function_arn: str) -> list[Finding]:
    """How the rule of this name stands."""
    try:
        found = events.describe_rule(Name=rule)
        targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return [bad(NAME, f"there is no rule {rule}: no event is heard", _APPLY)]
        raise
    return judge(found, targets, function_arn)


def judge(rule: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], function_arn: str) -> list[Finding]:
    """How a rule with these targets stands that is to call this function."""
    name = rule["Name"]
    if not rule["State"].startswith("ENABLED"):
        remedy = f"Enable it: aws events enable-rule --name {name}; then studio-recovery seed finds what was missed."
        return [bad(NAME, f"{name} is disabled: no event is heard", remedy)]
    called = [target for target in targets if target["Arn"] == function_arn]
    if not called:
        return [bad(NAME, f"{name} does not call the event handler", _APPLY)]
    if json.loads(rule["EventPattern"]) != _PATTERN:
        said = f"{name} has another pattern than this version's: events may be missed"
        return [warning(NAME, said, f"{_APPLY} Or is this command line of another version?")]
    if not called[0].get("DeadLetterConfig"):
        said = f"{name} has no queue for events that it cannot deliver"
        return [warning(NAME, said, _APPLY)]
    return [ok(NAME, f"{name} calls the event handler")]
