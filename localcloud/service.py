"""A JSON-protocol AWS service, served from botocore's own model of it.

A subclass has one method per operation, named as boto3 names it. It takes the checked request and returns the answer,
or raises `Refusal`. What the answer has beyond the model's output shape is pruned, so records can be returned.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.session import Session

from localcloud.clock import Clock
from localcloud.disk import Disk
from localcloud.faults import Fault, Faults
from localcloud.validation import complaints

Record = dict[str, Any]
# https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html
MOST_TAGS = 50


class Place(NamedTuple):
    """Where a call is made: an account and a Region. Services share nothing between two places."""

    account: str
    region: str


class Refusal(Exception):
    """AWS says no: its error code, its sentence, its HTTP status and further members of the error shape."""

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.members = code, message, status, members


@dataclass(frozen=True, slots=True)
class Call:
    """A finished call, as CloudTrail sees it."""

    operation: str
    request: Record
    answer: Record | None
    error: tuple[str, str] | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a service needs from outside itself."""

    clock: Clock
    disk: Disk
    faults: Faults
    clients: Callable[[Place, str], Any]
    """A boto3 client of another service (EFS, EC2) in a place."""
    put_event: Callable[[Place, Record], None]
    """Puts an event on the default bus of a place."""
    allowed: Callable[[str, str, str, Record], bool] = lambda *_: True
    """Whether a role that DataSync may assume may do an action to a resource, with these condition keys."""


@lru_cache(maxsize=8)
def service_model(name: str) -> ServiceModel:
    """botocore's model of a service (loading one takes a moment)."""
    return Session().get_service_model(name)


class JsonService:
    """One service in one place."""

    name: str
    model: str = ""
    """botocore's name for it, where that is not its own."""
    invalid: str = "ValidationException"
    """The error code for a request that breaks the model."""

    def __init__(self, place: Place, around: Surroundings) -> None:
        self.place, self.around = place, around
        self.clock, self.disk = around.clock, around.disk
        self.lock = threading.RLock()

    def client(self, service: str) -> Any:
        """A boto3 client of another service in the same place."""
        return self.around.clients(self.place, service)

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this service."""
        return f"arn:aws:{self.name}:{self.place.region}:{self.place.account}:{resource}"

    def finished(self, call: Call) -> None:
        """Called after every call; a service that reports to CloudTrail overrides it."""

    def handle(self, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer one HTTP request: status, headers, body."""
        operation, request_id = target.rpartition(".")[2], str(uuid.uuid4())
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": request_id}
        request: Record = {}
        answer: Record | None = None
        fault = self.around.faults.next(self.name, operation)
        try:
            request = json.loads(body or b"{}")
            self._misbehave(fault, "before")
            answer = self._call(operation, request)
            self.finished(Call(operation, request, answer, None, request_id))
            self._misbehave(fault, "after")
        except Refusal as refusal:
            if answer is None:
                self.finished(Call(operation, request, None, (refusal.code, refusal.message), request_id))
            error = {"__type": refusal.code, "message": refusal.message, **refusal.members}
            return refusal.status, headers | {"x-amzn-ErrorType": refusal.code}, json.dumps(error).encode()
        return 200, headers, json.dumps(answer).encode()

    def _misbehave(self, fault: Fault | None, when: str) -> None:
        if fault and fault.when == when:
            time.sleep(fault.delay)
            if fault.kills:
                self.around.faults.kill(fault.kills)
            if fault.error:
                raise Refusal(fault.error, fault.message, fault.status, **fault.members)

    def _call(self, operation: str, request: Record) -> Record:
        model = service_model(self.model or self.name)
        method = getattr(self, xform_name(operation), None)
        if operation not in model.operation_names or method is None:
            raise Refusal("UnknownOperationException", f"{self.name} has no {operation} here", 404)
        shapes = model.operation_model(operation)
        if wrong := complaints(request, shapes.input_shape):
            found = f"{len(wrong)} validation error{'s' * (len(wrong) > 1)} detected: "
            raise Refusal(self.invalid, found + "; ".join(wrong))
        with self.lock:
            try:
                answer = method(request) or {}
            except ClientError as failure:
                raise Refusal(self.invalid, str(failure)) from failure
            return prune(answer, shapes.output_shape) if shapes.output_shape else {}


def prune(value: Any, shape: Shape) -> Any:
    """What of a value the output shape knows; empty members are left out, as AWS leaves them out."""
    match shape:
        case StructureShape():
            known = {name: value[name] for name in shape.members if value.get(name) is not None}
            return {name: prune(item, shape.members[name]) for name, item in known.items()}
        case ListShape():
            return [prune(item, shape.member) for item in value]
        case MapShape():
            return {key: prune(item, shape.value) for key, item in value.items()}
    return value


class Tags:
    """The tags of a service's resources, by ARN; `invalid` is its error code for a request that cannot be met."""

    def __init__(self, invalid: str) -> None:
        self._invalid = invalid
        self._tags: dict[str, dict[str, str]] = {}

    def add(self, arn: str, tags: list[Record]) -> None:
        """Add or overwrite tags of a resource; raises Refusal beyond AWS's limits."""
        self.check(tags)
        both = self._tags.get(arn, {}) | {tag["Key"]: tag.get("Value", "") for tag in tags}
        if len(both) > MOST_TAGS:
            raise Refusal(self._invalid, f"A resource can have at most {MOST_TAGS} tags.")
        self._tags[arn] = both

    def check(self, tags: list[Record]) -> None:
        """Keys are unique, and those of AWS are its own; raises Refusal."""
        keys = [tag["Key"] for tag in tags]
        if len(keys) > len(set(keys)):
            raise Refusal(self._invalid, "Tag keys must be unique for each resource.")
        if any(key.lower().startswith("aws:") for key in keys):
            raise Refusal(self._invalid, "Tag keys must not begin with aws:.")

    def known(self) -> set[str]:
        """The ARNs of all resources with tags."""
        return set(self._tags)

    def take(self, arn: str, keys: list[str]) -> None:
        """Take tags away."""
        for key in keys:
            self._tags.get(arn, {}).pop(key, None)

    def list(self, arn: str) -> list[Record]:
        """The tags of a resource, in AWS's shape."""
        return [{"Key": key, "Value": value} for key, value in self._tags.get(arn, {}).items()]

    def forget(self, arn: str) -> None:
        """The resource is gone."""
        self._tags.pop(arn, None)
