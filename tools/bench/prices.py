"""Reads AWS's list prices (tools/prices.toml), and says what a number of units costs."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "prices.toml"
MILLION = 1_000_000
GB = 2**30


@cache
def prices() -> dict[str, Any]:
    """The table: by service and unit, in US dollars; `as_of` and `region` say when and where."""
    return tomllib.loads(FILE.read_text())


def dollars(units: Mapping[str, float]) -> dict[str, float]:
    """What these units cost, by service. `lambda_gb_seconds`, `log_bytes` and `copied_bytes` are what they say."""
    told = prices()
    table = told["dynamodb"]
    logs = told["cloudwatch"]["gb_logs_ingested"] + told["cloudwatch"]["gb_month_logs"]
    return {
        "Step Functions": units["transitions"] * told["step_functions"]["thousand_transitions"] / 1000,
        "Lambda": units["lambda_gb_seconds"] * told["lambda"]["gb_second"]
        + units["invocations"] * told["lambda"]["million_requests"] / MILLION,
        "DynamoDB": units["write_units"] * table["million_write_units"] / MILLION
        + units["read_units"] * table["million_read_units"] / MILLION,
        "EventBridge": units["custom_events"] * told["eventbridge"]["million_custom_events"] / MILLION,
        "CloudWatch Logs": units["log_bytes"] / GB * logs,
        "X-Ray": units["traces"] * told["xray"]["million_traces_recorded"] / MILLION,
        "DataSync": units["copied_bytes"] / GB * told["datasync"]["gb_basic"],
    }
