"""The local cloud as a server: how it is called, how it is told to fail, and that it leaves nothing behind."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.servers import ROOT, Server, alive, start, until


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


def test_answers_come_in_one_piece(server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"GET /_local/calls HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head, _, body = line.recv(1_000_000).partition(b"\r\n\r\n")
        assert (head[:12], b"{" in body) == (b"HTTP/1.1 200", True)


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


def test_another_ministack_ends_with_one_clear_line(tmp_path: Path) -> None:
    strange = "from localcloud import ministack, server; ministack.HOOKS['ministack.app'] = 'app gone'; "
    code = f"import pathlib; {strange} server.run(0, pathlib.Path({str(tmp_path)!r}), 1.0, False, False)"
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
