"""Knows what an observation of an owner does to its row. Pure: a row and a fresh look in, a change or None out.

Laws 3, 7 and 8 of docs/architecture.md live here: a row moves to a new home only when the old one's owner is gone,
no observed home is forgotten, and a hold survives everything.
"""

from dataclasses import dataclass, replace

from studio_recovery.guard import OPEN, Guard
from studio_recovery.homes import Belonging, Home
from studio_recovery.names import digest
from studio_recovery.owners import Owner
from studio_recovery.rows import Change, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import APPROVAL, CANCELLED, HELD, OUT_OF_SCOPE, STILL_ALIVE, TOO_OLD, Status


@dataclass(frozen=True, slots=True)
class Sighting:
    """When an observation was made and by what: `how` is the history's word, `id` that of the event or reconcile.

    `now`: the time of the look itself, by which a guard counts days: an event may come late, or once more.
    """

    at: int
    how: str
    id: str
    now: int = 0


@dataclass(frozen=True, slots=True)
class Present:
    """The owner exists since `created_at` and has this home. `gone`: ids of domains where a fresh look did not find it.

    Not `in_scope`: its domain is none that the module looks after.
    """

    owner: Owner
    home: Home
    belonging: Belonging
    gone: frozenset[str] = frozenset()
    created_at: int = 0
    in_scope: bool = True

    @property
    def domain_id(self) -> str:
        """The id of the domain in which it was seen."""
        return self.home.domain_id


@dataclass(frozen=True, slots=True)
class Absent:
    """A fresh look in this domain did not find the owner."""

    owner: Owner
    domain_id: str


@dataclass(frozen=True, slots=True)
class Unprotected:
    """The owner exists but has no home that could be recovered, and why."""

    owner: Owner
    domain_id: str
    reason: str
    gone: frozenset[str] = frozenset()
    created_at: int = 0


Observation = Present | Absent | Unprotected


@dataclass(frozen=True, slots=True)
class _Rules:
    """What arming a row needs beside it: the guard, and the time; `at` is when it happened, `now` at least as late."""

    guard: Guard
    at: int
    now: int

    def arm(self, row: Row) -> Row:
        return arm(row, self.now, self.guard)

    def unless_running(self, row: Row) -> Row:
        """A run that is under way arms the row itself when it ends."""
        return row if row.status is Status.RUNNING else self.arm(row)

    def beside_namesakes(self, row: Row) -> Row:
        """Who came or went beside it changes nothing for what runs, nor for what rests until somebody asks again."""
        rests = row.status in (Status.RUNNING, Status.FAILED, Status.PARTIAL) or row.reason == CANCELLED
        return row if rests else self.arm(row)


def observe(row: Row | None, seen: Observation, sighting: Sighting, guard: Guard = OPEN) -> Change | None:
    """What `seen` changes in `row` (None: the owner has no row yet); None if nothing that is true changes."""
    rules = _Rules(guard, sighting.at, max(sighting.at, sighting.now))
    match seen:
        case Present():
            moved = _present(row or Row(seen.owner), seen, rules)
        case Absent():
            moved = _absent(row, seen, rules) if row else None
        case Unprotected():
            moved = _unprotected(row or Row(seen.owner), seen, rules)
    if moved is None or moved == row:
        return None
    written = replace(moved, event_time=sighting.at)
    line = Line(_what(seen, sighting), sighting.at, f"{sighting.id}/{row.version if row else 0}", _details(written))
    return Change(written, (line,))


def arm(row: Row, at: int, guard: Guard = OPEN) -> Row:
    """The row with the status that its home and sources ask for at this time (ms since 1970).

    PENDING, with a new request id, if there is work; what its next source rests with, if nobody asked for that since.
    """
    source = row.next_source
    if not row.in_scope and not row.deleted_at:
        return _rest(row, Status.UNPROTECTED, OUT_OF_SCOPE)
    if row.home is None:
        return row if row.status is Status.UNPROTECTED and not row.deleted_at else _rest(row, Status.IDLE)
    if row.deleted_at or source is None:
        return _rest(row, Status.BLOCKED, STILL_ALIVE) if row.waiting else _rest(row, Status.IDLE)
    if not row.replication:
        return _rest(row, Status.BLOCKED, HELD)
    if source.rests:
        return _rest(row, source.rests.status, source.rests.reason)
    if objection := guard.objection(source, row.belonging, at):
        return _rest(row, Status.BLOCKED, objection)
    request = digest(row.owner.key, row.owner.domain_name, row.home.key, str(row.version + 1))
    return replace(_rest(row, Status.PENDING), request_id=request, event_time=at)


def is_unblocked(row: Row, at: int, guard: Guard = OPEN) -> bool:
    """True if what a person or a setting held back is not held back any more: arming says something else now."""
    if row.status is not Status.BLOCKED or row.reason not in (HELD, APPROVAL, TOO_OLD):
        return False
    now = arm(row, at, guard)
    return (now.status, now.reason) != (row.status, row.reason)


def unfinished(row: Row, key: str) -> Row:
    """The row with the mark that a copy from source `key` may have left half-written files."""
    return replace(row, sources=tuple(replace(s, unfinished=s.unfinished or s.home.key == key) for s in row.sources))


