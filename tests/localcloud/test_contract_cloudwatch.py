"""What the local CloudWatch promises: metrics from logs, alarms on them, and what reaches a topic."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.promises import CLOUDWATCH, SNS, promise
from tests.localcloud.servers import Server, start, until

FORMAT = f"{CLOUDWATCH}/CloudWatch_Embedded_Metric_Format_Specification.html"
DESCRIBED = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"
NOTIFYING = f"{CLOUDWATCH}/Notify_Users_Alarm_Changes.html"
SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
PRINTS = """
import json, time
def handler(event, context):
    at = int(time.time() * 1000)
    for document in event["documents"]:
        if isinstance(document, dict) and "_aws" in document:
            document["_aws"].setdefault("Timestamp", at)
        print(document if isinstance(document, str) else json.dumps(document))
"""
ALLOWED = {"StringEquals": {"aws:SourceAccount": "111122223333"}}


def document(value: Any = 3, dimension: Any = "lab", **more: Any) -> dict[str, Any]:
    """A document of the format: the metric Rows of namespace Lab, by the dimension service."""
    directive = {"Namespace": "Lab", "Dimensions": [["service"]], "Metrics": [{"Name": "Rows", "Unit": "Count"}]}
    return {"_aws": {"CloudWatchMetrics": [directive]}, "service": dimension, "Rows": value} | more


@dataclass(frozen=True)
class Room:
    """A function that prints what it is given, and a way to hear a topic."""

    server: Server
    function: str

    def prints(self, *documents: Any) -> None:
        payload = json.dumps({"documents": documents})
        answer = self.server.client("lambda").invoke(FunctionName=self.function, Payload=payload)
        assert "FunctionError" not in answer

    def values(self, service: str) -> list[float]:
        """What was measured in the last minutes for this `service`: sums, oldest first."""
        now = time.time()
        found = self.server.client("cloudwatch").get_metric_statistics(
            Namespace="Lab",
            MetricName="Rows",
            Dimensions=[{"Name": "service", "Value": service}],
            StartTime=now - 600,
            EndTime=now + 60,
            Period=3600,
            Statistics=["Sum", "SampleCount"],
            Unit="Count",
        )["Datapoints"]
        return [point["Sum"] for point in found]

    def alarm(self, service: str, topic: str, **more: Any) -> str:
        """An alarm on more than no rows of this `service`; its name."""
        name = f"rows-of-{service}"
        known = {"Statistic": "Maximum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 0.0}
        known |= {"ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "ignore"}
        self.server.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="Lab",
            MetricName="Rows",
            Dimensions=[{"Name": "service", "Value": service}],
            AlarmActions=[topic],
            **(known | more),
        )
        return name

    def state(self, alarm: str) -> str:
        (found,) = self.server.client("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
        return str(found["StateValue"])

    def topic(self, name: str, **attributes: str) -> tuple[str, str]:
        """A topic, and the URL of a queue that hears it."""
        sns, sqs = self.server.client("sns"), self.server.client("sqs")
        arn = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
        url = sqs.create_queue(QueueName=f"hears-{name}")["QueueUrl"]
        queue = f"arn:aws:sqs:eu-west-1:111122223333:hears-{name}"
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
        return arn, url

    def hears(self, url: str) -> dict[str, Any]:
        """The next message that was published."""
        receive = self.server.client("sqs").receive_message
        (message,) = until(lambda: receive(QueueUrl=url).get("Messages"))
        envelope: dict[str, Any] = json.loads(message["Body"])
        return envelope

    def is_silent(self, url: str) -> bool:
        attributes = self.server.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return str(attributes["ApproximateNumberOfMessages"]) == "0"

    def known(self) -> list[Any]:
        """The dimensions of all metrics of namespace Lab."""
        found = self.server.client("cloudwatch").list_metrics(Namespace="Lab")["Metrics"]
        return [one["Dimensions"] for one in found]


def lets_cloudwatch_in(topic: str, **condition: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": f"arn:aws:sns:eu-west-1:111122223333:{topic}",
        "Condition": condition or ALLOWED,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def room(server: Server) -> Room:
    server.function("prints", PRINTS)
    return Room(server, "prints")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The same where IAM is enforced; the function's role may write its log."""
    server = start(tmp_path_factory.mktemp("strict"), "--iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    server.client("iam").create_role(
        RoleName="writes", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    server.function("prints", PRINTS, "arn:aws:iam::111122223333:role/writes")
    yield Room(server, "prints")
    server.process.communicate(timeout=10)


@promise(FORMAT)
def test_a_line_of_a_functions_log_makes_a_metric(room: Room) -> None:
    room.prints("words", document(3, "made"), document([4, 5], "made"))
    assert room.values("made") == [12.0]


@promise(FORMAT, catches="a metric under another dimension than the alarm's")
def test_a_metric_is_known_by_exactly_its_dimensions(room: Room) -> None:
    room.prints(document(3, "alone"))
    assert room.values("alone") == [3.0]
    assert room.values("together") == []


@promise(FORMAT, catches="a figure is written in a form that CloudWatch takes for mere text")
@pytest.mark.parametrize(
    "wrong",
    [
        document("three", "wrong"),
        document(3, 7) | {"service": 7},
        {"service": "wrong"} | {key: value for key, value in document(3, "wrong").items() if key == "_aws"},
        "INFO " + json.dumps(document(3, "wrong")),
        {"_aws": {"Timestamp": 1}, "service": "wrong", "Rows": 3},
    ],
    ids=["a text for a number", "a number for a dimension", "no target", "words before it", "no directive"],
)
def test_what_is_no_document_of_the_format_makes_no_metric(room: Room, wrong: Any) -> None:
    before = room.known()
    room.prints(wrong)
    assert room.known() == before


@promise(FORMAT, catches="the function's role may not write its log, so its alarms stay silent")
def test_what_may_not_be_logged_is_not_measured(strict: Room) -> None:
    strict.prints(document(3, "unlogged"))
    assert strict.values("unlogged") == []


@promise(NOTIFYING)
def test_a_metric_above_its_threshold_is_told_to_the_alarms_topic(room: Room) -> None:
    topic, url = room.topic("alarmed")
    alarm = room.alarm("alarmed", topic, AlarmDescription="Rows wait. Look at them.")
    room.prints(document(0, "alarmed"))
    assert room.state(alarm) == "OK"
    room.prints(document(2, "alarmed"))
    assert room.state(alarm) == "ALARM"
    said = room.hears(url)
    assert said["Subject"] == 'ALARM: "rows-of-alarmed" in eu-west-1'
    assert json.loads(said["Message"])["AlarmDescription"] == "Rows wait. Look at them."


@promise(f"{CLOUDWATCH}/cloudwatch_concepts.html", catches="the alarm names a dimension that no metric has")
def test_an_alarm_looks_at_the_metric_with_exactly_its_dimensions(room: Room) -> None:
    topic, url = room.topic("mine")
    alarm = room.alarm("mine", topic)
    room.prints(document(9, "another's"))
    assert room.state(alarm) == "INSUFFICIENT_DATA"
    assert room.is_silent(url)


@promise(f"{SNS_GUIDE}/sns-access-policy-use-cases.html", catches="the topic's policy lets no alarm in")
def test_a_topic_whose_policy_does_not_let_cloudwatch_in_hears_no_alarm(strict: Room) -> None:
    other = {"StringEquals": {"aws:SourceAccount": "999999999999"}}
    closed, unheard = strict.topic("closed", Policy=lets_cloudwatch_in("closed", **other))
    opened, heard = strict.topic("opened", Policy=lets_cloudwatch_in("opened"))
    for name, topic in (("closed", closed), ("opened", opened)):
        set_alarm(strict, strict.alarm(name, topic))
    assert strict.hears(heard)["Subject"] == 'ALARM: "rows-of-opened" in eu-west-1'
    assert strict.is_silent(unheard)


@promise(
    f"{SNS_GUIDE}/sns-key-management.html",
    catches="the topic is encrypted with aws/sns, and nobody ever hears of an alarm",
)
def test_a_topic_under_the_key_of_aws_hears_no_alarm(room: Room) -> None:
    topic, url = room.topic("encrypted", KmsMasterKeyId="alias/aws/sns")
    set_alarm(room, room.alarm("encrypted", topic))
    assert room.is_silent(url)


def set_alarm(room: Room, alarm: str) -> None:
    room.server.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test")


def query(url: str, fields: dict[str, str]) -> str:
    """CloudWatch's answer in the protocol that Terraform's provider speaks."""
    scope = "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/monitoring/aws4_request"
    headers = {"Authorization": f"{scope}, SignedHeaders=host, Signature=none"}
    request = urllib.request.Request(url, urllib.parse.urlencode(fields).encode(), headers)  # noqa: S310 (ours)
    with urllib.request.urlopen(request) as answer:  # noqa: S310 (ours)
        text: str = answer.read().decode()
        return text


@promise(DESCRIBED, catches="a plan that is never clean: the alarm's description is not what was asked for")
def test_an_alarm_is_described_as_it_was_made_in_every_protocol(room: Room) -> None:
    topic, _ = room.topic("described")
    name = room.alarm("described", topic, AlarmDescription="<Rows> & more", OKActions=[topic])
    (modern,) = room.server.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    answer = query(room.server.url, {"Action": "DescribeAlarms", "AlarmNames.member.1": name})
    for part in (
        "<AlarmDescription>&lt;Rows&gt; &amp; more</AlarmDescription>",
        f"<AlarmActions><member>{topic}</member></AlarmActions>",
        "<Dimensions><member><Name>service</Name><Value>described</Value></member></Dimensions>",
        "<TreatMissingData>ignore</TreatMissingData>",
        "<ActionsEnabled>true</ActionsEnabled>",
        "<Period>300</Period>",
    ):
        assert part in answer
    assert modern["AlarmDescription"] == "<Rows> & more"


@promise(DESCRIBED, catches="a plan that is never clean: the alarm is on an expression, and has no metric of its own")
def test_an_alarm_on_an_expression_is_described_as_it_was_made_in_every_protocol(room: Room) -> None:
    rows = {"Namespace": "Lab", "MetricName": "Rows", "Dimensions": [{"Name": "service", "Value": "sum"}]}
    stat = {"Metric": rows, "Period": 300, "Stat": "Sum"}
    queries = [
        {"Id": "all", "Expression": "SUM([one])", "Label": "Rows", "ReturnData": True},
        {"Id": "one", "MetricStat": stat, "ReturnData": False},
    ]
    known = {"EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold"}
    cloudwatch = room.server.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName="modern", Metrics=queries, **known)
    query(room.server.url, {"Action": "PutMetricAlarm", "AlarmName": "classic"} | spelled(queries) | spelled(known))
    described = cloudwatch.describe_alarms(AlarmNames=["modern", "classic"])["MetricAlarms"]
    assert [alarm["Metrics"] for alarm in described] == [queries, queries]
    assert [name for alarm in described for name in ("MetricName", "Period", "Dimensions") if name in alarm] == []
    answer = query(room.server.url, {"Action": "DescribeAlarms", "AlarmNames.member.1": "classic"})
    assert "<Metrics><member><Id>all</Id><Expression>SUM([one])</Expression>" in answer
    assert "<Period>300</Period><Stat>Sum</Stat></MetricStat>" in answer


