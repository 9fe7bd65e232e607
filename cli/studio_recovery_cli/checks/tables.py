"""Knows whether the ledger is safe: its two tables, their stream, backups and protection.

API: DescribeTable, DescribeContinuousBackups (DynamoDB).
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery_cli.checks.finding import Finding, all_of, bad, warning

_APPLY = "terraform apply puts it right."


def look(dynamodb: Any, table: str, streamed: bool, protected: bool) -> list[Finding]:
    """How a table stands; `streamed` and `protected` are what it should be."""
    name = name_of(table)
    try:
        found = dynamodb.describe_table(TableName=table)["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    except ClientError as error:
        if code(error) in ("ResourceNotFoundException", "TableNotFoundException"):
            remedy = "Restore it from its backup before anything else is done: aws dynamodb list-backups"
            return [bad(name, f"{table} is gone", remedy)]
        raise
    return judge(found, backups, streamed, protected)


def name_of(table: str) -> str:
    """The check's name."""
    return "history table" if table.endswith("History") else "profile table"


def judge(table: Mapping[str, Any], backups: Mapping[str, Any], streamed: bool, protected: bool) -> list[Finding]:
    """How a table with these backups stands."""
    named = table["TableName"]
    name = name_of(named)
    found = []
    if table["TableStatus"] not in ("ACTIVE", "UPDATING"):
        found.append(bad(name, f"{named} is {table['TableStatus']}", "Nothing is written down until it is ACTIVE."))
    stream = table.get("StreamSpecification", {})
    if streamed and not (stream.get("StreamEnabled") and stream.get("StreamViewType") == "NEW_AND_OLD_IMAGES"):
        found.append(bad(name, f"{named} has no stream of new and old images: no recovery starts", _APPLY))
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        found.append(warning(name, f"{named} has no point-in-time recovery", _APPLY))
    if protected and not table.get("DeletionProtectionEnabled"):
        found.append(warning(name, f"{named} can be deleted by mistake, against deletion_protection", _APPLY))
    return all_of(name, found, f"{named} is active, backed up{', streamed' if streamed else ''}")
