"""The local cloud as a server: one process, one port, one folder; when it ends, nothing of it is left running."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from hypercorn.asyncio import serve
from hypercorn.config import Config as Hypercorn

from localcloud.answers import leave_in_one_piece
from localcloud.clock import ScaledClock
from localcloud.datasync import DataSync
from localcloud.deliveries import Deliveries
from localcloud.disk import Disk
from localcloud.enforcement import Enforcement
from localcloud.faults import Faults
from localcloud.metrics import watch
from localcloud.ministack import OWN_AGENT, Answer, MiniStack, MiniStackChanged, environment
from localcloud.repairs import repair
from localcloud.repairs_callbacks import repair_callbacks
from localcloud.repairs_network import repair_network
from localcloud.sagemaker import SageMaker
from localcloud.schedules import Schedules
from localcloud.service import JsonService, Place, Surroundings
from localcloud.service_quotas import ServiceQuotas

SERVICES: dict[str, type[JsonService]] = {
    "SageMaker": SageMaker,
    "FmrsService": DataSync,
    "ServiceQuotasV20190624": ServiceQuotas,
}


def run(port: int, data: Path, time_scale: float, stop_with_stdin: bool, iam: bool) -> None:
    """Serve until a signal (or the end of stdin) comes; then end this process."""
    (data / "tmp").mkdir(parents=True, exist_ok=True)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as failure:
        sys.exit(f"local cloud: port {port} cannot be used: {failure.strerror}")
    listener.listen(1024)
    port = listener.getsockname()[1]
    wanted = environment(port, data.resolve(), time_scale, iam)
    os.environ.clear()
    os.environ.update(wanted)
    tempfile.tempdir = None
    try:
        cloud = Server(port, data, time_scale, iam)
    except MiniStackChanged as changed:
        sys.exit(f"local cloud: {changed}")
    asyncio.run(cloud.serve(listener, stop_with_stdin))


class Server:
    """MiniStack with our services mounted and the admin routes in front."""

    def __init__(self, port: int, data: Path, time_scale: float, iam: bool) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.data = data
        self.faults = Faults(scale=time_scale)
        self.stack = MiniStack()
        leave_in_one_piece()
        disk = Disk(data)
        self.services: dict[str, Callable[[Place], Any]] = {}
        self.iam = Enforcement(self.stack, self._datasync, iam)
        clock, put_event = ScaledClock(time_scale), self.stack.put_event
        self.around = Surroundings(clock, disk, self.faults, self._client, put_event, self.iam.datasync_may)
        repair_network(self.stack, self.faults.behaviour)
        self.processes = repair(self.stack, disk, self.iam)
        repair_callbacks(self.stack)
        self.faults.kill = self.processes.kill
        Deliveries(self.stack, self.iam, self.around, time_scale).install()
        Schedules(self.stack, self.iam, self.around, time_scale).install()
        watch(self.stack, self.iam)
        self.stack.obey(self.faults, tuple(service.name for service in SERVICES.values()))
        for prefix, service in SERVICES.items():
            self._mount(prefix, service)

    async def serve(self, listener: socket.socket, stop_with_stdin: bool) -> None:
        """Answer until told to stop, then take everything along that was started."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        if stop_with_stdin:
            threading.Thread(target=self._wait_for_stdin, args=(loop, stop), daemon=True).start()
        config = Hypercorn()
        config.bind = [f"fd://{listener.fileno()}"]
        config.keep_alive_timeout, config.keep_alive_max_requests = 3600, 1_000_000
        config.graceful_timeout, config.shutdown_timeout = 0.5, 2
        config.loglevel = "ERROR"
        self._client(Place("111122223333", "eu-west-1"), "ec2")
        threading.Thread(target=self._announce, daemon=True).start()
        await serve(self._front, config, shutdown_trigger=stop.wait)
        self.processes.end()
        shutil.rmtree(self.data / "tmp", ignore_errors=True)
        os._exit(0)

    def _announce(self) -> None:
        """Say that we are ready once a request was answered."""
        urllib.request.urlopen(f"{self.url}/_local/calls", timeout=30).read()  # noqa: S310 - our own http address
        print(f"local cloud ready on {self.url}", flush=True)

    @staticmethod
    def _wait_for_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    def _datasync(self, place: Place) -> Any:
        return self.services["datasync"](place)

    def _mount(self, prefix: str, service: type[JsonService]) -> None:
        @cache
        def at(place: Place) -> JsonService:
            return service(place, self.around)

        async def handler(_method: str, _path: str, headers: Any, body: bytes, _query: Any) -> Answer:
            here = at(self.stack.place())
            return await asyncio.to_thread(here.handle, headers["x-amz-target"], body)

        self.services[service.name] = at
        self.stack.mount(service.name, prefix, handler)

    @cache  # noqa: B019 - one server lives as long as its process
    def _client(self, place: Place, service: str) -> Any:
        """Our services' own client of MiniStack's."""
        return boto3.Session().client(  # type: ignore[call-overload]  # any service
            service,
            endpoint_url=self.url,
            region_name=place.region,
            aws_access_key_id=place.account,
            aws_secret_access_key="test",  # noqa: S106 - nobody checks it
            config=Config(user_agent_extra=OWN_AGENT, max_pool_connections=50, retries={"max_attempts": 0}),
        )

    async def _front(self, scope: Any, receive: Any, send: Any) -> None:
        """Admin routes are ours, everything else is MiniStack's."""
        if scope["type"] != "http" or not scope["path"].startswith("/_local/"):
            await self.stack.app.app(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        try:
            status, answer = 200, self._admin(scope["method"], scope["path"], json.loads(body or b"{}"))
        except (TypeError, ValueError) as failure:
            status, answer = 400, {"error": str(failure)}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _admin(self, method: str, path: str, body: dict[str, Any]) -> Any:
        match method, path:
            case "GET", "/_local/calls":
                return self.faults.calls()
            case "GET", "/_local/iam":
                return self.iam.report()
            case "POST", "/_local/faults":
                self.faults.add(**body)
            case "DELETE", "/_local/faults":
                self.faults.clear()
            case "POST", "/_local/behaviour":
                self.faults.behaviour.set(body)
            case _:
                raise ValueError(f"there is no {method} {path}")
        return asdict(self.faults.behaviour)
