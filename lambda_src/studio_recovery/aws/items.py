"""Knows how the tables spell rows and history lines: the only file with DynamoDB's types and attribute names."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from studio_recovery.errors import BadHome, BadInput
from studio_recovery.homes import Belonging, Home
from studio_recovery.names import is_key, is_name, quoted
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Counts, Line, Row
from studio_recovery.selection import WHOLE, selection_from_map
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import Status

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_FRACTION_DIGITS = 9
# What reading an item can raise that is not as this module writes it, however deep or wrong.
_UNREADABLE = (ArithmeticError, AttributeError, BadHome, KeyError, RecursionError, TypeError, ValueError)


def row_key(owner: Owner) -> dict[str, Any]:
    """The key of an owner's row."""
    return _item({"profile_name": owner.key, "domain_name": owner.domain_name})


def row_item(row: Row, version: int, updated_at: int) -> dict[str, Any]:
    """A row as an item of the profile table."""
    values: dict[str, Any] = {
        "profile_name": row.owner.key,
        "domain_name": row.owner.domain_name,
        "display_name": row.owner.name,
        "replication": row.replication,
        "replication_status": row.status,
        "reason": row.reason,
        "sources": {source.home.key: _source_map(source) for source in row.sources},
        "waiting": {source.home.key: _source_map(source) for source in row.waiting},
        "request_id": row.request_id,
        "execution_arn": row.execution_arn,
        "copying": row.copying,
        "bytes_written": row.counts.bytes_written,
        "files_transferred": row.counts.files_transferred,
        "total_duration_ms": row.counts.total_duration_ms,
        "deleted_at": row.deleted_at or None,
        "event_time": row.event_time,
        "updated_at": updated_at,
        "version": version,
        "created_at": row.created_at or None,
        "domain_id": row.domain_id,
        "out_of_scope": None if row.in_scope else True,
        "outcome": row.outcome,
        "ended_at": row.ended_at or None,
        "operation": row.operation,
        "refusal": row.refusal,
    }
    if row.home:
        home = {"efs_sys_id": row.home.file_system_id, "efs_uid": row.home.uid}
        values |= home | _belonging_map(row.belonging)
    return _item({name: value for name, value in values.items() if value not in (None, "")})


def row_from_item(item: Mapping[str, Any]) -> Row:
    """The row in an item or a stream image. Raises BadInput that names the row if it cannot be read."""
    values: dict[str, Any] = {}
    try:
        values |= {name: _deserialize(value) for name, value in item.items()}
        return _row(values)
    except _UNREADABLE as error:
        key = f"{_told(values.get('profile_name'))} in {_told(values.get('domain_name'))}"
        raise BadInput(f"the row of {key} cannot be read: {type(error).__name__} {quoted(str(error))}") from error


def _told(value: object) -> str:
    """A name as it is, and what is none quoted."""
    return value if isinstance(value, str) and (is_name(value) or is_key(value)) else quoted(value)


def owner_from_item(item: Mapping[str, Any]) -> Owner:
    """The owner of a row, of which no more than the names need be in the item."""
    return _owner({name: _deserialize(value) for name, value in item.items()})


def home_from_line(item: Mapping[str, Any]) -> Home:
    """The owner's home in a history line that tells of one."""
    return _home({name: _deserialize(value) for name, value in item.items()})


def line_from_item(item: Mapping[str, Any]) -> tuple[Owner, Line]:
    """A history line and whose it is. Its id is not kept: the time tells lines apart."""
    values = {name: _deserialize(value) for name, value in item.items()}
    known = {"profile_name", "epoctime", "domain_name", "what"}
    details = {name: int(value) if isinstance(value, Decimal) else value for name, value in values.items()}
    told = {name: value for name, value in details.items() if name not in known}
    return _owner(values), Line(values["what"], int(values["epoctime"]), str(values["epoctime"]), told)


def line_item(owner: Owner, line: Line) -> dict[str, Any]:
    """A history line as an item; the same `line.id` at the same time is the same item, so a repetition adds nothing."""
    fraction = int(hashlib.sha256(line.id.encode()).hexdigest(), 16) % 10**_FRACTION_DIGITS
    values = line.details | {
        "profile_name": owner.key,
        "epoctime": Decimal(f"{line.at}.{fraction:0{_FRACTION_DIGITS}d}"),
        "domain_name": owner.domain_name,
        "what": line.what,
    }
    return _item(values)


