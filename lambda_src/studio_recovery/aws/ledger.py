"""Knows the ledger: reads rows, and writes a row together with its history on condition of the version that was read.

API: TransactWriteItems (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.aws.items import (
    home_from_line,
    line_from_item,
    line_item,
    owner_from_item,
    row_from_item,
    row_item,
    row_key,
)
from studio_recovery.errors import AwsBusy, BadInput, LedgerConflict
from studio_recovery.homes import Home
from studio_recovery.owners import Owner
from studio_recovery.rows import Change, Line, Row
from studio_recovery.statuses import Status

_NOT_THERE = "attribute_not_exists(profile_name)"
_SAME_VERSION = "#version = :read"


class Ledger:
    """The profile table and the history table. `now` tells milliseconds since 1970."""

    def __init__(self, dynamodb: Any, profile_table: str, history_table: str, now: Callable[[], int]) -> None:
        self._dynamodb = dynamodb
        self._profiles = profile_table
        self._history = history_table
        self._now = now

    def now(self) -> int:
        """The time by which it writes, in milliseconds since 1970."""
        return self._now()

    def row(self, owner: Owner) -> Row | None:
        """The owner's row, or None. The read is consistent."""
        found = self._dynamodb.get_item(TableName=self._profiles, Key=row_key(owner), ConsistentRead=True)
        return row_from_item(found["Item"]) if "Item" in found else None

    def rows_named(self, owner: Owner) -> Iterator[Row]:
        """The rows of all owners of this kind and name, whatever their domain."""
        items = self._items(
            "query",
            KeyConditionExpression="profile_name = :key",
            ExpressionAttributeValues={":key": {"S": owner.key}},
            ConsistentRead=True,
        )
        yield from (row_from_item(item) for item in items)

    def rows(self) -> tuple[list[Row], list[BadInput]]:
        """All rows that can be read, and what is wrong with the others."""
        return self._read(self._items("scan", ConsistentRead=True))

    def each_row(self) -> Iterator[Row | BadInput]:
        """All rows, page by page, each as soon as it is there; for one that cannot be read, what is wrong with it."""
        yield from map(_row_or_why_not, self._items("scan"))

    def rows_at(self, *statuses: Status) -> list[Row]:
        """The rows that have one of these statuses; those that cannot be read are left out."""
        values = {f":{status.lower()}": {"S": status.value} for status in statuses}
        found = self._items(
            "scan",
            FilterExpression=f"replication_status IN ({', '.join(values)})",
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return self._read(found)[0]

    def rows_of(self, operation: str) -> list[Row]:
        """The rows that this operation was the last to ask for."""
        found = self._items(
            "scan",
            FilterExpression="#operation = :operation",
            ExpressionAttributeNames={"#operation": "operation"},
            ExpressionAttributeValues={":operation": {"S": operation}},
            ConsistentRead=True,
        )
        return self._read(found)[0]

    def rows_of_operations(self) -> list[Row]:
        """The rows that any operation asked for."""
        found = self._items(
            "scan",
            FilterExpression="attribute_exists(#operation)",
            ExpressionAttributeNames={"#operation": "operation"},
            ConsistentRead=True,
        )
        return self._read(found)[0]

    def owners(self) -> Iterator[Owner]:
        """Everybody who has a row."""
        yield from map(
            owner_from_item, self._items("scan", ProjectionExpression="profile_name, display_name, domain_name")
        )

    def homes_of(self, owner: Owner) -> Iterator[Home]:
        """The homes that the history tells of an owner, in the order in which they were seen."""
        found = self._items(
            "query",
            self._history,
            KeyConditionExpression="profile_name = :key",
            FilterExpression="domain_name = :domain AND attribute_exists(efs_uid)",
            ExpressionAttributeValues={":key": {"S": owner.key}, ":domain": {"S": owner.domain_name}},
            ConsistentRead=True,
        )
        yield from map(home_from_line, found)

    def lines_of(self, owner: Owner) -> Iterator[Line]:
        """What the history tells of an owner, the oldest first."""
        found = self._items(
            "query",
            self._history,
            KeyConditionExpression="profile_name = :key",
            FilterExpression="domain_name = :domain",
            ExpressionAttributeValues={":key": {"S": owner.key}, ":domain": {"S": owner.domain_name}},
            ConsistentRead=True,
        )
        yield from (line_from_item(item)[1] for item in found)

    def row_items(self) -> Iterator[dict[str, Any]]:
        """All rows as DynamoDB holds them, page by page, in no order."""
        yield from self._items("scan", ConsistentRead=True)

    def line_items(self) -> Iterator[dict[str, Any]]:
        """The whole history as DynamoDB holds it, page by page, in no order."""
        yield from self._items("scan", self._history, ConsistentRead=True)

    def lines(self) -> Iterator[tuple[Owner, Line]]:
        """All that the history tells, page by page, in no order."""
        yield from map(line_from_item, self._items("scan", self._history))

    def _read(self, items: Iterator[dict[str, Any]]) -> tuple[list[Row], list[BadInput]]:
        rows: list[Row] = []
        unreadable: list[BadInput] = []
        for found in map(_row_or_why_not, items):
            if isinstance(found, Row):
                rows.append(found)
            else:
                unreadable.append(found)
        return rows, unreadable

    def save(self, change: Change, read: int | None = None) -> None:
        """Writes the row and its lines in one transaction. `read`: the version that was read, if not the row's own.

        Raises LedgerConflict if the row is no longer the version that was read. If all lines are there already, this
        change was written before: then nothing is written again.
        """
        row = change.row
        before = row.version if read is None else read
        put: dict[str, Any] = {"TableName": self._profiles, "Item": row_item(row, row.version + 1, self._now())}
        if before:
            put |= {"ConditionExpression": _SAME_VERSION, "ExpressionAttributeNames": {"#version": "version"}}
            put |= {"ExpressionAttributeValues": {":read": {"N": str(before)}}}
        else:
            put |= {"ConditionExpression": _NOT_THERE}
        self._transact([{"Put": put}, *(self._line(row.owner, line) for line in change.lines)], str(row.owner))

    def write_line(self, owner: Owner, line: Line) -> None:
        """Writes a history line alone; one that is there already stays as it is."""
        self._transact([self._line(owner, line)], str(owner))

    def add_line(self, item: Mapping[str, Any]) -> bool:
        """Writes a history line as it was kept; False if it is there already: then that one stays."""
        try:
            self._dynamodb.put_item(TableName=self._history, Item=item, ConditionExpression=_NOT_THERE)
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def has_line(self, item: Mapping[str, Any]) -> bool:
        """True if there is a history line with the key of this one."""
        found = self._dynamodb.query(
            TableName=self._history,
            KeyConditionExpression="profile_name = :key AND epoctime = :time",
            ExpressionAttributeValues={":key": item["profile_name"], ":time": item["epoctime"]},
            ConsistentRead=True,
        )
        return bool(found["Items"])

    def _line(self, owner: Owner, line: Line) -> dict[str, Any]:
        item = line_item(owner, line)
        return {"Put": {"TableName": self._history, "Item": item, "ConditionExpression": _NOT_THERE}}

    def _transact(self, items: list[dict[str, Any]], owner: str) -> None:
        try:
            self._dynamodb.transact_write_items(TransactItems=items)
        except ClientError as error:
            if code(error) != "TransactionCanceledException":
                raise
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            lines = [r for r, item in zip(reasons, items, strict=False) if item["Put"]["TableName"] == self._history]
            # Of two runs that replace the same one only the first may tell its end, and claim the row.
            if lines and set(lines) == {"ConditionalCheckFailed"}:
                return
            if {"ConditionalCheckFailed", "TransactionConflict"} & set(reasons):
                raise LedgerConflict(f"the row of {owner} was written by somebody else") from error
            if {"ThrottlingError", "ProvisionedThroughputExceeded"} & set(reasons):
                raise AwsBusy(f"the row of {owner} was not written: {reasons}") from error
            raise

    def _items(self, operation: str, table: str = "", **arguments: Any) -> Iterator[dict[str, Any]]:
        for page in self._dynamodb.get_paginator(operation).paginate(TableName=table or self._profiles, **arguments):
            yield from page["Items"]


def _row_or_why_not(item: dict[str, Any]) -> Row | BadInput:
    try:
        return row_from_item(item)
    except BadInput as error:
        return error
