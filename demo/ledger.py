"""Reads the module's two tables as an admin would."""

from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from demo.cloud import Cloud
from demo.homes import Home
from demo.studio import Owner

_deserialize = TypeDeserializer().deserialize
AT_REST = ("IDLE", "SUCCEEDED", "PARTIAL", "SKIPPED", "FAILED", "BLOCKED", "UNPROTECTED")
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The profile table and the history table of one deployment, for one domain."""

    cloud: Cloud
    profile_table: str
    history_table: str
    domain: str

    def row(self, owner: Owner) -> Item | None:
        """The owner's row, or None."""
        key = {"profile_name": {"S": str(owner)}, "domain_name": {"S": self.domain}}
        found = self.cloud.client("dynamodb").get_item(TableName=self.profile_table, Key=key, ConsistentRead=True)
        return _values(found["Item"]) if "Item" in found else None

    def history(self, owner: Owner) -> list[Item]:
        """What happened to the owner, oldest first."""
        pages = (
            self.cloud.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.history_table,
                KeyConditionExpression="profile_name = :owner",
                ExpressionAttributeValues={":owner": {"S": str(owner)}},
            )
        )
        lines = [_values(item) for page in pages for item in page["Items"]]
        return [line for line in lines if line["domain_name"] == self.domain]

    def knows(self, owner: Owner, home: Home) -> bool:
        """Whether the row names this home as the owner's present one."""
        row = self.row(owner)
        return row is not None and present_home(row) == home

    def is_at_rest(self, owner: Owner, home: Home) -> bool:
        """Whether the row names this home, and nothing is waiting or running."""
        row = self.row(owner)
        return row is not None and present_home(row) == home and row["replication_status"] in AT_REST

    def has_ended(self, owner: Owner) -> bool:
        """Whether the row says that its present home has lost its owner."""
        return bool((self.row(owner) or {}).get("deleted_at"))


def present_home(row: Item) -> Home | None:
    """The home that a row names as the present one."""
    return Home(row["efs_sys_id"], int(row["efs_uid"])) if row.get("efs_uid") else None


def _values(item: Item) -> Item:
    return {name: _deserialize(value) for name, value in item.items()}
