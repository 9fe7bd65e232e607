"""The local cloud as a server: one is started for all tests of this file, and it must leave nothing behind."""

import io
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[2]
ROLE = "arn:aws:iam::111122223333:role/any"
LAMBDA = """
import subprocess, sys
class AccountFull(Exception): pass
def handler(event, context):
    if "child" in event:
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid
    raise AccountFull("no place\\nleft")
"""


@dataclass
class Server:
    """A running local cloud."""

    process: subprocess.Popen[str]
    url: str
    data: Path

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "111122223333", "aws_secret_access_key": "test"}
        session = boto3.Session(region_name="eu-west-1", **keys)
        return session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]  # any service

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"{self.url}/_local/{path}", json.dumps(body).encode(), method=method)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.load(answer)

    def function(self, name: str) -> str:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("module.py", LAMBDA)
        made = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="module.handler",
            Role=ROLE,
            Code={"ZipFile": code.getvalue()},
            Timeout=30,
        )
        return str(made["FunctionArn"])

    def outcome(self, name: str, **state: Any) -> dict[str, Any]:
        """How an execution of one Task state ends."""
        machines = self.client("stepfunctions")
        states = {"Only": {"Type": "Task", "End": True, **state}}
        definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Only", "States": states})
        machine = machines.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
        execution = machines.start_execution(stateMachineArn=machine, input="{}")["executionArn"]

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = machines.describe_execution(executionArn=execution)
            return None if found["status"] == "RUNNING" else found

        outcome: dict[str, Any] = until(ended)
        return outcome


def until(look: Callable[[], Any]) -> Any:
    """What `look` finds, within ten seconds."""
    pause, end = threading.Event(), time.monotonic() + 10
    while time.monotonic() < end:
        if found := look():
            return found
        pause.wait(0.05)
    raise TimeoutError(look)


def start(data: Path) -> Server:
    command = [sys.executable, "-m", "localcloud", "--port", "0", "--data", str(data), "--time-scale", "0.01"]
    process = subprocess.Popen(
        [*command, "--stop-with-stdin"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return Server(process, process.stdout.readline().split()[-1], data)


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and "Z" not in state


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("cloud"))
    yield running
    running.process.communicate(timeout=10)
    assert running.process.returncode == 0


@pytest.fixture(scope="module")
def function(server: Server) -> str:
    return server.function("raises")


def test_a_file_system_is_a_folder_from_the_beginning(server: Server) -> None:
    made = server.client("efs").create_file_system(CreationToken="folder")
    assert (server.data / "efs" / made["FileSystemId"]).is_dir()


def test_cloudtrails_events_reach_the_rules_of_the_default_bus(server: Server) -> None:
    queue = server.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:111122223333:{queue.rpartition('/')[2]}"
    pattern = {"source": ["aws.sagemaker"], "detail": {"errorCode": [{"exists": True}]}}
    events = server.client("events")
    events.put_rule(Name="refused", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="refused", Targets=[{"Id": "queue", "Arn": arn}])
    with pytest.raises(ClientError):
        server.client("sagemaker").delete_domain(DomainId="d-nowhere")
    message = until(lambda: server.client("sqs").receive_message(QueueUrl=queue).get("Messages"))[0]
    detail = json.loads(message["Body"])["detail"]
    assert (detail["eventName"], detail["errorCode"]) == ("DeleteDomain", "ResourceNotFound")


def test_every_call_is_counted_by_boto3s_names(server: Server) -> None:
    server.client("efs").describe_file_systems()
    server.client("datasync").list_tasks()
    server.client("stepfunctions").list_state_machines()
    counts = server.admin("GET", "calls")
    assert min(counts[name] for name in ("efs:DescribeFileSystems", "datasync:ListTasks")) >= 1
    assert counts["stepfunctions:ListStateMachines"] >= 1


@pytest.mark.parametrize(
    ("service", "operation", "call"),
    [
        ("efs", "DescribeAccessPoints", "describe_access_points"),
        ("ec2", "DescribeVpcs", "describe_vpcs"),
        ("dynamodb", "ListTables", "list_tables"),
        ("datasync", "ListTasks", "list_tasks"),
    ],
)
def test_any_call_can_be_made_to_fail(server: Server, service: str, operation: str, call: str) -> None:
    fault = {"service": service, "operation": operation, "error": "OnRequest", "status": 400}
    server.admin("POST", "faults", fault)
    with pytest.raises(ClientError, match="OnRequest"):
        getattr(server.client(service), call)()
    getattr(server.client(service), call)()


def test_an_unknown_behaviour_is_refused(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        server.admin("POST", "behaviour", {"be_nice": True})


def test_a_client_token_makes_one_access_point(server: Server) -> None:
    efs = server.client("efs")
    fs_id = efs.create_file_system(CreationToken="token")["FileSystemId"]
    first = efs.create_access_point(ClientToken="once", FileSystemId=fs_id)
    with pytest.raises(efs.exceptions.AccessPointAlreadyExists) as again:
        efs.create_access_point(ClientToken="once", FileSystemId=fs_id)
    assert again.value.response["AccessPointId"] == first["AccessPointId"]


def test_an_exceptions_class_is_the_error_of_the_state(server: Server, function: str) -> None:
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function, "Payload": {}}}
    ended = server.outcome("raises", **task)
    assert (ended["error"], json.loads(ended["cause"])["errorMessage"]) == ("AccountFull", "no place\nleft")


