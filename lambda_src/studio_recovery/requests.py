"""Knows what an admin may ask for: how a request is read, and what it does to a row. Pure: a row in, a change out.

Laws 3 and 8 of docs/architecture.md live here too: another owner's files come only if they were asked for by name, and
no approval overrides a hold. A request that is repeated changes nothing the second time.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from studio_recovery.errors import BadHome, BadInput
from studio_recovery.guard import OPEN, Guard
from studio_recovery.nouns import (
    APPROVAL,
    HELD,
    OTHER_OWNER,
    SOURCE_HELD,
    TOO_OLD,
    Change,
    Home,
    Line,
    Owner,
    Row,
    Source,
    Status,
    owner_named,
)
from studio_recovery.observe import arm, unfinished

_WAITS_FOR_APPROVAL = (OTHER_OWNER, APPROVAL, TOO_OLD)
_UNDER_WAY = (Status.PENDING, Status.RUNNING)


class Action(StrEnum):
    """What may be asked for of one owner."""

    HOLD = "hold"
    RELEASE = "release"
    APPROVE = "approve"
    RETRY = "retry"
    SHOW = "show"


_TARGET = "target"
_ACTIONS = (*Action, _TARGET)


@dataclass(frozen=True, slots=True)
class Request:
    """An action on one owner."""

    action: Action
    owner: Owner


@dataclass(frozen=True, slots=True)
class TargetRequest:
    """The files of `source` are to come to `target` too: those of one `home` of it, or of its latest."""

    source: Owner
    target: Owner
    home: Home | None = None


def request_from(value: object) -> Request | TargetRequest:
    """What is asked for. Raises BadInput that names the field."""
    if not isinstance(value, Mapping):
        raise BadInput("the request must be an object with action and owner")
    action = value.get("action")
    if not isinstance(action, str) or action not in _ACTIONS:
        raise BadInput(f"action {action!r} is not one of {', '.join(sorted(_ACTIONS))}")
    known = {"action", "source", "target", "home"} if action == _TARGET else {"action", "owner"}
    if unknown := sorted(str(name) for name in set(value) - known):
        raise BadInput(f"unknown field {unknown[0]!r}; {action} knows {', '.join(sorted(known))}")
    if action != _TARGET:
        return Request(Action(action), owner_named(value.get("owner"), "owner"))
    source, target = owner_named(value.get("source"), "source"), owner_named(value.get("target"), "target")
    home = _home_named(value["home"]) if "home" in value else None
    if source == target and home is None:
        raise BadInput("home is needed if source and target are one owner: say which of its homes is to be copied")
    return TargetRequest(source, target, home)


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


def decide(action: Action, row: Row, at: int, guard: Guard = OPEN) -> Change | None:
    """What the action does to its owner's row at this time (ms since 1970); None if nothing.

    Raises BadInput that says how the row stands if the action does not fit it.
    """
    match action:
        case Action.HOLD:
            return hold(row, at)
        case Action.RELEASE:
            return release(row, at, guard)
        case Action.APPROVE:
            return approve(row, at, guard)
        case Action.RETRY:
            return retry(row, at, guard)
        case Action.SHOW:
            return None


def hold(row: Row, at: int) -> Change | None:
    """Replication off: what waits is held back, a copy that runs goes on."""
    if not row.replication:
        return None
    held = replace(row, replication=False)
    return _change(arm(held, at) if row.status in (Status.PENDING, Status.BLOCKED) else held, "held", at)


def release(row: Row, at: int, guard: Guard = OPEN) -> Change | None:
    """Replication on: what was held back is to be recovered."""
    if row.replication:
        return None
    free = replace(row, replication=True)
    return _change(arm(free, at, guard) if _is_blocked(row, HELD) else free, "released", at)


def release_source(row: Row, owner: Owner, at: int, guard: Guard = OPEN) -> Change | None:
    """What the release of `owner` does to the row of another that was to get its files.

    A PENDING row gets a new request: the execution of the one before may have seen the hold, and is about to say so.
    """
    source = row.next_source
    waits = row.status is Status.PENDING or _is_blocked(row, SOURCE_HELD)
    if not waits or source is None or not source.origin:
        return None
    if owner_named(source.origin, "origin") != owner:
        return None
    return _change(arm(row, at, guard), "source released", at)


def approve(row: Row, at: int, guard: Guard = OPEN) -> Change | None:
    """An admin says yes to the row's next source: no guard stops it any more. A hold still does."""
    source = row.source(row.copying) if row.status is Status.RUNNING else row.next_source
    if source and source.approved and row.status in _UNDER_WAY:
        return None
    if source is None or not _is_blocked(row, *_WAITS_FOR_APPROVAL):
        raise BadInput(f"owner {row.owner} is {_standing(row)}: nothing of it waits for an approval")
    sources = tuple(replace(one, approved=one.approved or one is source) for one in row.sources)
    return _change(arm(replace(row, sources=sources), at, guard), "approved", at, source=source.home.key)


