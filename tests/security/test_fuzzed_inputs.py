"""What comes from outside is read with limits: 30,000 spoiled inputs are refused with a reason, or ignored."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from studio_recovery.aws.items import row_from_item, row_item
from studio_recovery.errors import BadInput
from studio_recovery.events import studio_event
from studio_recovery.handlers.event_handler import take_in_event
from studio_recovery.handlers.stream_trigger import start
from studio_recovery.names import is_key, is_name
from studio_recovery.recovery import recovery_from_input
from tests.aws.lab import HISTORY, PROFILES, Lab
from tests.security.junk import spoiled

HOW_MANY = 10_000
LONGEST_REASON = 700
EVENTS = Path(__file__).resolve().parents[1] / "events"
GOOD = [json.loads((EVENTS / f"{name}.json").read_text()) for name in ("create_user_profile", "delete_space")]


def tables(lab: Lab) -> list[Any]:
    """Every row and every line."""
    dynamodb = lab.cloud.client("dynamodb")
    return [dynamodb.scan(TableName=table)["Items"] for table in (PROFILES, HISTORY)]


def outcome(work: Callable[[], Any]) -> Any:
    """What came of it; a refusal's words instead if it was refused. Any other error is the test's."""
    try:
        return work()
    except BadInput as error:
        return str(error)


@pytest.fixture
def ledger_with_ada(lab: Lab) -> Lab:
    """A lab whose ledger knows ada, and whose stream trigger would start her recovery."""
    lab.create()
    lab.deliver()
    lab.recreate()
    return lab


def test_spoiled_events_leave_the_ledger_untouched(ledger_with_ada: Lab) -> None:
    lab, before = ledger_with_ada, tables(ledger_with_ada)
    intake = lab.intake()
    refused = ignored = looked_up = 0
    for number, bad in enumerate(zip(*(spoiled(good, seed) for seed, good in enumerate(GOOD)), strict=False)):
        for event in bad:
            found = outcome(lambda event=event: take_in_event(event, intake))  # type: ignore[misc]
            if isinstance(found, str):
                refused += 1
                assert 0 < len(found) < LONGEST_REASON
                assert "\n" not in found
            elif "ignored" in found:
                ignored += 1
                assert 0 < len(found["ignored"]) < LONGEST_REASON
            else:
                looked_up += 1
                assert found["written"] == []
        if number * len(bad) >= HOW_MANY:
            break
    assert min(refused, ignored, looked_up) > 500
    assert tables(lab) == before


def test_spoiled_stream_records_start_nothing(ledger_with_ada: Lab) -> None:
    lab, before = ledger_with_ada, tables(ledger_with_ada)
    row = lab.row()
    held = row_item(row, row.version, 0) | {"replication_status": {"S": "BLOCKED"}, "reason": {"S": "held"}}
    for image in islice(spoiled(held, seed=7), HOW_MANY):
        found = outcome(lambda image=image: start(image, lab.executions(), lab.state_machine_arn))  # type: ignore[misc]
        if isinstance(found, str):
            assert 0 < len(found) < LONGEST_REASON
            assert "\n" not in found
        else:
            assert "ignored" in found or image["replication_status"] == {"S": "PENDING"}
    assert tables(lab) == before


def test_spoiled_inputs_of_an_execution_name_two_homes_or_are_refused() -> None:
    home = {"efs_sys_id": "fs-old", "efs_uid": "200001"}
    good = {
        "source": home,
        "target": home | {"efs_uid": "200005"},
        "profile_name": "user/ada",
        "domain_name": "lab",
        "request_id": "0f" * 16,
    }
    refused = 0
    for bad in islice(spoiled(good, seed=3), HOW_MANY):
        found = outcome(lambda bad=bad: recovery_from_input(bad))  # type: ignore[misc]
        if isinstance(found, str):
            refused += 1
            assert 0 < len(found) < LONGEST_REASON
            assert "\n" not in found
        else:
            assert found.by_hand or (is_key(found.profile_name) and is_name(found.domain_name))
            assert found.source != found.target
    assert refused > HOW_MANY * 0.8


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("eventTime", "2026-03-02"),
        ("eventTime", "9999-12-31T23:59:59Z"),
        ("eventTime", "2026-03-02T09:15:05"),
        ("eventID", "x" * 65),
        ("eventID", "a b"),
    ],
)
def test_a_time_or_id_that_aws_does_not_give_is_refused(field: str, value: str) -> None:
    event = json.loads(json.dumps(GOOD[0]))
    event["detail"][field] = value
    with pytest.raises(BadInput, match=f"detail.{field}"):
        studio_event(event)


@pytest.mark.parametrize("value", ["a" * 64, "../bob", "ada\n", "ада", "-ada", "ada@lab", "user/ada"])
def test_a_name_that_sagemaker_does_not_take_is_refused(value: str) -> None:
    event = json.loads(json.dumps(GOOD[0]))
    event["detail"]["requestParameters"]["userProfileName"] = value
    with pytest.raises(BadInput, match="userProfileName"):
        studio_event(event)


def test_a_hold_that_is_no_truth_value_is_not_read_as_its_end(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    row = lab.row()
    with pytest.raises(BadInput, match=r"the row of user/ada in lab cannot be read: .*replication"):
        row_from_item(row_item(row, row.version, 0) | {"replication": {"S": "false"}})
