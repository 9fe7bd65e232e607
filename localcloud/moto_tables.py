"""Where moto's DynamoDB looks through, or copies, a whole table for one call: thousands of rows would take minutes."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


def spare_whole_tables() -> None:
    """Let a query look at one partition only, and a transaction keep only the items that it touches.

    A transaction may put, delete and check; an update would change an item in place.
    """
    query, transact = Table.query, DynamoDBBackend.transact_write_items

    def queried(table: Any, hash_key: Any, *args: Any, **named: Any) -> Any:
        partition = table
        if not named.get("index_name"):
            partition = copy.copy(table)
            partition.items = {hash_key: table.items.get(hash_key, {})}
        return query(partition, hash_key, *args, **named)

    def transacted(backend: Any, transact_items: Any) -> None:
        undo = list(_undo(backend, transact_items))
        try:
            transact(backend, transact_items)
        except Exception:
            for step in undo:
                step()
            raise

    # What moto keeps of a table for the case that the transaction fails is the table itself.
    vars_of_table: Any = Table
    vars_of_table.__deepcopy__ = lambda table, _: table
    vars_of_table.query = queried
    backend: Any = DynamoDBBackend
    backend.transact_write_items = transacted


def _undo(backend: Any, transact_items: Any) -> Iterator[Callable[[], object]]:
    """A step for each item of a transaction that puts it back as it is now."""
    for op in (op for item in transact_items for op in item.values()):
        table = backend.tables.get(op.get("TableName"))
        attributes = op.get("Item") or op.get("Key") or {}
        if table and table.hash_key_attr in attributes and table.range_key_attr in attributes:
            partition = table.items[DynamoType(attributes[table.hash_key_attr])]
            key = DynamoType(attributes[table.range_key_attr])
            yield _put_back(partition, key, partition.get(key))


def _put_back(partition: Any, key: Any, item: Any) -> Callable[[], object]:
    if item is None:
        return lambda: partition.pop(key, None)
    return lambda: partition.update({key: item})
