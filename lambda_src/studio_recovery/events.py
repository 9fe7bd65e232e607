"""Knows how CloudTrail spells SageMaker's calls: an EventBridge event in, who was created or deleted out.

Shapes: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html, with the
request members of CreateUserProfile, CreateSpace, DeleteUserProfile and DeleteSpace in lowerCamelCase.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studio_recovery.errors import BadInput
from studio_recovery.names import is_domain_id, is_name, quoted
from studio_recovery.owners import Kind

_SOURCE = "sagemaker.amazonaws.com"
_KINDS = {
    "CreateUserProfile": Kind.USER,
    "DeleteUserProfile": Kind.USER,
    "CreateSpace": Kind.SPACE,
    "DeleteSpace": Kind.SPACE,
}
_NAME_FIELDS = {Kind.USER: "userProfileName", Kind.SPACE: "spaceName"}
_EVENT_ID = re.compile("[0-9A-Za-z-]{1,64}")
# UTC, as CloudTrail writes it; the centuries before Studio and long after it are no times of its events.
_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)", re.ASCII)


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
    detail = event.get("detail") if isinstance(event, Mapping) else None
    if not isinstance(detail, Mapping):
        raise BadInput("detail is missing: this is no event of EventBridge")
    name = detail.get("eventName", "")
    if not isinstance(name, str) or detail.get("eventSource") != _SOURCE or name not in _KINDS:
        return Ignored(f"{_word(detail.get('eventSource'))} {_word(name)} is not watched")
    if detail.get("errorCode"):
        return Ignored(f"{name} failed with {_word(detail['errorCode'])}")
    request = detail.get("requestParameters")
    if not isinstance(request, Mapping):
        raise BadInput(f"detail.requestParameters of {name} is missing")
    kind = _KINDS[name]
    return StudioEvent(
        id=_text(detail, "eventID", "detail", lambda text: bool(_EVENT_ID.fullmatch(text))),
        kind=kind,
        name=_text(request, _NAME_FIELDS[kind], "detail.requestParameters", is_name),
        domain_id=_text(request, "domainId", "detail.requestParameters", is_domain_id),
        at=_milliseconds(_text(detail, "eventTime", "detail", lambda text: bool(_TIME.fullmatch(text)))),
        deleted=name.startswith("Delete"),
    )


def _text(fields: Mapping[str, Any], name: str, where: str, is_good: Callable[[str], bool]) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{where}.{name} is missing")
    if not is_good(value):
        raise BadInput(f"{where}.{name} {quoted(value)} is none that AWS gives")
    return value


def _word(value: object) -> str:
    """A word of the event's as it is, and anything else quoted."""
    return value if isinstance(value, str) and re.fullmatch(r"[\w.-]{0,100}", value, re.ASCII) else quoted(value)


def _milliseconds(time: str) -> int:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError as error:
        raise BadInput(f"detail.eventTime {quoted(time)} is not a time") from error
    return int(moment.timestamp() * 1000)