def _item(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in values.items()}


def _row(values: dict[str, Any]) -> Row:
    return Row(
        owner=_owner(values),
        home=_home(values) if values.get("efs_uid") else None,
        belonging=_belonging(values),
        sources=_sources(values.get("sources", {})),
        waiting=_sources(values.get("waiting", {})),
        replication=_switch(values.get("replication", True)),
        status=Status(values.get("replication_status", Status.IDLE)),
        reason=values.get("reason", ""),
        request_id=values.get("request_id", ""),
        execution_arn=values.get("execution_arn", ""),
        copying=values.get("copying", ""),
        counts=Counts(*(int(values.get(name, 0)) for name in Counts.__slots__)),
        deleted_at=int(values.get("deleted_at", 0)),
        event_time=int(values.get("event_time", 0)),
        version=int(values.get("version", 0)),
        created_at=int(values.get("created_at", 0)),
        unprotected_in="" if values.get("efs_uid") else values.get("domain_id", ""),
        in_scope=not values.get("out_of_scope", False),
        outcome=values.get("outcome", ""),
        ended_at=int(values.get("ended_at", 0)),
        updated_at=int(values.get("updated_at", 0)),
        operation=values.get("operation", ""),
        refusal=values.get("refusal", ""),
    )


def _switch(value: object) -> bool:
    """A word in the place of true or false, such as "false", is none of them: a hold must not be read as its end."""
    if not isinstance(value, bool):
        raise TypeError(f"replication {quoted(value)} is neither true nor false")
    return value


def _owner(values: Mapping[str, Any]) -> Owner:
    kind, _, name = values["profile_name"].partition("/")
    return Owner(Kind(kind), values.get("display_name", name), values["domain_name"])


def _home(values: Mapping[str, Any]) -> Home:
    return Home(values["efs_sys_id"], values["efs_uid"], values.get("domain_id", ""))


def _sources(values: Mapping[str, Any]) -> tuple[Source, ...]:
    found = (_source(key, entry) for key, entry in values.items())
    return tuple(sorted(found, key=lambda source: source.order))


def _source(key: str, entry: Mapping[str, Any]) -> Source:
    file_system_id, _, uid = key.partition("/")
    home = Home(file_system_id, uid, entry.get("domain_id", ""))
    return Source(
        home=home,
        order=int(entry["order"]),
        belonging=_belonging(entry),
        dormant=bool(entry.get("dormant")),
        unfinished=bool(entry.get("unfinished")),
        left_at=int(entry.get("left_at", 0)),
        origin=str(entry.get("origin", "")),
        approved=bool(entry.get("approved")),
        in_scope=not entry.get("out_of_scope", False),
        older=bool(entry.get("older")),
        selection=selection_from_map(entry.get("selection", {})),
        before=_source(key, entry["before"]) if "before" in entry else None,
        rests=_rest(entry["rests"]) if "rests" in entry else None,
    )


def _rest(entry: Mapping[str, Any]) -> Rest:
    return Rest(Status(entry["status"]), str(entry.get("reason", "")))


def _source_map(source: Source) -> dict[str, Any]:
    named = ("dormant", "unfinished", "left_at", "origin", "approved", "older")
    optional = {name: getattr(source, name) for name in named}
    values = {"order": source.order, "domain_id": source.home.domain_id} | _belonging_map(source.belonging)
    values |= {} if source.in_scope else {"out_of_scope": True}
    values |= {"selection": source.selection.as_map()} if source.selection != WHOLE else {}
    values |= {"before": _source_map(source.before)} if source.before else {}
    values |= {"rests": {"status": source.rests.status, "reason": source.rests.reason}} if source.rests else {}
    return values | {name: value for name, value in optional.items() if value}


def _belonging(values: Mapping[str, Any]) -> Belonging:
    return Belonging(*(values.get(name, "") for name in Belonging.__slots__))


def _belonging_map(belonging: Belonging) -> dict[str, Any]:
    return {name: value for name in Belonging.__slots__ if (value := getattr(belonging, name))}
