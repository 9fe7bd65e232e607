"""Knows what lies in the failure queue: each kind of message in words, with what makes good what failed.

Shapes: a rule's dead letter (docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html), a schedule's
(docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html), what Lambda tells of an asynchronous
call and of a stream's batch (docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html and
.../dg/services-dynamodb-errors.html; of the batch only its numbers).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from studio_recovery.errors import BadInput
from studio_recovery.events import StudioEvent, studio_event

_LONGEST_RAW = 300
_LONGEST_ERROR = 400
_LONGEST_ID = 40


class Kind(StrEnum):
    """What failed."""

    EVENT = "event"
    START = "recovery not started"
    NOTICE = "notice not sent"
    SEED = "seed"
    OPERATION = "restore of many"
    UNKNOWN = "not understood"


class Remedy(StrEnum):
    """What makes it good."""

    EVENT = "event"
    """The event handler takes the event in again."""
    SEED = "seed"
    """A pass of the seed."""
    OPERATION = "operation"
    """The admin function goes on with it."""
    NOTHING = "nothing"
    """A person has to read it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: when it came (ms since 1970), what failed in words, the error, and what to do.

    `payload` is the event or request that is to be taken in again, `raw` the beginning of the message's text. `receipt`
    is SQS's, good for one hand-out.
    """

    id: str
    at: int
    kind: Kind
    what: str
    error: str
    cause: str
    remedy: Remedy
    raw: str = ""
    payload: Mapping[str, Any] | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a message says."""

    kind: Kind
    what: str
    error: str
    cause: str
    remedy: Remedy
    payload: Mapping[str, Any] | None = None


def letter(message: Mapping[str, Any]) -> Letter:
    """A message as ReceiveMessage gives it."""
    body = str(message.get("Body", ""))
    attributes = {
        name: str(value.get("StringValue", "")) for name, value in message.get("MessageAttributes", {}).items()
    }
    told = _told(_object(body), attributes) or _Told(
        Kind.UNKNOWN,
        "a message that this version does not understand",
        _error(attributes.get("ERROR_CODE", ""), attributes.get("ERROR_MESSAGE", "")),
        "it may be another version's, or somebody sent it by hand",
        Remedy.NOTHING,
    )
    return Letter(
        id=str(message["MessageId"]),
        at=int(message.get("Attributes", {}).get("SentTimestamp", 0)),
        kind=told.kind,
        what=told.what,
        error=told.error,
        cause=told.cause,
        remedy=told.remedy,
        raw=_short(body, _LONGEST_RAW),
        payload=told.payload,
        receipt=str(message.get("ReceiptHandle", "")),
    )


def _told(body: Mapping[str, Any], attributes: Mapping[str, str]) -> _Told | None:
    """The message in words, or None."""
    if "SCHEDULE_ARN" in attributes:
        error = _error(attributes.get("ERROR_CODE", ""), attributes.get("ERROR_MESSAGE", ""))
        return _Told(Kind.SEED, "the seed's schedule", error, "the schedule could not call the seed", Remedy.SEED)
    if "RULE_ARN" in attributes:
        error = _error(attributes.get("ERROR_CODE", ""), attributes.get("ERROR_MESSAGE", ""))
        return _event(body, error, "the rule could not call the event handler")
    context = body.get("requestContext")
    if not isinstance(context, Mapping):
        return None
    function = _function(str(context.get("functionArn", "")))
    condition = str(context.get("condition", ""))
    if isinstance(body.get("DDBStreamBatchInfo"), Mapping):
        return _batch(function, body["DDBStreamBatchInfo"], condition)
    return _call(function, body, condition)


def _call(function: str, body: Mapping[str, Any], condition: str) -> _Told | None:
    """An asynchronous call that failed at every try."""
    said = body.get("responsePayload")
    said = said if isinstance(said, Mapping) else {}
    error = _error(str(said.get("errorType", "")), str(said.get("errorMessage", ""))) or condition
    payload = body.get("requestPayload")
    if function.endswith("-event-handler") and isinstance(payload, Mapping):
        return _event(payload, error, _cause(said, f"three tries failed; its log says why: /aws/lambda/{function}"))
    if function.endswith("-admin") and isinstance(payload, Mapping):
        return _operation(payload, error, _cause(said, f"its log says why: /aws/lambda/{function}"))
    if function.endswith("-seed"):
        why = _cause(said, f"three tries failed; its log says why: /aws/lambda/{function}")
        return _Told(Kind.SEED, "a seed", error, why, Remedy.SEED)
    return None


def _operation(request: Mapping[str, Any], error: str, cause: str) -> _Told | None:
    """A part of an operation that was not done, or not for all of its owners."""
    owners, operation = request.get("owners"), request.get("operation")
    if not isinstance(owners, list) or not isinstance(operation, Mapping):
        return None
    what = f"a part of operation {_short(str(operation.get('id')), _LONGEST_ID)}: {len(owners)} owners, or some of them"
    return _Told(Kind.OPERATION, what, error, cause, Remedy.OPERATION, request)


def _batch(function: str, batch: Mapping[str, Any], condition: str) -> _Told | None:
    """Records of the profile table's stream that were given up."""
    count = batch.get("batchSize")
    rows = "1 row" if count == 1 else f"{count if isinstance(count, int) else 'some'} rows"
    why = "the records were an hour old" if "Age" in condition else "ten tries failed"
    why += f"; its log says why: /aws/lambda/{function}"
    if function.endswith("-stream-trigger"):
        return _Told(Kind.START, f"no recovery was started for {rows}", condition, why, Remedy.SEED)
    if function.endswith("-notices"):
        return _Told(Kind.NOTICE, f"nobody was told of {rows}", condition, why, Remedy.SEED)
    return None


def _event(event: Mapping[str, Any], error: str, cause: str) -> _Told | None:
    """An event of Studio that did not reach the ledger."""
    if not isinstance(event.get("detail"), Mapping) or not isinstance(event["detail"].get("eventName"), str):
        return None
    try:
        seen = studio_event(event)
    except BadInput as wrong:
        return _Told(Kind.EVENT, str(event["detail"]["eventName"]), error, f"it cannot be read: {wrong}", Remedy.SEED)
    what = f"{event['detail']['eventName']} of {_whose(seen)}" if isinstance(seen, StudioEvent) else seen.reason
    return _Told(Kind.EVENT, what, error, cause, Remedy.EVENT, event)


def _whose(seen: StudioEvent) -> str:
    return f"{seen.kind} {seen.name} in {seen.domain_id}"


def _cause(said: Mapping[str, Any], otherwise: str) -> str:
    """What an error of the functions means."""
    kind, text = str(said.get("errorType", "")), str(said.get("errorMessage", ""))
    known = {
        "NotReady": "SageMaker had not finished within four minutes, three times",
        "AwsBusy": "AWS was busy for longer than three tries",
        "AwsRefused": "AWS refused a call: find what forbids it (a policy, a quota) and change that",
        "LedgerConflict": "others kept writing the row",
        "BadInput": "something in it cannot be read",
    }
    if "Task timed out" in text:
        return "the function ran out of time"
    return known.get(kind, otherwise)


def _function(arn: str) -> str:
    """The name in a function's ARN, without a version."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 else ""


def _error(code: str, text: str) -> str:
    return _short(": ".join(part for part in (code, text) if part), _LONGEST_ERROR)


def _short(text: str, most: int) -> str:
    """In one line, without control characters: a message may hold anything."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