def spelled(value: Any, name: str = "") -> dict[str, str]:
    """Fields of a request as the query protocol spells them."""
    match value:
        case dict():
            pairs = [(f"{name}.{key}" if name else key, inner) for key, inner in value.items()]
            return {word: text for key, inner in pairs for word, text in spelled(inner, key).items()}
        case list():
            members = enumerate(value, 1)
            start = name or "Metrics"
            return {word: text for n, inner in members for word, text in spelled(inner, f"{start}.member.{n}").items()}
        case bool():
            return {name: str(value).lower()}
    return {name: str(value)}


@promise(
    f"{SNS}/API_Publish.html", catches="a message about an owner with a long name is refused, and nobody hears of it"
)
@pytest.mark.parametrize("subject", ["s" * 100, "two\nlines"])
def test_a_subject_of_many_lines_or_characters_is_refused(room: Room, subject: str) -> None:
    topic, url = room.topic("strict")
    with pytest.raises(ClientError, match="Invalid parameter: Subject"):
        room.server.client("sns").publish(TopicArn=topic, Subject=subject, Message="words")
    assert room.is_silent(url)


@promise(f"{SNS_GUIDE}/sns-security-best-practices.html")
def test_a_call_counts_as_made_over_tls(strict: Room) -> None:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*", "Condition": plain}
    topic, url = strict.topic("over-tls", Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    strict.server.client("sns").publish(TopicArn=topic, Message="words")
    assert strict.hears(url)["Message"] == "words"