def _rest(row: Row, status: Status, reason: str = "") -> Row:
    return replace(row, status=status, reason=reason, request_id="")


def _present(row: Row, seen: Present, rules: _Rules) -> Row | None:
    if row.home == seen.home:
        alive = replace(
            row,
            belonging=seen.belonging.or_as(row.belonging),
            deleted_at=0,
            created_at=seen.created_at,
            in_scope=seen.in_scope,
        )
        released = is_unblocked(row, rules.now, rules.guard)
        if row.in_scope != seen.in_scope:
            return rules.unless_running(alive)
        return rules.arm(alive) if released or (row.deleted_at and row.status is Status.IDLE) else alive
    if row.home is None or _is_over(row.home, seen.domain_id, seen.gone):
        found = replace(row, owner=seen.owner, created_at=seen.created_at, in_scope=seen.in_scope)
        return _move(found, seen.home, seen.belonging, rules)
    if any(source.home == seen.home for source in row.waiting):
        return None
    before = next((rival for rival in row.waiting if rival.home.domain_id == seen.domain_id), None)
    kept = _put_by(row, before) if before else row
    newest = max((rival.order for rival in kept.waiting), default=0)
    rival = Source(seen.home, newest + 1, seen.belonging, in_scope=seen.in_scope)
    return rules.beside_namesakes(replace(kept.without(seen.home), waiting=(*kept.waiting, rival)))


def _absent(row: Row, seen: Absent, rules: _Rules) -> Row | None:
    rival = next((source for source in row.waiting if source.home.domain_id == seen.domain_id), None)
    if rival:
        return rules.beside_namesakes(_put_by(row, rival))
    if row.domain_id != seen.domain_id or row.deleted_at:
        return None
    if row.waiting:
        heir = row.waiting[-1]
        return _move(replace(row, created_at=0, in_scope=heir.in_scope), heir.home, heir.belonging, rules)
    ended = replace(row, deleted_at=rules.at)
    at_rest = row.status in (Status.PENDING, Status.BLOCKED, Status.UNPROTECTED)
    return rules.arm(ended) if at_rest else ended


def _unprotected(row: Row, seen: Unprotected, rules: _Rules) -> Row | None:
    if row.domain_id and not row.deleted_at and row.domain_id not in {seen.domain_id, *seen.gone}:
        return None
    kept = _leave(row, rules.at)
    return replace(
        kept,
        home=None,
        unprotected_in=seen.domain_id,
        created_at=seen.created_at,
        deleted_at=0,
        status=Status.UNPROTECTED,
        reason=seen.reason,
        request_id="",
    )


def _move(row: Row, home: Home, belonging: Belonging, rules: _Rules) -> Row:
    """The row with another home, the one before among its sources.

    What an admin approved for one person is not approved for the next. What rested comes now, and no selection that
    overwrites reaches files for which nobody asked it (law 2).
    """
    left = _leave(row, rules.at).without(home)
    # One that waits in the domain of this home is over, although nobody told of its end.
    for over in (rival for rival in left.waiting if rival.home.domain_id == home.domain_id):
        left = left.without(over.home).with_source(over.home, over.belonging, left_at=rules.at)
    kept = replace(left, sources=tuple(source.anew for source in left.sources))
    sources = tuple(
        one if _still_approved(one, row.belonging, belonging) else one.everywhere(approved=False)
        for one in kept.sources
    )
    return rules.arm(replace(kept, sources=sources, home=home, belonging=belonging, deleted_at=0, unprotected_in=""))


def _still_approved(source: Source, before: Belonging, now: Belonging) -> bool:
    """False if an approval was not for who is there now.

    Where nobody knew who was there, an approval says nothing of a person who turns out to be another than the home's.
    """
    meant = source.origin or source.belonging.may_pass_to(now) or not source.belonging.may_pass_to(before)
    return before.may_pass_to(now) and bool(meant)


def _leave(row: Row, at: int) -> Row:
    """The row with its present home among its sources.

    What is being copied into it may be there in part, so it is that person's as well (law 3).
    """
    if row.home is None:
        return row
    copied = row.source(row.copying)
    belonging = row.belonging.or_as(copied.belonging) if copied and not copied.origin else row.belonging
    return row.with_source(row.home, belonging, left_at=row.deleted_at or at)


def _is_over(home: Home, domain_id: str, gone: frozenset[str]) -> bool:
    """A name is unique within a domain, so another home of the same domain ends the one before it."""
    return home.domain_id == domain_id or home.domain_id in gone


def _put_by(row: Row, rival: Source) -> Row:
    """A namesake's home that ended is kept, but dormant: the owner of the current home may be somebody else."""
    return row.without(rival.home).with_source(rival.home, rival.belonging, dormant=True)


def _what(seen: Observation, sighting: Sighting) -> str:
    match seen:
        case Present():
            return sighting.how
        case Absent():
            return "deleted"
        case Unprotected():
            return "not protected"


def _details(row: Row) -> dict[str, str | int]:
    details: dict[str, str | int] = {"status": row.status, "version": row.version + 1}
    if row.home:
        details |= {"domain_id": row.home.domain_id, "efs_sys_id": row.home.file_system_id, "efs_uid": row.home.uid}
    if row.reason:
        details["reason"] = row.reason
    if row.next_source:
        details["next_source"] = row.next_source.home.key
    return details
