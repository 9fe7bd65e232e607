"""Starts and ends a local cloud as a child process, and talks to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from localcloud.disk import Disk

ROOT = Path(__file__).resolve().parent.parent
REGION = "eu-west-1"
ACCOUNT = "111122223333"
ACCESS = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test"}
"""The access key is the account."""
READY = "local cloud ready on "
SECONDS_TO_START = 60
SECONDS_TO_END = 15


class CloudError(Exception):
    """The local cloud did not start; the message holds what it said."""


class Cloud:
    """A running local cloud, as an account sees it: where it is, its disk, and clients that count their calls."""

    def __init__(self, process: subprocess.Popen[bytes], endpoint: str, data: Path, account: str = ACCOUNT) -> None:
        self.process = process
        self.account = account
        self.endpoint = endpoint
        self.data = data
        self.disk = Disk(data)
        self._own_calls: Counter[str] = Counter()
        self._session = boto3.Session(account, ACCESS["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
        self._clients: dict[str, Any] = {}

    def seen_by(self, account: str) -> "Cloud":
        """The same cloud as another account sees it."""
        return Cloud(self.process, self.endpoint, self.data, account)

    def client(self, service: str) -> Any:
        """The boto3 client of a service; one for all who ask."""
        if service not in self._clients:
            config = Config(retries={"mode": "standard", "max_attempts": 3}, inject_host_prefix=False)
            made = self._session.client(service, endpoint_url=self.endpoint, config=config)  # type: ignore[call-overload] # the name is not a literal
            made.meta.events.register("before-call.*.*", self._count)
            self._clients[service] = made
        return self._clients[service]

    def calls(self) -> Counter[str]:
        """How often each `service:Operation` was called since the start by others than these clients."""
        return Counter(self.ask("GET", "calls")) - self._own_calls

    def behave(self, **behaviour: bool | int) -> None:
        """Tell the cloud to misbehave, or to behave again."""
        self.ask("POST", "behaviour", behaviour)

    def denied(self) -> list[str]:
        """What IAM refused since the start, one sentence each; always nothing in a cloud without IAM."""
        decisions = self.ask("GET", "iam")["decisions"]
        refused = [decision for decision in decisions if not decision["allowed"]]
        return [f"{one['principal']} may not {one['action']} on {one['resource']}" for one in refused]

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of the local cloud's own small interface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_local/{path}", data, method=method)  # noqa: S310 (ours)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (ours)
            return json.loads(answer.read() or b"null")

    def _count(self, model: Any, **_: Any) -> None:
        self._own_calls[f"{model.service_model.service_name}:{model.name}"] += 1


def environment(endpoint: str) -> dict[str, str]:
    """The environment of a program that is to see the local cloud, and nothing of the caller's own AWS."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": endpoint,
        **ACCESS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "5",
    }


def forget_the_callers_aws() -> None:
    """Take the caller's AWS settings out of this process, so that no client here can ever reach them."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)


@contextmanager
def running(time_scale: float, port: int = 0, iam: bool = False) -> Iterator[Cloud]:
    """A local cloud that ends, with all it started and kept, when the block does, or when this process dies."""
    with tempfile.TemporaryDirectory(prefix="studio-recovery-", ignore_cleanup_errors=True) as data:
        cloud = start(Path(data), time_scale, port, iam=iam)
        try:
            yield cloud
        finally:
            end(cloud.process)


def start(data: Path, time_scale: float, port: int = 0, dies_with_us: bool = True, iam: bool = False) -> Cloud:
    """Start a local cloud and wait until it answers; `port` 0 is any free one. Raises CloudError."""
    command = [sys.executable, "-m", "localcloud", "--port", str(port), "--data", str(data)]
    command += ["--time-scale", str(time_scale), *(["--stop-with-stdin"] if dies_with_us else [])]
    command += ["--iam"] if iam else []
    log = data / "cloud.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE if dies_with_us else subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return Cloud(process, _endpoint(process, log), data)
    except BaseException:
        end(process)
        raise


def free_port(wished: int) -> int:
    """The wished port if nobody listens on it, otherwise 0: any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return 0
    return wished


def _endpoint(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address in the line that a local cloud prints when it answers."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        for line in log.read_text().splitlines(keepends=True):
            if line.startswith(READY) and line.endswith("\n"):
                return line.removeprefix(READY).strip()
        time.sleep(0.05)
    raise CloudError(f"The local cloud did not start within {SECONDS_TO_START} s:\n{log.read_text()[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a local cloud and wait until it is gone: politely, then for certain, with all that it started."""
    if process.stdin is not None:
        process.stdin.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
