"""The local cloud as a server, for the tests that need one."""

import io
import json
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

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
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, account: str = "111122223333") -> Any:
        """A boto3 client of an account, made once: making one takes longer than most calls."""
        if (service, account) not in self.clients:
            self.clients[service, account] = self._client(service, account)
        return self.clients[service, account]

    def _client(self, service: str, account: str) -> Any:
        session = boto3.Session(account, "test", region_name="eu-west-1")
        return session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]  # any service

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"{self.url}/_local/{path}", json.dumps(body).encode(), method=method)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.load(answer)

    def function(self, name: str, text: str = LAMBDA, role: str = ROLE) -> str:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("module.py", text)
        made = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="module.handler",
            Role=role,
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


def start(data: Path, *more: str) -> Server:
    command = [sys.executable, "-m", "localcloud", "--port", "0", "--data", str(data), "--time-scale", "0.01"]
    process = subprocess.Popen(
        [*command, "--stop-with-stdin", *more], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return Server(process, process.stdout.readline().split()[-1], data)


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and "Z" not in state
