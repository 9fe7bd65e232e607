"""Knows what an admin may ask for, and how a request is read: every field by name, and nothing that nobody knows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from studio_recovery.errors import BadHome, BadInput
from studio_recovery.homes import Home
from studio_recovery.operations import Operation, operation_from
from studio_recovery.owners import Owner, owner_named
from studio_recovery.selection import WHOLE, Selection, selection_from

MANY = 100
# The most owners of one request that is a part of an operation: nobody waits for its answer.
MANY_OF_AN_OPERATION = 500
# The most items that one import may hold.
MANY_ITEMS = 500
_LONGEST_BY = 256


class Action(StrEnum):
    """What may be asked for."""

    HOLD = "hold"
    RELEASE = "release"
    APPROVE = "approve"
    REJECT = "reject"
    RETRY = "retry"
    CANCEL = "cancel"
    RESTORE = "restore"
    DROP = "drop"
    TARGET = "target"
    SHOW = "show"
    IMPORT = "import"


# The fields of each beside `action` and `by`; those of OF_MANY take `owners` in place of `owner`.
_FIELDS = {
    Action.APPROVE: ("owner", "home"),
    Action.REJECT: ("owner", "home"),
    Action.RESTORE: ("owner", "source", "home", "selection", "operation"),
    Action.DROP: ("owner", "home"),
    Action.TARGET: ("source", "target", "home"),
    Action.IMPORT: ("rows", "lines", "exported_at", "moved", "dry_run"),
}
OF_MANY = (
    Action.HOLD,
    Action.RELEASE,
    Action.APPROVE,
    Action.REJECT,
    Action.RETRY,
    Action.CANCEL,
    Action.RESTORE,
)


@dataclass(frozen=True, slots=True)
class Request:
    """An action on one owner. `by`: who asks, as they say themselves.

    `home`: the one that is approved or rejected; None: whichever waits for it.
    """

    action: Action
    owner: Owner
    by: str = ""
    home: Home | None = None


@dataclass(frozen=True, slots=True)
class DropRequest:
    """One of the owner's sources is given up."""

    owner: Owner
    home: Home
    by: str = ""


@dataclass(frozen=True, slots=True)
class TargetRequest:
    """The files of `source` are to come to `target` too: those of one `home` of it, or of its latest."""

    source: Owner
    target: Owner
    home: Home | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """A recovery into the owner's home is to begin now.

    Of what waits; or of one `home`, or of the files of another owner, `source`. `selection` says what of it, and how.
    As part of an `operation` it is done once, however often the request comes.
    """

    owner: Owner
    source: Owner | None = None
    home: Home | None = None
    selection: Selection = WHOLE
    by: str = ""
    operation: Operation | None = None


