"""A deployment with ten thousand owners: no more of it than what reads the ledger, and nobody's stream."""

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from demo.cloud import Cloud
from studio_recovery.aws.items import row_item
from studio_recovery.homes import Belonging, Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Counts, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status

COUNT = 10_000
_AT_ONCE = 25


@contextmanager
def crowd(cloud: Cloud, name: str, role: str, rows: Iterable[Row] | None = None) -> Iterator[str]:
    """Its tables, and the function that tells where they are, as long as they are needed; the profile table's name.

    The `rows` are those of ten thousand owners unless others are given. The function takes every request, and does
    nothing.
    """
    tables = {"PROFILE_TABLE": f"{name}-studioUser", "HISTORY_TABLE": f"{name}-studioUserHistory"}
    _make_table(cloud, tables["PROFILE_TABLE"], "domain_name", "S")
    _make_table(cloud, tables["HISTORY_TABLE"], "epoctime", "N")
    items = (row_item(row, row.version, 1_772_442_905_000) for row in rows or everybody())
    while some := list(itertools.islice(items, _AT_ONCE)):
        asked = {tables["PROFILE_TABLE"]: [{"PutRequest": {"Item": item}} for item in some]}
        cloud.client("dynamodb").batch_write_item(RequestItems=asked)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("nothing.py", "def handler(event, context): pass")
    cloud.client("lambda").create_function(
        FunctionName=f"{name}-admin",
        Runtime="python3.13",
        Role=f"arn:aws:iam::{cloud.account}:role/{role}",
        Handler="nothing.handler",
        Code={"ZipFile": package.getvalue()},
        Environment={"Variables": tables | {"REQUIRE_APPROVAL": "false", "MAX_AGE_DAYS": "0"}},
    )
    try:
        yield tables["PROFILE_TABLE"]
    finally:
        cloud.client("lambda").delete_function(FunctionName=f"{name}-admin")
        for table in tables.values():
            cloud.client("dynamodb").delete_table(TableName=table)


def _make_table(cloud: Cloud, table: str, second: str, kind: str) -> None:
    cloud.client("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "profile_name", "KeyType": "HASH"},
            {"AttributeName": second, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "profile_name", "AttributeType": "S"},
            {"AttributeName": second, "AttributeType": kind},
        ],
    )


def failed(count: int) -> Iterator[Row]:
    """So many of the owners, whose recovery failed."""
    for number, row in enumerate(itertools.islice(everybody(), count)):
        earlier = Source(Home("fs-0123456789abcdef0", str(300_000 + number), "d-before"), 1, Belonging())
        yield replace(row, sources=(earlier,), status=Status.FAILED, reason="CannotOpen")


def everybody() -> Iterator[Row]:
    """Ten thousand owners."""
    for number in range(COUNT):
        earlier = Source(Home("fs-0123456789abcdef0", str(300_000 + number), "d-before"), 1, Belonging(), dormant=True)
        yield Row(
            Owner(Kind.USER, f"user-{number:05}", f"domain-{number % 40}"),
            home=Home("fs-0123456789abcdef1", str(200_000 + number), "d-after"),
            sources=(earlier,) if number % 3 == 0 else (),
            status=Status.SUCCEEDED,
            counts=Counts(10**9, 1234, 56_789),
            execution_arn=f"arn:aws:states:eu-west-1:111122223333:execution:many-recovery:{number:032}",
            request_id=f"{number:032}",
            event_time=1_772_442_905_000,
            created_at=1_772_442_905_000,
            version=5,
            outcome="SUCCEEDED",
            ended_at=1_772_442_905_000,
        )