def test_a_retry_waits_no_longer_than_its_cap(server: Server, function: str) -> None:
    retry = {"ErrorEquals": ["AccountFull"], "IntervalSeconds": 1, "BackoffRate": 9999, "MaxDelaySeconds": 2}
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function, "Payload": {}}}
    assert server.outcome("capped", **task, Retry=[{**retry, "MaxAttempts": 2}])["error"] == "AccountFull"


@pytest.mark.parametrize(
    ("action", "arguments", "error"),
    [
        ("datasync:describeTask", {"TaskArn": "nonsense"}, "DataSync.InvalidRequestException"),
        ("efs:describeFileSystems", {"FileSystemId": "fs-0"}, "Efs.FileSystemNotFoundException"),
        ("sagemaker:describeDomain", {"DomainId": "d-0"}, "SageMaker.ResourceNotFoundException"),
        ("sagemaker:listDomains", {"MaxResults": 1000}, "SageMaker.SageMakerException"),
    ],
)
def test_errors_of_sdk_tasks_are_named_as_on_aws(
    server: Server, action: str, arguments: dict[str, Any], error: str
) -> None:
    name = action.replace(":", "-")
    assert server.outcome(name, Resource=f"arn:aws:states:::aws-sdk:{action}", Arguments=arguments)["error"] == error


def test_a_running_execution_is_not_started_twice(server: Server) -> None:
    machines = server.client("stepfunctions")
    states = {"Wait": {"Type": "Wait", "Seconds": 200, "End": True}}
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Wait", "States": states})
    machine = machines.create_state_machine(name="waits", definition=definition, roleArn=ROLE)["stateMachineArn"]
    once = {"stateMachineArn": machine, "name": "once"}
    first = machines.start_execution(**once, input="{}")
    assert machines.start_execution(**once, input="{}")["executionArn"] == first["executionArn"]
    with pytest.raises(machines.exceptions.ExecutionAlreadyExists):
        machines.start_execution(**once, input='{"other": 1}')


def test_another_ministack_ends_with_one_clear_line(tmp_path: Path) -> None:
    strange = "from localcloud import ministack, server; ministack.HOOKS['ministack.app'] = 'app gone'; "
    code = f"import pathlib; {strange} server.run(0, pathlib.Path({str(tmp_path)!r}), 1.0, False)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "local cloud: ministack 1.5.33: ministack.app has no gone\n")


def test_a_port_in_use_ends_with_one_clear_line(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "localcloud", "--port", server.url.rpartition(":")[2], "--data", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n"), "cannot be used" in ended.stderr) == (1, 1, True)


@pytest.mark.parametrize(
    "end",
    [
        lambda process: process.send_signal(signal.SIGINT),
        lambda process: process.send_signal(signal.SIGTERM),
        lambda process: process.stdin.close(),
    ],
    ids=["SIGINT", "SIGTERM", "stdin"],
)
def test_when_it_ends_its_lambdas_and_their_children_end_too(tmp_path: Path, end: Callable[[Any], None]) -> None:
    server = start(tmp_path)
    server.function("child")
    child = int(server.client("lambda").invoke(FunctionName="child", Payload='{"child": 1}')["Payload"].read())
    end(server.process)
    with server.process:
        assert server.process.wait(timeout=5) == 0
    assert not alive(child)
    assert [path.name for path in tmp_path.iterdir()] == ["efs"]
