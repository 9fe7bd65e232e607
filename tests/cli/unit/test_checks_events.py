"""What `doctor` finds of the way of an event: trail, rule, stream."""

from dataclasses import replace
from typing import Any

import pytest

from studio_recovery_cli.checks import rule, stream, trail
from studio_recovery_cli.checks.finding import Level
from studio_recovery_cli.checks.trail import Trail

HERE = "eu-west-1"
ALL = {"ReadWriteType": "All", "IncludeManagementEvents": True, "ExcludeManagementEventSources": []}
GOOD = Trail("audit", HERE, every_region=False, logging=True, selectors=[ALL])
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


def advanced(*fields: dict[str, Any]) -> Trail:
    return replace(GOOD, selectors=(), advanced=[{"FieldSelectors": [MANAGEMENT, *fields]}])


def level(*trails: Trail) -> Level:
    (found,) = trail.judge(trails, HERE)
    assert found.remedy or found.level is Level.OK
    return found.level


@pytest.mark.parametrize(
    "one",
    [
        GOOD,
        replace(GOOD, home_region="us-east-1", every_region=True),
        replace(GOOD, selectors=[ALL | {"ReadWriteType": "WriteOnly"}]),
        replace(GOOD, selectors=[ALL | {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]),
        replace(GOOD, selectors=[ALL | {"IncludeManagementEvents": False}, ALL]),
        advanced(),
        advanced({"Field": "readOnly", "Equals": ["false"]}),
        advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]}),
        advanced({"Field": "eventSource", "StartsWith": ["sage"]}),
        advanced({"Field": "eventName", "StartsWith": ["Create", "Delete"]}),
    ],
)
def test_a_trail_with_management_events_of_this_region_is_enough(one: Trail) -> None:
    assert level(one) is Level.OK


@pytest.mark.parametrize(
    "one",
    [
        replace(GOOD, home_region="us-east-1"),
        replace(GOOD, logging=False),
        replace(GOOD, selectors=[]),
        replace(GOOD, selectors=[ALL | {"ReadWriteType": "ReadOnly"}]),
        replace(GOOD, selectors=[ALL | {"IncludeManagementEvents": False}]),
        replace(GOOD, selectors=[ALL | {"ExcludeManagementEventSources": ["sagemaker.amazonaws.com"]}]),
        replace(GOOD, selectors=(), advanced=[{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]),
        advanced({"Field": "readOnly", "Equals": ["true"]}),
        advanced({"Field": "eventSource", "NotEquals": ["sagemaker.amazonaws.com"]}),
        advanced({"Field": "eventSource", "NotStartsWith": ["sage"]}),
        advanced({"Field": "eventSource", "NotEndsWith": [".amazonaws.com"]}),
        advanced({"Field": "eventName", "EndsWith": ["UserProfile"]}),
    ],
)
def test_a_trail_that_leaves_studios_events_out_is_not(one: Trail) -> None:
    assert level(one) is Level.BAD


def test_without_a_trail_the_remedy_says_what_to_make() -> None:
    (found,) = trail.judge([], HERE)
    assert (found.level, "Make a trail" in found.remedy) == (Level.BAD, True)


def test_one_good_trail_is_enough_beside_bad_and_refused_ones() -> None:
    assert level(replace(GOOD, logging=False), replace(GOOD, refused="access denied"), GOOD) is Level.OK


def test_a_trail_that_may_not_be_looked_at_leaves_it_unknown() -> None:
    assert level(replace(GOOD, logging=False), replace(GOOD, name="org", refused="access denied")) is Level.UNKNOWN


def test_a_selector_that_nobody_can_judge_is_a_warning() -> None:
    assert level(advanced({"Field": "userIdentity.arn", "StartsWith": ["arn:aws:iam"]})) is Level.WARNING


ARN = "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery-event-handler"
RULE = {
    "Name": "studio-recovery-created",
    "State": "ENABLED",
    "EventPattern": '{"detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventSource":'
    ' ["sagemaker.amazonaws.com"], "eventName": ["CreateUserProfile", "CreateSpace", "DeleteUserProfile",'
    ' "DeleteSpace"], "errorCode": [{"exists": false}]}}',
}
TARGET = {"Arn": ARN, "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:111122223333:studio-recovery-failures"}}
LESS = {"EventPattern": RULE["EventPattern"].replace('"CreateSpace", ', "")}


@pytest.mark.parametrize(
    ("changed", "targets", "expected"),
    [
        ({}, [TARGET], Level.OK),
        ({"State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}, [TARGET], Level.OK),
        ({"State": "DISABLED"}, [TARGET], Level.BAD),
        ({}, [], Level.BAD),
        ({}, [TARGET | {"Arn": f"{ARN}-of-others"}], Level.BAD),
        (LESS, [TARGET], Level.WARNING),
        ({}, [{"Arn": ARN}], Level.WARNING),
    ],
)
def test_the_rule_must_be_on_and_call_the_event_handler(
    changed: dict[str, Any], targets: list[dict[str, Any]], expected: Level
) -> None:
    (found,) = rule.judge(RULE | changed, targets, ARN)
    assert found.level is expected


STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026"
MAPPING = {"UUID": "u-1", "EventSourceArn": STREAM, "State": "Enabled", "FunctionArn": ARN}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Level.OK),
        ({"LastProcessingResult": "No records processed"}, Level.OK),
        ({"State": "Enabling"}, Level.WARNING),
        ({"LastProcessingResult": "PROBLEM: Function call failed"}, Level.WARNING),
        ({"State": "Disabled"}, Level.BAD),
        ({"EventSourceArn": "arn:of:an:earlier:table"}, Level.BAD),
    ],
)
def test_the_stream_must_be_read(changed: dict[str, str], expected: Level) -> None:
    assert stream.judge("notices", [MAPPING | changed], STREAM, "nobody is told").level is expected


def test_a_disabled_mapping_is_told_with_the_command_that_enables_it() -> None:
    found = stream.judge("stream-trigger", [MAPPING | {"State": "Disabled"}], STREAM, "no recovery starts")
    assert "no recovery starts" in found.said
    assert "update-event-source-mapping --uuid u-1 --enabled" in found.remedy


def test_a_stream_without_a_mapping_is_bad() -> None:
    assert stream.judge("notices", [], STREAM, "nobody is told").level is Level.BAD
