"""From a log line to a person: metrics embedded in logs, alarms on them, and the topics that alarms publish to.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""
# ruff: noqa: SLF001 - it knows MiniStack's private names, as repairs.py does

import json
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from localcloud.enforcement import Enforcement
from localcloud.ministack import MiniStack
from localcloud.permissions import Question
from localcloud.service import Record

CLOUDWATCH = "cloudwatch.amazonaws.com"
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
AWS_MANAGED_KEY = "alias/aws/sns"


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of one metric in one log event; `at` is in seconds since 1970."""

    namespace: str
    name: str
    unit: str
    dimensions: dict[str, str]
    values: list[float]
    at: float


def watch(stack: MiniStack, iam: Enforcement) -> None:
    """Put AWS's ways in the place of MiniStack's."""
    embedded_metrics(stack)
    dimensions_of_alarms(stack)
    expressions_of_alarms(stack)
    topics_of_alarms(stack, iam)
    whole_descriptions(stack)
    subjects(stack)


def embedded_metrics(stack: MiniStack) -> None:
    """A log event in the embedded metric format makes metrics, whoever wrote it; alarms look at them at once."""
    logs, cloudwatch = stack.cloudwatch_logs, stack.cloudwatch
    append = logs._append_log_events

    def appended(stream: Any, events: Any) -> None:
        append(stream, events)
        found = [one for event in events for one in measured(event["message"])]
        for one in found:
            values = [one.namespace, one.name, one.dimensions, one.at, one.unit, None, one.values, None, None]
            cloudwatch._store_datum(*values)
        if found:
            cloudwatch._evaluate_all_alarms()

    logs._append_log_events = appended


def measured(message: str) -> list[Measured]:
    """The metrics in a log event's message: none if it is no document of the format, or a target is missing in it."""
    try:
        document = json.loads(message)
        metadata = document["_aws"]
        at = float(metadata["Timestamp"]) / 1000
        return [one for directive in metadata["CloudWatchMetrics"] for one in _directive(document, directive, at)]
    except (ValueError, TypeError, KeyError):
        return []


def _directive(document: Record, directive: Record, at: float) -> Iterator[Measured]:
    if len(directive["Metrics"]) > 100:
        raise ValueError("a directive has 100 metrics at most")
    for names in directive["Dimensions"]:
        dimensions = {name: document[name] for name in names}
        if len(dimensions) > 30 or not all(isinstance(value, str) and value for value in dimensions.values()):
            raise ValueError("a set has 30 dimensions at most, and their values are strings")
        for metric in directive["Metrics"]:
            told = document[metric["Name"]]
            values = [float(value) for value in (told if isinstance(told, list) else [told])]
            unit = metric.get("Unit", "None")
            yield Measured(directive["Namespace"], metric["Name"], unit, dimensions, values, at)


def dimensions_of_alarms(stack: MiniStack) -> None:
    """An alarm looks at the metric with exactly its dimensions, and at no namesake's."""
    cloudwatch = stack.cloudwatch
    evaluate, scoped = cloudwatch._evaluate_alarm, type(cloudwatch._metrics)
    looked_at: ContextVar[str | None] = ContextVar("the dimensions of the alarm that is evaluated", default=None)

    class Metrics(scoped):  # type: ignore[misc, valid-type]  # MiniStack has no types
        """All metrics, or those that the alarm means that is being evaluated."""

        def items(self) -> Any:
            """Keys are namespace, name and dimensions."""
            wanted = looked_at.get()
            return [(key, points) for key, points in super().items() if wanted is None or key[2] == wanted]

    def evaluated(alarm: Any) -> None:
        asked = {one["Name"]: one["Value"] for one in alarm.get("Dimensions") or []}
        token = looked_at.set(cloudwatch._dims_key(asked))
        try:
            evaluate(alarm)
        finally:
            looked_at.reset(token)

    cloudwatch._metrics, cloudwatch._evaluate_alarm = Metrics(), evaluated


def expressions_of_alarms(stack: MiniStack) -> None:
    """An alarm on an expression keeps its metrics, and has none of its own. Nobody evaluates it here."""
    cloudwatch = stack.cloudwatch
    put = cloudwatch._put_metric_alarm

    def told(params: Any, given: Any, is_cbor: bool, is_json: bool = False) -> Any:
        answer = put(params, given, is_cbor, is_json)
        modern = is_cbor or is_json
        metrics = given.get("Metrics") if modern else _queries(cloudwatch._p, params)
        if answer[0] < 300 and metrics:
            alarm = cloudwatch._alarms[given["AlarmName"] if modern else cloudwatch._p(params, "AlarmName")]
            alarm["Metrics"] = metrics
            for name in ("MetricName", "Namespace", "Statistic", "Period", "Dimensions"):
                alarm.pop(name, None)
        return answer

    cloudwatch._put_metric_alarm = told


