"""The local cloud inside a test process: our SageMaker and DataSync, moto for the rest, and a virtual clock."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import boto3
import botocore.handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from localcloud import guards
from localcloud.clock import VirtualClock
from localcloud.datasync import DataSync
from localcloud.disk import Disk
from localcloud.faults import Faults
from localcloud.moto_tables import spare_whole_tables
from localcloud.sagemaker import SageMaker
from localcloud.service import JsonService, Place, Record, Refusal, Surroundings
from localcloud.waits import virtual_waits

REGION = "eu-west-1"
# Nobody here starts machines, and reading the images takes longer than most tests.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
spare_whole_tables()
SERVICES: dict[str, type[JsonService]] = {"SageMaker": SageMaker, "FmrsService": DataSync}


class Clients(dict[str, Any]):
    """One boto3 client for each service, made when first asked for and kept by the process: making one is slow."""

    def __init__(self, tries: int = 5) -> None:
        self._session = boto3.Session(region_name=REGION)
        self._config = Config(retries={"total_max_attempts": tries})

    def __missing__(self, service: str) -> Any:
        self[service] = self._session.client(service, config=self._config)  # type: ignore[call-overload]  # any service
        return self[service]


class InProcessCloud:
    """Use it as a context manager; every boto3 client made inside, by anybody, talks to it. One at a time.

    `latency` is how many virtual seconds every call takes.
    """

    account: str = "123456789012"  # moto's
    region: str = REGION
    current: "InProcessCloud | None" = None

    def __init__(self, data: Path) -> None:
        self.clock = VirtualClock()
        self.latency = 0.0
        self.disk = Disk(data)
        self.faults = Faults(self.clock.now)
        self.behaviour = self.faults.behaviour
        self.events: list[Record] = []
        around = Surroundings(self.clock, self.disk, self.faults, lambda _, service: _OWN[service], self._keep_event)
        place = Place(self.account, self.region)
        self._services = {prefix: service(place, around) for prefix, service in SERVICES.items()}
        self._moto = mock_aws(config={"core": {"passthrough": {"services": ["sagemaker", "datasync"]}}})
        self._waits = virtual_waits(self.clock)

    def __enter__(self) -> Self:
        self._moto.start()
        self._waits.__enter__()
        InProcessCloud.current = self
        return self

    def __exit__(self, *_: object) -> None:
        InProcessCloud.current = None
        self._waits.__exit__(None, None, None)
        self._moto.stop()

    def client(self, service: str, repeats: bool = True) -> Any:
        """A boto3 client of this cloud; without `repeats` it makes each call once, whatever comes back."""
        return _CLIENTS[service] if repeats else _SINGLE_CALLS[service]

    def _keep_event(self, _: Place, event: Record) -> None:
        self.events.append(event)

    def answer(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """Serve a request to one of our services; None for all others."""
        target = request.headers.get("X-Amz-Target", b"")
        target = target.decode() if isinstance(target, bytes) else target
        service = self._services.get(target.partition(".")[0])
        if service is None:
            return None
        self.clock.sleep(self.latency)
        body: Any = request.body
        status, headers, answer = service.handle(target, body.encode() if isinstance(body, str) else body)
        return AWSResponse("", status, HTTPHeaders.from_dict(headers), _Raw(answer))


class _Raw(io.BytesIO):
    """What botocore wants of a connection: a body that can be streamed."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(65536):
            yield chunk


def _answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    return InProcessCloud.current.answer(request) if InProcessCloud.current else None


def _fail_before(model: Any, context: dict[str, Any], **_: Any) -> Any:
    """Count the calls of moto's services, and let them fail before they are carried out."""
    service, cloud = model.service_model.service_name, InProcessCloud.current
    if cloud is None or service in ("sagemaker", "datasync"):
        return None
    cloud.clock.sleep(cloud.latency)
    fault = cloud.faults.next(service, model.name)
    if fault and fault.kills and fault.when == "before":
        cloud.faults.kill(fault.kills)
    if fault is None or not (fault.error or fault.kills) or fault.when == "after":
        context["localcloud"] = fault if fault and (fault.error or fault.kills) else None
        return _refusal(model.name, context["params"], cloud)
    return _answered(fault.status, str(fault.error), fault.message, **fault.members)


def _remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Keep what the caller asked for: later events only show it as a request."""
    context["params"] = params


def _refusal(operation: str, params: dict[str, Any], cloud: InProcessCloud) -> Any:
    """What AWS refuses and moto does not."""
    ec2, efs = _OWN["ec2"], _OWN["efs"]
    try:
        match operation:
            case "DeleteSecurityGroup":
                enis = ec2.describe_network_interfaces()["NetworkInterfaces"]
                guards.group_in_use(params["GroupId"], enis, ec2.describe_security_groups()["SecurityGroups"])
            case "DeleteSubnet":
                guards.subnet_in_use(params["SubnetId"], ec2.describe_network_interfaces()["NetworkInterfaces"])
            case "CreateAccessPoint":
                existing = efs.describe_access_points(FileSystemId=params["FileSystemId"])["AccessPoints"]
                guards.access_point(params, existing, cloud.behaviour.access_point_quota)
            case "DeleteAccessPoint":
                efs.describe_access_points(AccessPointId=params["AccessPointId"])
    except Refusal as refusal:
        return _answered(refusal.status, refusal.code, refusal.message, **refusal.members)
    except ClientError as missing:
        error, answer = missing.response["Error"], missing.response["ResponseMetadata"]
        return _answered(answer["HTTPStatusCode"], error["Code"], error["Message"])
    return None


def _fail_after(http_response: AWSResponse, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Lose the answer of a call that was carried out."""
    if fault := context.pop("localcloud", None):
        if fault.kills and InProcessCloud.current:
            InProcessCloud.current.faults.kill(fault.kills)
        http_response.status_code = fault.status
        parsed.clear()
        parsed.update(_answered(fault.status, str(fault.error), fault.message, **fault.members)[1])


def _answered(status: int, code: str, message: str, **members: Any) -> tuple[AWSResponse, dict[str, Any]]:
    metadata = {"HTTPStatusCode": status, "RetryAttempts": 0}
    parsed = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata} | members
    return AWSResponse("", status, HTTPHeaders(), _Raw(b"")), parsed


# A session copies the handlers that stand when it is made: the fakes' own calls are neither counted nor failed.
_OWN = Clients()
botocore.handlers.BUILTIN_HANDLERS.extend(
    [
        ("before-parameter-build", _remember),
        ("before-send", _answer),
        ("before-call", _fail_before),
        ("after-call", _fail_after),
    ]
)
boto3.DEFAULT_SESSION = None
_CLIENTS, _SINGLE_CALLS = Clients(), Clients(tries=1)
