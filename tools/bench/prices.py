"""Says what a number of units costs, by AWS's list prices."""

from collections.abc import Mapping

from studio_recovery_cli.planning.price_table import price_table

MILLION = 1_000_000
GB = 2**30


def dollars(units: Mapping[str, float]) -> dict[str, float]:
    """What these units cost, by service. `lambda_gb_seconds`, `log_bytes` and `copied_bytes` are what they say."""
    of, logs = price_table().of, units["log_bytes"]
    return {
        "Step Functions": of("step_functions", "thousand_transitions", units["transitions"], 1000),
        "Lambda": of("lambda", "gb_second", units["lambda_gb_seconds"])
        + of("lambda", "million_requests", units["invocations"], MILLION),
        "DynamoDB": of("dynamodb", "million_write_units", units["write_units"], MILLION)
        + of("dynamodb", "million_read_units", units["read_units"], MILLION),
        "EventBridge": of("eventbridge", "million_custom_events", units["custom_events"], MILLION),
        "CloudWatch Logs": of("cloudwatch", "gb_logs_ingested", logs, GB) + of("cloudwatch", "gb_month_logs", logs, GB),
        "X-Ray": of("xray", "million_traces_recorded", units["traces"], MILLION),
        "DataSync": of("datasync", "gb_basic", units["copied_bytes"], GB),
    }
