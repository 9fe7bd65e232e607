"""Knows whether anybody would notice: the schedule, the last seed, the failure queue, the topic and the alarms.

API: GetSchedule (Scheduler), GetMetricStatistics, DescribeAlarms (CloudWatch), GetQueueAttributes (SQS),
GetTopicAttributes (SNS).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.gauges import NAMESPACE
from studio_recovery_cli import words
from studio_recovery_cli.alarms import ALARMS as KNOWN
from studio_recovery_cli.alarms import named, wanted
from studio_recovery_cli.checks.finding import Finding, all_of, bad, ok, warning

SCHEDULE, SEED, QUEUE, TOPIC, ALARMS = "schedule", "last seed", "failure queue", "topic", "alarms"
# What each pass of the seed measures.
_METRIC = "WaitingRecoveries"
_UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
# Of a cron expression nobody here can say how often it comes.
_CRON_SECONDS = 7 * 86_400
# A pass may take 15 minutes, and CloudWatch some more.
_GRACE_SECONDS = 1800
_MOST_POINTS = 1400
# For how many days CloudWatch keeps periods of so many seconds.
_KEPT = ((15, 60), (63, 300), (100_000, 3600))
_APPLY = "terraform apply puts it right."
_SEED = "studio-recovery seed"


def schedule(scheduler: Any, name: str) -> Mapping[str, Any] | None:
    """The schedule of this name, in the group of the same name, or None."""
    try:
        found: dict[str, Any] = scheduler.get_schedule(Name=name, GroupName=name)
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return None
        raise
    return found


def judge_schedule(found: Mapping[str, Any] | None, function_arn: str) -> list[Finding]:
    """Whether the schedule calls the seed."""
    lost = "lost events are found by nobody"
    if found is None:
        return [bad(SCHEDULE, f"there is none: {lost}", _APPLY)]
    if found["State"] != "ENABLED":
        return [bad(SCHEDULE, f"{found['Name']} is disabled: {lost}", f"Enable it: {_APPLY}")]
    if found["Target"]["Arn"] != function_arn:
        return [bad(SCHEDULE, f"{found['Name']} does not call the seed: {lost}", _APPLY)]
    return [ok(SCHEDULE, f"calls the seed at {found['ScheduleExpression']}")]


def period(expression: str) -> int:
    """How many seconds lie between two passes of a schedule."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    return int(rate[1]) * _UNITS[rate[2]] if rate else _CRON_SECONDS


def last_seed(cloudwatch: Any, deployment: str, seconds: int, now: datetime) -> datetime | None:
    """When the last pass of the seed ended, of those in twice as many seconds before now."""
    span = 2 * seconds + _GRACE_SECONDS
    answer = cloudwatch.get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=_METRIC,
        Dimensions=[{"Name": "service", "Value": deployment}],
        StartTime=now - timedelta(seconds=span),
        EndTime=now + timedelta(seconds=60),
        Period=_step(span),
        Statistics=["Maximum"],
    )
    return max((point["Timestamp"] for point in answer["Datapoints"]), default=None)


def _step(span: int) -> int:
    """The length of CloudWatch's periods: so many seconds hold no more of them than it gives, and it keeps none shorter
    for so long: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html.
    """
    shortest = next(step for days, step in _KEPT if span <= days * _UNITS["day"])
    return shortest * -(-span // (shortest * _MOST_POINTS))


def judge_seed(at: datetime | None, seconds: int, now: datetime) -> list[Finding]:
    """Whether the last pass came in time; this many seconds should lie between two."""
    remedy = f"Run it: {_SEED}. If it fails, see studio-recovery failures and the log of the seed function."
    if at is None:
        return [bad(SEED, f"no pass has ended for {words.duration(2 * seconds + _GRACE_SECONDS)}", remedy)]
    passed = (now - at.astimezone(UTC)).total_seconds()
    said = f"ended {words.duration(passed)} ago"
    if passed > seconds + _GRACE_SECONDS:
        return [warning(SEED, f"{said}, and should come every {words.duration(seconds)}", remedy)]
    return [ok(SEED, said)]


def judge_queue(attributes: Mapping[str, str]) -> list[Finding]:
    """Whether anything lies in the failure queue."""
    lies = int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])
    if lies:
        things = "1 thing that" if lies == 1 else f"{lies} things that"
        return [bad(QUEUE, f"holds {things} failed for good", "See them, and what to do: studio-recovery failures")]
    return [ok(QUEUE, "is empty")]


def judge_topic(attributes: Mapping[str, str]) -> list[Finding]:
    """Whether anybody hears of recoveries that need a person."""
    confirmed, pending = (int(attributes.get(f"Subscriptions{word}", 0)) for word in ("Confirmed", "Pending"))
    if confirmed:
        return [ok(TOPIC, f"{confirmed} subscribed")]
    waits = f" ({pending} not confirmed yet)" if pending else ""
    topic = attributes["TopicArn"]
    remedy = f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint team@example.com"
    return [warning(TOPIC, f"nobody has subscribed{waits}: nobody is told of recoveries that need a person", remedy)]


def judge_alarms(
    alarms: Sequence[Mapping[str, Any]], deployment: str, topic: str, seconds_between_seeds: int
) -> list[Finding]:
    """Whether all alarms are there and would tell this topic, and what they tell now."""
    there = {alarm["AlarmName"]: alarm for alarm in alarms}
    must = wanted(seconds_between_seeds)
    found = []
    for name, word in named(deployment).items():
        if name in there:
            found.append(_alarm(there[name], topic, KNOWN[word].section))
        elif word in must:
            found.append(bad(ALARMS, f"{name} is gone", "terraform apply makes it again."))
    return all_of(ALARMS, found, f"all {len(found)} are on and quiet")


def _alarm(alarm: Mapping[str, Any], topic: str, section: str) -> Finding:
    name = alarm["AlarmName"]
    if not alarm.get("ActionsEnabled"):
        remedy = f"aws cloudwatch enable-alarm-actions --alarm-names {name}"
        return bad(ALARMS, f"{name} tells nobody: its actions are off", remedy)
    if topic not in alarm.get("AlarmActions", ()):
        return bad(ALARMS, f"{name} does not tell the topic {topic.rpartition(':')[2]}", _APPLY)
    if alarm["StateValue"] == "ALARM":
        remedy = f'What it means: docs/operating.md, "{section}". What needs a person: studio-recovery status'
        return warning(ALARMS, f"{name} is in ALARM", remedy)
    return ok(ALARMS, f"{name} is on and quiet")
