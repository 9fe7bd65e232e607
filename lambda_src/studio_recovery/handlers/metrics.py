"""Watch: writes figures into the log in CloudWatch's embedded metric format, which makes metrics of them.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterable

from aws_lambda_powertools.metrics import EphemeralMetrics

from studio_recovery.announcements import Announcement
from studio_recovery.gauges import NAMESPACE, Gauge, gauges, of_an_end
from studio_recovery.nouns import Row


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
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=module)
    if outcome:
        metrics.add_dimension("outcome", outcome)
    told = list(figures)
    for gauge in told:
        metrics.add_metric(gauge.name, gauge.unit, gauge.value)
    if told:
        metrics.flush_metrics()
