"""What one recovery takes, and what that costs."""

from typing import Any

import pytest

from tools.bench.cost import MOST, WAITED, bill_of, measure
from tools.bench.meter import Meter, item_bytes
from tools.bench.prices import GB, dollars

NOTHING = dict.fromkeys(
    (
        *("transitions", "lambda_gb_seconds", "invocations", "write_units", "read_units"),
        *("custom_events", "log_bytes", "traces", "copied_bytes"),
    ),
    0.0,
)
A_KILOBYTE = {"key": {"S": "x" * 1021}}


def test_a_recovery_enters_few_states_and_has_few_events_however_long_it_takes_or_waits() -> None:
    assert measure(small=True).missed == ()


@pytest.mark.parametrize("story", MOST)
def test_what_is_ours_costs_less_than_two_cents(story: str) -> None:
    cost = dollars(bill_of(story).units)
    assert sum(cost.values()) - cost["DataSync"] < 0.02


def test_waiting_for_a_place_costs_less_than_the_recovery() -> None:
    ours, waited = (dollars(bill_of(story).units)["Step Functions"] for story in ("1 minute", WAITED))
    assert waited < 2 * ours


@pytest.mark.parametrize(
    ("unit", "number", "service", "cost"),
    [
        ("transitions", 1000, "Step Functions", 0.025),
        ("invocations", 1_000_000, "Lambda", 0.20),
        ("write_units", 1_000_000, "DynamoDB", 0.625),
        ("custom_events", 1_000_000, "EventBridge", 1.0),
        ("log_bytes", GB, "CloudWatch Logs", 0.53),
        ("copied_bytes", 5 * GB, "DataSync", 0.0625),
    ],
)
def test_units_cost_what_the_price_table_says(unit: str, number: float, service: str, cost: float) -> None:
    assert dollars(NOTHING | {unit: number})[service] == pytest.approx(cost)


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"key": {"S": "ada"}}, 6),
        ({"n": {"N": "1234"}}, 4),
        ({"b": {"BOOL": True}}, 2),
        ({"m": {"M": {"a": {"S": "b"}}}}, 7),
        ({"l": {"L": [{"S": "b"}]}}, 6),
        (A_KILOBYTE, 1024),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(item: dict[str, Any], size: int) -> None:
    assert item_bytes(item) == size


@pytest.mark.parametrize(
    ("operation", "request_", "answer", "units"),
    [
        ("put_item", {"Item": A_KILOBYTE}, {}, (1, 0)),
        ("transact_write_items", {"TransactItems": [{"Put": {"Item": A_KILOBYTE}}] * 2}, {}, (4, 0)),
        ("get_item", {"ConsistentRead": True}, {"Item": A_KILOBYTE}, (0, 1)),
        ("get_item", {}, {}, (0, 0.5)),
        ("query", {}, {"Items": [A_KILOBYTE] * 5}, (0, 1)),
    ],
)
def test_calls_take_units_by_size(
    operation: str, request_: dict[str, Any], answer: dict[str, Any], units: tuple[float, float]
) -> None:
    meter = Meter()
    meter.called("dynamodb", operation, request_, answer)
    assert (meter.write_units, meter.read_units) == units
