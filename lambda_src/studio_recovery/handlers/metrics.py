"""Watch: writes figures into the log in CloudWatch's embedded metric format, which makes metrics of them.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from studio_recovery.gauges import NAMESPACE, Gauge, gauges, of_an_end
from studio_recovery.handlers.settings import milliseconds_now
from studio_recovery.rows import Row

if TYPE_CHECKING:
    from studio_recovery.announcements import Announcement


def measure(rows: Iterable[Row], now: int, module: str) -> None:
    """Tells the figures of these rows at this time (ms since 1970)."""
    emit(gauges(rows, now), module)


def count(announced: Announcement, module: str) -> None:
    """Counts a recovery that ended, or is held back, by its outcome, and tells what it did."""
    if announced.outcome:
        emit((Gauge("Recoveries", "Count", 1),), module, announced.outcome)
        emit(of_an_end(announced), module)


def emit(figures: Iterable[Gauge], module: str, outcome: str = "") -> None:
    """Tells these figures. Their dimension `service` is the module; `outcome` makes a second one."""
    told = list(figures)
    if not told:
        return
    dimensions = ({"outcome": outcome} if outcome else {}) | {"service": module}
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": gauge.name, "Unit": gauge.unit} for gauge in told],
    }
    metadata = {"Timestamp": milliseconds_now(), "CloudWatchMetrics": [directive]}
    values = {gauge.name: [float(gauge.value)] for gauge in told}
    print(json.dumps({"_aws": metadata} | dimensions | values, separators=(",", ":")))
