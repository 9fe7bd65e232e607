"""Knows what watches over a deployment: the last reconcile, the alarms, the failure queue, and the rule for events."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.gauges import NAMESPACE
from studio_recovery_cli.alarms import named

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment

# The seed tells it at the end of each pass.
_METRIC = "WaitingRecoveries"
# (how far back, period in seconds): GetMetricStatistics gives 1,440 values at most, and keeps minutes for 15 days
# (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html).
_LOOKS_BACK = ((timedelta(hours=23), 60), (timedelta(days=59), 3600))


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm of the deployment, its state in CloudWatch's word, and since when (ms since 1970)."""

    name: str
    state: str
    since: int
    why: str


@dataclass(frozen=True, slots=True)
class Queue:
    """How many messages wait in the failure queue, and how many somebody is reading."""

    waiting: int
    being_read: int


def reconciled_at(deployment: "Deployment") -> int:
    """When the ledger was last compared with Studio, to the minute (an hour, after a day); 0 if nobody knows."""
    now = datetime.now(UTC)
    for back, period in _LOOKS_BACK:
        found = deployment.client("cloudwatch").get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=_METRIC,
            Dimensions=[{"Name": "service", "Value": deployment.name}],
            StartTime=now - back,
            EndTime=now + timedelta(minutes=1),
            Period=period,
            Statistics=["SampleCount"],
        )
        if times := [point["Timestamp"] for point in found["Datapoints"]]:
            return _milliseconds(max(times))
    return 0


def alarms(deployment: "Deployment") -> list[Alarm]:
    """The alarms of this deployment and of no other whose name begins alike; those of the recoveries come first."""
    names = list(named(deployment.name))
    found = deployment.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    told = [_alarm(alarm) for alarm in found]
    return sorted(told, key=lambda alarm: names.index(alarm.name))


def queue(deployment: "Deployment") -> Queue:
    """What lies in the failure queue; both numbers are SQS's own estimates."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = deployment.client("sqs").get_queue_attributes(QueueUrl=deployment.queue_url, AttributeNames=names)
    return Queue(*(int(found["Attributes"][name]) for name in names))


def rule_is_on(deployment: "Deployment") -> bool | None:
    """False if the rule that hears of new owners is switched off; None if there is none."""
    try:
        found = deployment.client("events").describe_rule(Name=f"{deployment.name}-created")
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return None
        raise
    return str(found["State"]).startswith("ENABLED")


def _alarm(found: dict[str, Any]) -> Alarm:
    since = found.get("StateUpdatedTimestamp")
    why = str(found.get("StateReason", ""))
    return Alarm(found["AlarmName"], found["StateValue"], _milliseconds(since) if since else 0, why)


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
