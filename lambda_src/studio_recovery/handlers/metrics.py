"""Watch: writes the ledger's figures into the log in CloudWatch's embedded metric format, which makes metrics of them.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterable

from aws_lambda_powertools.metrics import EphemeralMetrics

from studio_recovery.gauges import NAMESPACE, gauges
from studio_recovery.nouns import Row


def measure(rows: Iterable[Row], now: int, module: str) -> None:
    """Tells the figures of these rows at this time (ms since 1970); their one dimension, `service`, is the module."""
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=module)
    for gauge in gauges(rows, now):
        metrics.add_metric(gauge.name, gauge.unit, gauge.value)
    metrics.flush_metrics()
