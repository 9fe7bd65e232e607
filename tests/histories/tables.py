"""DynamoDB as far as ledger and line go, in dictionaries: a put and a get cost microseconds (moto's milliseconds).

What it does not know it refuses with a ValueError. test_double.py holds it against moto.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from localcloud.service import Refusal

Item = dict[str, Any]
Heard = Callable[[str, Item | None, Item], None]

_EXISTS = re.compile(r"attribute_(not_)?exists\((\S+)\)")
_EQUALS = re.compile(r"(\S+) = (:\w+)")
_LESS = re.compile(r"(\S+) < (:\w+)")
_SET = re.compile(r"SET (\S+) = (:\w+)")
_ONE_OF = re.compile(r"(\S+) IN \((.+)\)")


def _nobody(_table: str, _old: Item | None, _new: Item) -> None:
    """Hears of a write, and does nothing."""


class Tables:
    """Tables by name, each with the names of its two key attributes. `heard` is told of every item that is written."""

    def __init__(self, keys: Mapping[str, tuple[str, str]], heard: Heard = _nobody) -> None:
        self._keys = keys
        self._items: dict[str, dict[str, dict[Any, Item]]] = {name: {} for name in keys}
        self._heard = heard

    def get_item(self, request: Item) -> Item:
        """One item by its key."""
        partition, sort = self._place(request["TableName"], request["Key"])
        found = self._items[request["TableName"]].get(partition, {}).get(sort)
        return {"Item": found} if found else {}

    def query(self, request: Item) -> Item:
        """The items of one partition in the order of their sort keys, or those before one; so many at most."""
        key, _, before = request["KeyConditionExpression"].partition(" AND ")
        equals, values = _EQUALS.fullmatch(key), request["ExpressionAttributeValues"]
        if equals is None:
            raise ValueError(request["KeyConditionExpression"])
        found = self._items[request["TableName"]].get(_plain(values[equals[2]]), {})
        less = _LESS.fullmatch(before)
        sorts = [sort for sort in sorted(found) if less is None or sort < _plain(values[less[2]])]
        return _page([found[sort] for sort in sorts[: request.get("Limit")]], request)

    def scan(self, request: Item) -> Item:
        """All items."""
        return _page(list(self.all(request["TableName"])), request)

    def delete_item(self, request: Item) -> Item:
        """One item, if it is there."""
        partition, sort = self._place(request["TableName"], request["Key"])
        self._items[request["TableName"]].get(partition, {}).pop(sort, None)
        return {}

    def update_item(self, request: Item) -> Item:
        """Sets one attribute of an item, which may be new; the item as it was."""
        asked = _SET.fullmatch(request["UpdateExpression"])
        if asked is None:
            raise ValueError(request["UpdateExpression"])
        old = self.get_item(request).get("Item", {})
        fresh = old | request["Key"] | {asked[1]: request["ExpressionAttributeValues"][asked[2]]}
        self._put({"TableName": request["TableName"], "Item": fresh})
        return {"Attributes": old} if old else {}

    def transact_write_items(self, request: Item) -> Item:
        """Puts and deletes, all or none; raises Refusal as DynamoDB does if a condition fails."""
        asked = [next(iter(item.items())) for item in request["TransactItems"]]
        reasons = [{"Code": "None" if self._fits(one) else "ConditionalCheckFailed"} for _, one in asked]
        if any(reason["Code"] != "None" for reason in reasons):
            raise Refusal("TransactionCanceledException", "Transaction cancelled", 400, CancellationReasons=reasons)
        for kind, one in asked:
            {"Put": self._put, "Delete": self.delete_item}[kind](one)
        return {}

    def _put(self, put: Item) -> Item:
        partition, sort = self._place(put["TableName"], put["Item"])
        shelf = self._items[put["TableName"]].setdefault(partition, {})
        old, shelf[sort] = shelf.get(sort), put["Item"]
        self._heard(put["TableName"], old, put["Item"])
        return {}

    def all(self, table: str) -> Iterator[Item]:
        """Every item of a table."""
        for partition in self._items[table].values():
            yield from partition.values()

    def _place(self, table: str, item: Item) -> tuple[Any, Any]:
        partition, sort = self._keys[table]
        return _plain(item[partition]), _plain(item[sort])

    def _fits(self, asked: Item) -> bool:
        key = asked["Item"] if "Item" in asked else asked["Key"]
        there = self.get_item({"TableName": asked["TableName"], "Key": key}).get("Item", {})
        return _holds(asked.get("ConditionExpression", ""), there, asked)


def _page(found: list[Item], request: Item) -> Item:
    kept = [item for item in found if _holds(request.get("FilterExpression", ""), item, request)]
    if shown := request.get("ProjectionExpression"):
        names = shown.split(", ")
        kept = [{name: item[name] for name in names if name in item} for item in kept]
    return {"Items": kept}


def _holds(expression: str, item: Item, request: Item) -> bool:
    return all(_term(term, item, request) for term in expression.split(" AND ")) if expression else True


def _term(term: str, item: Item, request: Item) -> bool:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    if exists := _EXISTS.fullmatch(term):
        return (names.get(exists[2], exists[2]) in item) is not bool(exists[1])
    if equals := _EQUALS.fullmatch(term):
        return bool(item.get(names.get(equals[1], equals[1])) == values[equals[2]])
    if one_of := _ONE_OF.fullmatch(term):
        return item.get(names.get(one_of[1], one_of[1])) in [values[name] for name in one_of[2].split(", ")]
    raise ValueError(term)


def _plain(value: Item) -> Any:
    """A key's value, so that numbers are sorted as numbers."""
    return Decimal(value["N"]) if "N" in value else value["S"]