def _queries(value_of: Any, params: Any) -> list[Record]:
    """The member Metrics of PutMetricAlarm as the query protocol spells it."""
    found = []
    for number in range(1, 101):
        start = f"Metrics.member.{number}"
        if not value_of(params, f"{start}.Id"):
            break
        names = ("Id", "Expression", "Label")
        query: Record = {name: value for name in names if (value := value_of(params, f"{start}.{name}"))}
        if returns := value_of(params, f"{start}.ReturnData"):
            query["ReturnData"] = returns == "true"
        stat = f"{start}.MetricStat"
        if value_of(params, f"{stat}.Stat"):
            metric = {name: value_of(params, f"{stat}.Metric.{name}") for name in ("Namespace", "MetricName")}
            dimensions = _dimensions(value_of, params, f"{stat}.Metric.Dimensions")
            period = int(value_of(params, f"{stat}.Period"))
            query["MetricStat"] = {
                "Metric": metric | {"Dimensions": dimensions},
                "Period": period,
                "Stat": value_of(params, f"{stat}.Stat"),
            }
        found.append(query)
    return found


def _dimensions(value_of: Any, params: Any, start: str) -> list[dict[str, str]]:
    names = (f"{start}.member.{number}" for number in range(1, 31))
    pairs = ({part: value_of(params, f"{name}.{part}") for part in ("Name", "Value")} for name in names)
    return [pair for pair in pairs if pair["Name"]]


def topics_of_alarms(stack: MiniStack, iam: Enforcement) -> None:
    """An alarm reaches a topic whose policy lets CloudWatch in, and that has no key of AWS's own.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, and in more words
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    cloudwatch, topics = stack.cloudwatch, stack.sns._topics
    dispatch = cloudwatch._dispatch_alarm_actions

    def dispatched(alarm: Any, old_state: str, new_state: str, reason: str) -> None:
        actions = alarm.get(ACTIONS.get(new_state, ""), [])
        reached = [arn for arn in actions if arn not in topics or reaches(alarm, topics[arn])]
        dispatch(alarm | {ACTIONS[new_state]: reached}, old_state, new_state, reason)

    def reaches(alarm: Any, topic: Any) -> bool:
        source = {"aws:SourceArn": alarm["AlarmArn"], "aws:SourceAccount": stack.place().account}
        question = Question("sns:Publish", topic["arn"], source)
        has_managed_key = topic["attributes"].get("KmsMasterKeyId", "").endswith(AWS_MANAGED_KEY)
        return not has_managed_key and iam.lets_in(CLOUDWATCH, topic["attributes"].get("Policy"), question)

    cloudwatch._dispatch_alarm_actions = dispatched


def whole_descriptions(stack: MiniStack) -> None:
    """DescribeAlarms answers in XML with all that an alarm is; else every plan sets all of it again."""
    cloudwatch = stack.cloudwatch
    describe = cloudwatch._describe_alarms

    def described(params: Any, given: Any, is_cbor: bool, is_json: bool = False) -> Any:
        answer = describe(params, given, is_cbor, is_json)
        if is_cbor or is_json or answer[0] >= 300:
            return answer
        names = _listed(cloudwatch._p, params, "AlarmNames")
        asked = {"AlarmNames": names, "AlarmTypes": _listed(cloudwatch._p, params, "AlarmTypes")}
        single = ("AlarmNamePrefix", "StateValue", "MaxRecords", "NextToken")
        asked |= {name: value for name in single if (value := cloudwatch._p(params, name))}
        found = json.loads(describe(params, asked, False, is_json=True)[2])
        return cloudwatch._xml(200, "DescribeAlarmsResponse", _xml("DescribeAlarmsResult", found, cloudwatch._ts_iso))

    cloudwatch._describe_alarms = described


def _listed(value_of: Any, params: Any, name: str) -> list[str]:
    values = (value_of(params, f"{name}.member.{number}") for number in range(1, 101))
    return [value for value in values if value]


def _xml(name: str, value: Any, time: Any) -> str:
    """A member of an answer as the query protocol spells it; what is not set is left out."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, inner, time) for key, inner in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_xml('member', inner, time) for inner in value)}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    if name.endswith("Timestamp") and not isinstance(value, str):
        value = time(value)
    return f"<{name}>{escape(str(value))}</{name}>"


def subjects(stack: MiniStack) -> None:
    """A subject is a single line of less than 100 characters.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    sns = stack.sns
    publish = sns._publish

    def published(params: Any) -> Any:
        subject = sns._p(params, "Subject")
        if len(subject) >= 100 or not subject.isprintable():
            return sns._error("InvalidParameter", "Invalid parameter: Subject", 400)
        return publish(params)

    sns._publish = published
