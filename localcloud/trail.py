"""The events that CloudTrail makes of API calls, as EventBridge delivers them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
Read-only calls reach no ordinary rule, so only writes are told. Keys of the elements are lowerCamelCase; a real record
of a Studio call was never seen, so `responseElements` follows CloudTrail's other SageMaker samples (unconfirmed).
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from localcloud.service import Call, Place, Record

READ_ONLY = ("Describe", "List", "Get", "Search")


def cloudtrail_event(service: str, source: str, place: Place, call: Call, now: float) -> Record | None:
    """The EventBridge event for a finished call, or None for a call that only reads."""
    if call.operation.startswith(READ_ONLY):
        return None
    when = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    detail: Record = {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:admin",
            "arn": f"arn:aws:sts::{place.account}:assumed-role/Admin/admin",
            "accountId": place.account,
        },
        "eventTime": when,
        "eventSource": source,
        "eventName": call.operation,
        "awsRegion": place.region,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": "localcloud",
        "requestParameters": _lower_camel(call.request),
        "responseElements": _lower_camel(call.answer) if call.answer else None,
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": place.account,
        "eventCategory": "Management",
    }
    if call.error:
        detail["errorCode"], detail["errorMessage"] = call.error
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{service}",
        "account": place.account,
        "time": when,
        "region": place.region,
        "resources": [],
        "detail": detail,
    }


def _lower_camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lower_camel(item) for key, item in value.items()}
    return [_lower_camel(item) for item in value] if isinstance(value, list) else value
