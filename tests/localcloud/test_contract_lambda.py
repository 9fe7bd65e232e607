"""What the local Lambda promises of streams' batches and of asynchronous calls."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.localcloud.promises import LAMBDA, promise, unconfirmed
from tests.localcloud.servers import Server, until

STREAMS = f"{LAMBDA}/services-dynamodb-eventsourcemapping.html"
STREAM_ERRORS = f"{LAMBDA}/services-ddb-batchfailurereporting.html"
ASYNCHRONOUS = f"{LAMBDA}/invocation-async-error-handling.html"
# Notes every call in a file; a record called "bad" is not taken, "worse" raises, "slow" takes long.
NOTES = """
import json, time
def handler(event, context):
    records = event.get("Records")
    keys = [record["dynamodb"]["Keys"]["id"]["S"] for record in records or []]
    with open({path!r}, "a") as seen:
        seen.write(json.dumps(keys if records else event) + "\\n")
    if "slow" in keys:
        time.sleep(5)
    if "worse" in keys or event.get("raise"):
        raise ValueError("worse")
    failed = [record["dynamodb"]["SequenceNumber"] for record in records or []
              if record["dynamodb"]["Keys"]["id"]["S"] == "bad"]
    return {{"batchItemFailures": [{{"itemIdentifier": number}} for number in failed]}}
"""


@dataclass(frozen=True)
class Notebook:
    """A function that notes what it is called with, and a queue for what it never takes."""

    server: Server
    name: str
    arn: str
    path: Path
    queue: str

    @property
    def queue_arn(self) -> str:
        return f"arn:aws:sqs:eu-west-1:111122223333:{self.name}"

    def seen(self) -> list[Any]:
        """One entry for each call."""
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def message(self) -> Any:
        """The next message of the queue."""
        receive = self.server.client("sqs").receive_message
        return until(lambda: receive(QueueUrl=self.queue, MessageAttributeNames=["All"]).get("Messages"))[0]

    def reads(self, *keys: str, **mapping: Any) -> None:
        """Give it a new table's stream, with these rows already in it, in this order."""
        dynamodb = self.server.client("dynamodb")
        table = dynamodb.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]
        for key in keys:
            dynamodb.put_item(TableName=self.name, Item={"id": {"S": key}})
        known = {
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumRetryAttempts": 2,
            "DestinationConfig": {"OnFailure": {"Destination": self.queue_arn}},
        }
        self.server.client("lambda").create_event_source_mapping(
            EventSourceArn=table["LatestStreamArn"],
            FunctionName=self.name,
            StartingPosition="TRIM_HORIZON",
            **(known | mapping),
        )

    def called(self, **given: Any) -> None:
        """Call it asynchronously."""
        self.server.client("lambda").invoke(FunctionName=self.name, InvocationType="Event", Payload=json.dumps(given))


