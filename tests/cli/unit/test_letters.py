"""Every kind of message that can land in the failure queue is told in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio_recovery_cli.repairing.letters import Kind, Letter, Remedy, letter

EVENTS = Path(__file__).parents[2] / "events"
EVENT = json.loads((EVENTS / "create_user_profile.json").read_text("utf-8"))
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery-"


def read(body: object, **attributes: str) -> Letter:
    return letter(
        {
            "MessageId": "m-1",
            "ReceiptHandle": "r-1",
            "Body": body if isinstance(body, str) else json.dumps(body),
            "Attributes": {"SentTimestamp": "1772442907000"},
            "MessageAttributes": {name: {"StringValue": value} for name, value in attributes.items()},
        }
    )


def called(function: str, error: str, message: str, payload: object = EVENT) -> Letter:
    return read(
        {
            "requestContext": {"functionArn": f"{ARN}{function}:$LATEST", "condition": "RetriesExhausted"},
            "requestPayload": payload,
            "responsePayload": {"errorType": error, "errorMessage": message},
        }
    )


def batch(function: str, condition: str, size: int = 2) -> Letter:
    context = {"functionArn": f"{ARN}{function}", "condition": condition}
    return read({"requestContext": context, "DDBStreamBatchInfo": {"batchSize": size}})


def test_a_rules_dead_letter_names_the_event_and_why_nobody_took_it() -> None:
    found = read(EVENT, RULE_ARN="arn:rule", ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="the rule may not")
    assert (found.kind, found.remedy) == (Kind.EVENT, Remedy.EVENT)
    assert found.what == "CreateUserProfile of user ada in d-lab"
    assert found.error == "NO_PERMISSIONS: the rule may not"
    assert (found.payload, found.at, found.receipt) == (EVENT, 1772442907000, "r-1")


def test_what_the_event_handler_failed_on_is_told_with_the_handlers_own_error() -> None:
    found = called("event-handler", "NotReady", "user/ada is still Pending")
    assert (found.remedy, found.error) == (Remedy.EVENT, "NotReady: user/ada is still Pending")
    assert "had not finished" in found.cause
    assert found.payload == EVENT


@pytest.mark.parametrize(
    ("error", "message", "cause"),
    [
        ("AwsBusy", "DescribeDomain: Throttling", "AWS was busy"),
        ("AwsRefused", "DescribeDomain: AccessDenied", "find what forbids it"),
        ("LedgerConflict", "the row", "kept writing"),
        ("", "2026-11-24 Task timed out after 300 seconds", "ran out of time"),
        ("KeyError", "'x'", "/aws/lambda/studio-recovery-event-handler"),
    ],
)
def test_an_error_is_told_with_what_it_means(error: str, message: str, cause: str) -> None:
    assert cause in called("event-handler", error, message).cause


def test_a_seed_that_failed_is_made_good_by_a_seed() -> None:
    found = called("seed", "AwsBusy", "busy", {"action": "seed"})
    assert (found.kind, found.what, found.remedy) == (Kind.SEED, "a seed", Remedy.SEED)


def test_a_part_of_an_operation_is_asked_for_again() -> None:
    asked = {"owners": ["user/ada@lab", "user/bob@lab"], "operation": {"id": "20260302-091505-3f9a1c"}}
    found = called("admin", "AwsBusy", "1 of 2 owners are not done", asked)
    assert (found.kind, found.remedy, found.payload) == (Kind.OPERATION, Remedy.OPERATION, asked)
    assert found.what == "a part of operation 20260302-091505-3f9a1c: 2 owners, or some of them"


@pytest.mark.parametrize(
    ("function", "kind", "what"),
    [
        ("stream-trigger", Kind.START, "no recovery was started for 2 rows"),
        ("notices", Kind.NOTICE, "nobody was told of 2 rows"),
    ],
)
def test_records_of_the_stream_are_told_by_what_did_not_happen(function: str, kind: Kind, what: str) -> None:
    found = batch(function, "RetryAttemptsExhausted")
    assert (found.kind, found.what, found.remedy) == (kind, what, Remedy.SEED)
    assert f"/aws/lambda/studio-recovery-{function}" in found.cause


def test_records_that_grew_too_old_are_told_apart() -> None:
    found = batch("stream-trigger", "MaxRecordAgeExceeded", size=1)
    assert (found.what, "an hour old" in found.cause) == ("no recovery was started for 1 row", True)


def test_a_schedules_dead_letter_is_a_seed_that_did_not_run() -> None:
    found = read({"action": "seed"}, SCHEDULE_ARN="arn:schedule", ERROR_CODE="AWS.Lambda.Throttled")
    assert (found.kind, found.remedy, found.error) == (Kind.SEED, Remedy.SEED, "AWS.Lambda.Throttled")


def test_an_event_that_cannot_be_read_says_which_field_and_leaves_it_to_the_seed() -> None:
    broken = {**EVENT, "detail": EVENT["detail"] | {"eventTime": "yesterday"}}
    found = read(broken, RULE_ARN="arn:rule", ERROR_CODE="E")
    assert (found.remedy, "eventTime" in found.cause) == (Remedy.SEED, True)


@pytest.mark.parametrize(
    "body",
    [
        "hello",
        "[1, 2]",
        "null",
        "",
        {"requestContext": {"functionArn": f"{ARN}somebody", "condition": "x"}},
        {"requestContext": {"functionArn": 7}},
        {
            "requestContext": {"functionArn": f"{ARN}admin"},
            "requestPayload": {"action": "hold", "owner": "user/ada@lab"},
        },
        {"requestContext": {"functionArn": f"{ARN}event-handler"}, "requestPayload": {"detail": {"eventName": []}}},
        {"requestContext": {"functionArn": f"{ARN}event-handler"}, "requestPayload": {"detail": "x"}},
        {"requestContext": {"functionArn": f"{ARN}else"}, "DDBStreamBatchInfo": {"batchSize": 1}},
    ],
)
def test_what_nobody_understands_is_shown_as_it_is(body: Any) -> None:
    found = read(body)
    assert (found.kind, found.remedy) == (Kind.UNKNOWN, Remedy.NOTHING)
    assert found.raw == (body if isinstance(body, str) else json.dumps(body))


def test_a_dead_letter_of_a_rule_that_holds_no_event_is_not_understood() -> None:
    assert read("what?", RULE_ARN="arn:rule", ERROR_CODE="E", ERROR_MESSAGE="m").error == "E: m"


def test_what_is_shown_as_it_is_is_short_and_moves_no_cursor() -> None:
    found = read("\x1b[2J" + "x" * 1000)
    assert len(found.raw) == 300
    assert found.raw.isprintable()


@pytest.mark.parametrize("size", ["many", None, -1])
def test_a_batch_of_an_odd_size_is_no_mistake_of_ours(size: Any) -> None:
    assert batch("stream-trigger", "RetryAttemptsExhausted", size).kind is Kind.START
