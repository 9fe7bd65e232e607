"""Step Functions' `aws-sdk` tasks for services that MiniStack's own integration does not know or does not do justice.

The request is written and the answer read with botocore's own serializers, so every protocol is served. Error names are
made as Step Functions makes them: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from botocore.awsrequest import HeadersDict
from botocore.model import StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from localcloud.service import Record, service_model

PREFIXES = {"datasync": "DataSync", "sagemaker": "SageMaker", "efs": "Efs"}
Send = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], tuple[int, dict[str, str], bytes]]


class TaskFailed(Exception):
    """The call was answered with an error; `error` is its name in the state machine."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(cause)
        self.error, self.cause = error, cause


def call(service: str, action: str, params: Record, send: Send) -> Any:
    """Call a service as an `aws-sdk:<service>:<action>` task does; raises TaskFailed."""
    model = service_model(service)
    operation = model.operation_model(action[:1].upper() + action[1:])
    request = create_serializer(model.protocol, include_validation=False).serialize_to_request(params, operation)
    path, _, query = request["url_path"].partition("?")
    headers = {name.lower(): value for name, value in request["headers"].items()}
    query = parse_qs(query) | {name: [str(value)] for name, value in (request["query_string"] or {}).items()}
    status, headers, body = send(request["method"], path, headers, _bytes(request["body"]), query)
    answer = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    found: Record = create_parser(model.protocol).parse(
        answer, operation.output_shape or StructureShape("Nothing", {"type": "structure"})
    )
    found.pop("ResponseMetadata", None)
    if status >= 300:
        modelled = {shape.metadata.get("error", {}).get("code", shape.name) for shape in operation.error_shapes}
        code = found["Error"]["Code"]
        word = code.removesuffix("Exception") if code in modelled else PREFIXES[service]
        raise TaskFailed(f"{PREFIXES[service]}.{word}Exception", found["Error"].get("Message", ""))
    return _json(found)


def _bytes(body: Any) -> bytes:
    if isinstance(body, dict):
        return json.dumps(body).encode() if body else b""
    return body.encode() if isinstance(body, str) else body or b""


def _json(value: Any) -> Any:
    """Times are texts in a state machine."""
    match value:
        case dict():
            return {key: _json(item) for key, item in value.items()}
        case list():
            return [_json(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