def retry(row: Row, at: int, guard: Guard = OPEN) -> Change | None:
    """A recovery that ended FAILED or PARTIAL is asked for again; or one that waits for the release of its source.

    Whether that is still on hold is looked at when the copy begins.
    """
    if row.status in _UNDER_WAY:
        return None
    if row.status not in (Status.FAILED, Status.PARTIAL) and not _is_blocked(row, SOURCE_HELD):
        raise BadInput(f"owner {row.owner} is {_standing(row)}: only what FAILED or is PARTIAL can be tried again")
    return _change(arm(row, at, guard), "asked for again", at)


def latest_of(row: Row) -> tuple[Source, ...]:
    """The owner's latest home, and what would come into it by itself, the latest last.

    A home that belonged to another person is left out: it was not asked for by name. Raises BadInput if there is none.
    """
    marked = unfinished(row, row.copying).sources
    waiting = [source for source in marked if not source.dormant and not _is_anothers(source, row)]
    latest = [Source(row.home, 0, row.belonging, left_at=row.deleted_at)] if row.home else []
    found = (*sorted(waiting, key=lambda source: source.order), *latest)
    if not found:
        raise BadInput(f"source {row.owner} has no home that could be copied")
    return found


def left_out(row: Row) -> list[str]:
    """The keys of the homes that `latest_of` leaves out since they belonged to another person."""
    return [source.home.key for source in row.sources if not source.dormant and _is_anothers(source, row)]


def _is_anothers(source: Source, row: Row) -> bool:
    return not source.approved and not source.belonging.may_pass_to(row.belonging)


def home_of(row: Row, home: Home, earlier: Iterable[Home]) -> tuple[Source, ...]:
    """Exactly this home of the owner: its current one, a source, or one of those that it had `earlier`.

    Raises BadInput if it never was the owner's.
    """
    if row.home == home:
        return latest_of(row)[-1:]
    source = row.source(home.key)
    if source and not source.origin:
        return (replace(source, older=True),)
    for known in earlier:
        if known == home:
            return (Source(known, 0, older=True),)
    raise BadInput(f"home {home.key} never was a home of {row.owner}")


def origins_of(offered: Iterable[Source], source: Owner, target: Owner) -> dict[Home, str]:
    """Whose home each of the offered is, as Source.origin says it: nothing if it is the target's own."""
    named = {one.home: one.origin or str(source) for one in offered}
    return {home: "" if owner_named(origin, "origin") == target else origin for home, origin in named.items()}


def add_target(
    row: Row, offered: tuple[Source, ...], source: Owner, held: Set[str], at: int, guard: Guard = OPEN
) -> Change | None:
    """The row of the target with the offered homes of `source` among its sources, the last of them the newest.

    `held`: the origins that are on hold. A running copy goes on, and what was added comes next. Raises BadInput if the
    only home offered is the target's own current one.
    """
    if [one.home for one in offered] == [row.home]:
        raise BadInput(f"home {offered[0].home.key} is the current home of {row.owner}")
    origins = origins_of(offered, source, row.owner)
    added = row
    for one in offered:
        added = _with(added, one, origins[one.home])
    if added == row:
        return None
    if row.status is not Status.RUNNING:
        added = _unless_held(arm(added, at, guard), held)
    homes = ", ".join(one.home.key for one in offered)
    return _change(added, "target added", at, source=str(source), homes=homes)


def _with(row: Row, offered: Source, origin: str) -> Row:
    """The row with this source as its newest, but for its owner's own homes that still wait: they come first.

    Unchanged if it asks for it already. The marks that a copy may have left half-written files stay (law 2).
    """
    known = row.source(offered.home.key)
    if offered.home == row.home or (known and known.approved and known.origin == origin and not known.dormant):
        return row
    asked = replace(
        offered,
        origin=origin,
        approved=True,
        unfinished=offered.unfinished or bool(known and known.unfinished),
        dormant=False,
    )
    others = sorted((one for one in row.sources if one.home != offered.home), key=lambda one: one.order)
    own = [one for one in others if not one.origin and not one.dormant]
    before = [replace(one, older=True) for one in others if one not in own]
    ordered = [*before, replace(asked, older=asked.older or bool(own)), *own]
    return replace(row, sources=tuple(replace(one, order=place) for place, one in enumerate(ordered, 1)))


def _unless_held(row: Row, held: Set[str]) -> Row:
    """The row, BLOCKED if the owner of its next source is on hold."""
    if row.status is Status.PENDING and row.next_source and row.next_source.origin in held:
        return replace(row, status=Status.BLOCKED, reason=SOURCE_HELD, request_id="")
    return row


def _is_blocked(row: Row, *reasons: str) -> bool:
    return row.status is Status.BLOCKED and row.reason in reasons


def _standing(row: Row) -> str:
    return f"{row.status} ({row.reason})" if row.reason else str(row.status)


def _change(row: Row, what: str, at: int, **details: str | int) -> Change:
    facts: dict[str, str | int] = {"status": row.status, "version": row.version + 1}
    facts |= {"reason": row.reason} if row.reason else {}
    return Change(row, (Line(what, at, f"{what}/{row.version}", facts | details),))