@dataclass(frozen=True, slots=True)
class ManyRequest:
    """The same of many owners: for each, as it was written, what is asked for, or why it cannot be asked for.

    `unattended`: nobody waits for the answer.
    """

    action: Action
    each: tuple[tuple[str, Request | RestoreRequest | BadInput], ...]
    unattended: bool = False


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Rows and history lines of an export, as DynamoDB spells them, are to be taken in again.

    `exported_at`: when the export began (ms since 1970). `moved`: it is another deployment's, so that its executions
    are not those of this one. A `dry_run` writes nothing.
    """

    rows: tuple[Mapping[str, Any], ...]
    lines: tuple[Mapping[str, Any], ...]
    exported_at: int
    moved: bool = False
    dry_run: bool = False
    by: str = ""


_Named = tuple[str, Request | RestoreRequest | BadInput]
OneRequest = Request | DropRequest | TargetRequest | RestoreRequest


def request_from(value: object) -> OneRequest | ManyRequest | ImportRequest:
    """What is asked for. Raises BadInput that names the field."""
    if not isinstance(value, Mapping):
        raise BadInput("the request must be an object with action and owner")
    action = value.get("action")
    if not isinstance(action, str) or action not in list(Action):
        raise BadInput(f"action {action!r} is not one of {', '.join(sorted(Action))}")
    asked = Action(action)
    if "owners" in value and asked in OF_MANY:
        return _many(value, asked)
    _refuse_unknown(value, {"action", "by", *_FIELDS.get(asked, ("owner",))}, asked)
    return _import(value) if asked is Action.IMPORT else _one(value, asked)


def _refuse_unknown(value: Mapping[str, Any], known: set[str], action: Action) -> None:
    if unknown := sorted(str(name) for name in set(value) - known):
        raise BadInput(f"unknown field {unknown[0]!r}; {action} knows {', '.join(sorted(known))}")


def _one(value: Mapping[str, Any], action: Action) -> OneRequest:
    by = _by(value.get("by", ""))
    match action:
        case Action.TARGET:
            return _target(value, by)
        case Action.DROP:
            return DropRequest(owner_named(value.get("owner"), "owner"), _home_named(value.get("home")), by)
        case Action.RESTORE:
            return _restore(value, by)
    home = _home_named(value["home"]) if "home" in value else None
    return Request(action, owner_named(value.get("owner"), "owner"), by, home)


def _target(value: Mapping[str, Any], by: str) -> TargetRequest:
    source, target = owner_named(value.get("source"), "source"), owner_named(value.get("target"), "target")
    home = _home_named(value["home"]) if "home" in value else None
    if source == target and home is None:
        raise BadInput("home is needed if source and target are one owner: say which of its homes is to be copied")
    return TargetRequest(source, target, home, by)


def _restore(value: Mapping[str, Any], by: str) -> RestoreRequest:
    owner = owner_named(value.get("owner"), "owner")
    source = owner_named(value["source"], "source") if "source" in value else None
    home = _home_named(value["home"]) if "home" in value else None
    selection = selection_from(value["selection"]) if "selection" in value else WHOLE
    operation = operation_from(value["operation"]) if "operation" in value else None
    return RestoreRequest(owner, None if source == owner else source, home, selection, by, operation)


def _import(value: Mapping[str, Any]) -> ImportRequest:
    at = value.get("exported_at")
    if isinstance(at, bool) or not isinstance(at, int) or at <= 0:
        raise BadInput(f"exported_at {at!r} is not a time in milliseconds since 1970")
    rows, lines = (_items(value.get(name, []), name) for name in ("rows", "lines"))
    if len(rows) + len(lines) > MANY_ITEMS:
        raise BadInput(f"rows and lines must be {MANY_ITEMS} or fewer together")
    moved, dry_run = (_flag(value.get(name, False), name) for name in ("moved", "dry_run"))
    return ImportRequest(rows, lines, at, moved, dry_run, _by(value.get("by", "")))


def _items(value: object, name: str) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise BadInput(f"{name} must be a list of items in DynamoDB's JSON")
    return tuple(value)


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"{name} {value!r} is not true or false")
    return value


def _many(value: Mapping[str, Any], action: Action) -> ManyRequest:
    """What is wrong with all of them is refused, what is wrong with one is told of that one."""
    shared = {"action", "by"} | ({"selection", "operation"} if action is Action.RESTORE else set())
    of_one_home = {"homes"} if "home" in _FIELDS.get(action, ()) and action is not Action.RESTORE else set()
    _refuse_unknown(value, shared | of_one_home | {"owners"}, action)
    owners, most = value["owners"], MANY_OF_AN_OPERATION if "operation" in value else MANY
    if not isinstance(owners, list) or not 1 <= len(owners) <= most:
        raise BadInput(f"owners must be a list of 1 to {most} owners, such as user/ada@lab")
    _by(value.get("by", ""))
    selection_from(value.get("selection", {}))
    if "operation" in value:
        operation_from(value["operation"])
    homes = value.get("homes", {})
    if not isinstance(homes, Mapping):
        raise BadInput("homes must be an object: a home for each owner of which one home is meant")
    rest = {name: value[name] for name in shared & set(value)}
    each = [(str(owner), rest | {"owner": owner} | _home_in(homes, owner)) for owner in owners]
    found = tuple(_once((named, _or_why_not(asked, action)) for named, asked in each))
    return ManyRequest(action, found, unattended="operation" in value)


def _once(each: Iterable[_Named]) -> Iterator[_Named]:
    """Each owner once, however often it was named: what is asked for of it is done once."""
    seen: set[Owner] = set()
    for named, asked in each:
        if isinstance(asked, BadInput):
            yield named, asked
        elif asked.owner not in seen:
            seen.add(asked.owner)
            yield named, asked


def _home_in(homes: Mapping[str, Any], owner: object) -> dict[str, Any]:
    return {"home": homes[owner]} if isinstance(owner, str) and owner in homes else {}


def _or_why_not(value: Mapping[str, Any], action: Action) -> Request | RestoreRequest | BadInput:
    try:
        found = _one(value, action)
    except BadInput as refused:
        return refused
    return found if isinstance(found, Request | RestoreRequest) else BadInput(f"{action} is asked for one by one")


def _by(text: object) -> str:
    if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_BY:
        raise BadInput(f"by must be printable text of at most {_LONGEST_BY} characters: who asks")
    return text


def _home_named(text: object) -> Home:
    if not isinstance(text, str):
        raise BadInput(f"home {text!r} is not a home, such as fs-0123456789abcdef0/200005")
    file_system_id, _, uid = text.partition("/")
    try:
        return Home(file_system_id, uid)
    except BadHome as error:
        raise BadHome(f"home {text!r} is not a home, such as fs-0123456789abcdef0/200005: {error}") from error


def unknown_owner(field: str, owner: Owner, known: Iterable[Owner]) -> BadInput:
    """That nobody knows this owner, with the names that are most like it."""
    near = get_close_matches(str(owner), sorted(str(one) for one in known), n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return BadInput(f"{field} {owner} is not known{hint}")
