"""Knows how CloudTrail spells SageMaker's calls: an EventBridge event in, who was created or deleted out.

Shapes: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html, with the
request members of CreateUserProfile, CreateSpace, DeleteUserProfile and DeleteSpace in lowerCamelCase.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studio_recovery.errors import BadInput
from studio_recovery.nouns import Kind

_SOURCE = "sagemaker.amazonaws.com"
_KINDS = {
    "CreateUserProfile": Kind.USER,
    "DeleteUserProfile": Kind.USER,
    "CreateSpace": Kind.SPACE,
    "DeleteSpace": Kind.SPACE,
}
_NAME_FIELDS = {Kind.USER: "userProfileName", Kind.SPACE: "spaceName"}


@dataclass(frozen=True, slots=True)
class StudioEvent:
    """A user profile or space of this name was created or deleted in this domain, at `at` (ms since 1970)."""

    id: str
    kind: Kind
    name: str
    domain_id: str
    at: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is none of ours, and why."""

    reason: str


def studio_event(event: Mapping[str, Any]) -> StudioEvent | Ignored:
    """What the event reports. Raises BadInput that names the field if it is one of ours and cannot be read."""
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        raise BadInput("detail is missing: this is no event of EventBridge")
    name = detail.get("eventName", "")
    if detail.get("eventSource") != _SOURCE or name not in _KINDS:
        return Ignored(f"{detail.get('eventSource')} {name} is not watched")
    if detail.get("errorCode"):
        return Ignored(f"{name} failed with {detail['errorCode']}")
    request = detail.get("requestParameters")
    if not isinstance(request, Mapping):
        raise BadInput(f"detail.requestParameters of {name} is missing")
    kind = _KINDS[name]
    return StudioEvent(
        id=_text(detail, "eventID", "detail"),
        kind=kind,
        name=_text(request, _NAME_FIELDS[kind], "detail.requestParameters"),
        domain_id=_text(request, "domainId", "detail.requestParameters"),
        at=_milliseconds(_text(detail, "eventTime", "detail")),
        deleted=name.startswith("Delete"),
    )


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{where}.{name} is missing")
    return value


def _milliseconds(time: str) -> int:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError as error:
        raise BadInput(f"detail.eventTime {time!r} is not a time") from error
    return int(moment.timestamp() * 1000)