@pytest.fixture
def notebook(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Notebook:
    name = f"n-{abs(hash(request.node.name)):x}"[:40]
    path = tmp_path / "seen"
    arn = server.function(name, NOTES.format(path=str(path)))
    queue = server.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return Notebook(server, name, arn, path, queue)


@pytest.fixture
def another(server: Server, tmp_path: Path, notebook: Notebook) -> Notebook:
    path = tmp_path / "another"
    arn = server.function(f"{notebook.name}-2", NOTES.format(path=str(path)))
    queue = server.client("sqs").create_queue(QueueName=f"{notebook.name}-2")["QueueUrl"]
    return Notebook(server, f"{notebook.name}-2", arn, path, queue)


@promise(f"{LAMBDA}/invocation-eventfiltering.html", catches="the filter lets rows through that wait for nothing")
def test_a_filter_lets_only_its_records_through(notebook: Notebook) -> None:
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"id": {"S": ["wanted"]}}}}
    notebook.reads("other", "wanted", FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    assert until(notebook.seen) == [["wanted"]]


@promise(STREAMS, catches="a function that handles only the first record of a batch")
def test_a_batch_holds_at_most_as_many_records_as_it_may(notebook: Notebook) -> None:
    notebook.reads("a", "b", "c", BatchSize=2)
    assert until(lambda: notebook.seen()[1:] and notebook.seen()) == [["a", "b"], ["c"]]


@promise(STREAM_ERRORS, catches="one bad record makes good ones run again, or is taken for done")
def test_from_the_first_failed_record_on_all_are_tried_again(notebook: Notebook) -> None:
    notebook.reads("good", "bad", "after")
    told = json.loads(notebook.message()["Body"])
    assert notebook.seen() == [["good", "bad", "after"], ["bad", "after"], ["bad", "after"]]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"


@promise(STREAMS, catches="a poison record takes its neighbours along into the queue")
def test_a_batch_that_raises_is_halved_around_the_poison(notebook: Notebook) -> None:
    notebook.reads("a", "worse", "b", "c", BisectBatchOnFunctionError=True, MaximumRetryAttempts=4)
    told = json.loads(notebook.message()["Body"])
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    assert until(lambda: ["b", "c"] in notebook.seen())


@promise(STREAMS, catches="an old record is tried for a day and holds all others up")
def test_a_record_that_is_too_old_is_given_up(notebook: Notebook) -> None:
    notebook.reads("worse", MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=60)
    assert json.loads(notebook.message()["Body"])["requestContext"]["condition"] == "MaxRecordAgeExceeded"


@promise(STREAMS, catches="a recovery's trigger waits for a stranger's function")
def test_a_slow_function_holds_no_other_mapping_up(notebook: Notebook, another: Notebook) -> None:
    notebook.reads("slow")
    until(notebook.seen)
    another.reads("quick")
    assert until(another.seen) == [["quick"]]
    assert notebook.seen() == [["slow"]]


@promise(STREAMS, catches="what became PENDING while the mapping was disabled is never recovered")
def test_a_disabled_mapping_goes_on_where_it_was(notebook: Notebook, server: Server) -> None:
    notebook.reads("first", Enabled=False)
    functions = server.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=notebook.name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert until(notebook.seen) == [["first"]]


@promise(ASYNCHRONOUS, catches="an event that the handler failed on is gone without a word")
def test_an_asynchronous_call_is_tried_three_times_and_then_told(notebook: Notebook, server: Server) -> None:
    server.client("lambda").put_function_event_invoke_config(
        FunctionName=notebook.name, DestinationConfig={"OnFailure": {"Destination": notebook.queue_arn}}
    )
    notebook.called(**{"raise": 1})
    told = json.loads(notebook.message()["Body"])
    assert (told["requestContext"]["condition"], told["requestPayload"]) == ("RetriesExhausted", {"raise": 1})
    assert notebook.seen() == [{"raise": 1}] * 3


@promise(ASYNCHRONOUS, catches="a burst of events is lost to the concurrency limit")
@unconfirmed("the pauses between the tries")
def test_a_throttled_call_waits_and_is_no_failure(notebook: Notebook, server: Server) -> None:
    functions = server.client("lambda")
    functions.put_function_concurrency(FunctionName=notebook.name, ReservedConcurrentExecutions=0)
    notebook.called(patient=1)
    until(lambda: throttles(server, notebook.name) > 3)
    functions.put_function_concurrency(FunctionName=notebook.name, ReservedConcurrentExecutions=1)
    assert until(notebook.seen) == [{"patient": 1}]


@promise(ASYNCHRONOUS, catches="a seed whose time runs out in its middle is never carried on")
def test_a_function_that_dies_in_its_middle_is_called_again(notebook: Notebook, server: Server) -> None:
    slow = {"dynamodb": {"Keys": {"id": {"S": "slow"}}}}
    notebook.called(Records=[slow])
    until(notebook.seen)
    server.admin("POST", "faults", {"service": "efs", "operation": "Describe*", "kills": notebook.name})
    server.client("efs").describe_file_systems()
    assert until(lambda: notebook.seen()[1:]) == [["slow"]]


def throttles(server: Server, name: str) -> float:
    """How often CloudWatch counted a throttled call of a function."""
    now = datetime.now(UTC)
    found = server.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Throttles",
        Dimensions=[{"Name": "FunctionName", "Value": name}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in found["Datapoints"]))
