"""Counts what AWS would bill: calls by service, and DynamoDB's request units by the sizes of what is read and written.

docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from localcloud.service import Record
from tests.histories.clients import Client, Pages

READ_BYTES, WRITE_BYTES = 4096, 1024
TRANSACTION = 2
_CONTAINER_BYTES, _MEMBER_BYTES = 3, 1


@dataclass
class Meter:
    """What was called, and what it cost in units."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: float = 0
    custom_events: int = 0

    def called(self, service: str, operation: str, request: Record, told: Record) -> None:
        """Counts one call and its answer."""
        self.calls[service] += 1
        if service == "dynamodb":
            self._units(operation, request, told)
        if operation == "put_events":
            self.custom_events += len(request["Entries"])

    def _units(self, operation: str, request: Record, told: Record) -> None:
        match operation:
            case "transact_write_items":
                items = [one.get("Put", {}).get("Item", {}) for one in request["TransactItems"]]
                self.write_units += sum(TRANSACTION * _units(item_bytes(item), WRITE_BYTES) for item in items)
            case "put_item":
                self.write_units += _units(item_bytes(request["Item"]), WRITE_BYTES)
            case "get_item" | "query" | "scan":
                found = [told["Item"]] if "Item" in told else told.get("Items", ())
                whole = _units(sum(map(item_bytes, found)), READ_BYTES)
                self.read_units += whole if request.get("ConsistentRead") else whole / 2
            case "update_item" | "delete_item":  # of the waiting line, whose items are far smaller than a unit
                self.write_units += 1
            case _:
                raise ValueError(operation)


class Counted:
    """A client of a service whose calls are counted."""

    def __init__(self, service: str, client: Client, meter: Meter) -> None:
        self._service, self._client, self._meter = service, client, meter

    def __getattr__(self, operation: str) -> Callable[..., Record]:
        def call(**request: Any) -> Record:
            told: Record = getattr(self._client, operation)(**request)
            self._meter.called(self._service, operation, request, told)
            return told

        return call

    def get_paginator(self, operation: str) -> Pages:
        """boto3's paginator, of which each page is a call."""
        return Pages(getattr(self, operation))


def _units(size: int, unit: int) -> int:
    return max(1, ceil(size / unit))


def item_bytes(item: dict[str, Any]) -> int:
    """The size of an item in DynamoDB's spelling: its names and its values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, inside),) = value.items()
    match kind:
        case "M":
            return _CONTAINER_BYTES + item_bytes(inside) + _MEMBER_BYTES * len(inside)
        case "L":
            return _CONTAINER_BYTES + _sum(inside)
        case "N":
            return ceil(len(inside.strip("-.")) / 2) + 1
        case "BOOL" | "NULL":
            return 1
    return len(str(inside).encode())


def _sum(values: Iterable[dict[str, Any]]) -> int:
    return sum(_value_bytes(value) + _MEMBER_BYTES for value in values)
