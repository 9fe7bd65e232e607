"""Knows how AWS says no: makes clients, and turns boto's errors into the typed ones that Step Functions can match."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError

from studio_recovery.errors import AwsBusy, AwsRefused

_TRIES = 5
_PATIENT_TRIES = 8
_BUSY = (
    "Throttl",
    "TooManyRequests",
    "RequestLimitExceeded",
    "SlowDown",
    "ServiceUnavailable",
    "Internal",
    "ProvisionedThroughput",
    "TransactionConflict",
)


def client(service: str, repeats: bool = True, patient: bool = False) -> Any:
    """A boto3 client of the function's Region, with bounded retries.

    Without `repeats` it makes each call once: for creations that have no client token, where a call that is repeated
    because its answer was lost would make a second thing. A `patient` one is for thousands of calls in a row: as soon
    as AWS throttles it keeps to the pace that AWS lets through (docs.aws.amazon.com/boto3/latest/guide/retries.html,
    adaptive mode), and asks more often, for a minute or so.
    """
    tries = (_PATIENT_TRIES if patient else _TRIES) if repeats else 1
    retries = {"mode": "adaptive" if patient else "standard", "total_max_attempts": tries}
    config = Config(retries=retries, connect_timeout=5, read_timeout=30)  # type: ignore[arg-type]  # a literal of boto's
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # the service's name is not a literal here


def code(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def typed_errors() -> Iterator[None]:
    """Raises AwsBusy for what passes by itself, AwsRefused for any other refusal, in place of boto's own errors."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        what = f"{error.operation_name}: {code(error)}: {error.response.get('Error', {}).get('Message', '')}"
        if status >= 500 or status == 429 or code(error).startswith(_BUSY):
            raise AwsBusy(what) from error
        raise AwsRefused(what) from error
    except (NotConnectedError, HTTPClientError) as error:
        raise AwsBusy(str(error)) from error
    except BotoCoreError as error:
        raise AwsRefused(str(error)) from error
