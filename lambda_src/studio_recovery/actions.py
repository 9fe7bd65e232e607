"""Knows what an admin's action does to a row. Pure: a row in, a change out.

Law 8 of docs/architecture.md lives here too: no approval overrides a hold. A request that is repeated changes nothing
the second time.
"""

from dataclasses import replace

from studio_recovery.errors import BadInput
from studio_recovery.guard import OPEN, Guard
from studio_recovery.homes import Home
from studio_recovery.observe import arm
from studio_recovery.owners import Owner, owner_named
from studio_recovery.requests import Action
from studio_recovery.rows import Change, Line, Row
from studio_recovery.selection import WHOLE
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import APPROVAL, CANCELLED, HELD, OTHER_OWNER, SOURCE_HELD, TOO_OLD, UNDER_WAY, Status

_WAITS_FOR_APPROVAL = (OTHER_OWNER, APPROVAL, TOO_OLD)


def decide(action: Action, row: Row, at: int, guard: Guard = OPEN, home: Home | None = None) -> Change | None:
    """What the action does to its owner's row at this time (ms since 1970); None if nothing.

    `home`: the one that is approved or rejected; None: whichever waits for it. Raises BadInput that says how the row
    stands if the action does not fit it.
    """
    match action:
        case Action.HOLD:
            return hold(row, at)
        case Action.RELEASE:
            return release(row, at, guard)
        case Action.APPROVE:
            return approve(row, at, guard, home)
        case Action.REJECT:
            return reject(row, at, guard, home)
        case Action.RETRY:
            return retry(row, at, guard)
        case Action.CANCEL:
            return cancel(row, at)
    return None


def hold(row: Row, at: int) -> Change | None:
    """Replication off: what waits is held back, a copy that runs goes on."""
    if not row.replication:
        return None
    held = replace(row, replication=False)
    waits = row.status in (Status.PENDING, Status.BLOCKED) and not _is_blocked(row, CANCELLED)
    return change_of(arm(held, at) if waits else held, "held", at)


def release(row: Row, at: int, guard: Guard = OPEN) -> Change | None:
    """Replication on: what was held back is to be recovered."""
    if row.replication:
        return None
    free = replace(row, replication=True)
    return change_of(arm(free, at, guard) if _is_blocked(row, HELD) else free, "released", at)


def release_source(row: Row, owner: Owner, at: int, guard: Guard = OPEN) -> Change | None:
    """What the release of `owner` does to the row of another that was to get its files.

    A PENDING row gets a new request: the execution of the one before may have seen the hold, and is about to say so.
    """
    waits = row.status is Status.PENDING or _is_blocked(row, SOURCE_HELD)
    if not waits or not gets_files_of(row, owner):
        return None
    return change_of(arm(row, at, guard), "source released", at)


def gets_files_of(row: Row, owner: Owner) -> bool:
    """True if a home of this other owner is to be copied into the row's, now or later."""
    origins = {source.origin for source in row.sources if source.origin and not source.dormant}
    return any(owner_named(origin, "origin") == owner for origin in origins)


def approve(row: Row, at: int, guard: Guard = OPEN, home: Home | None = None) -> Change | None:
    """An admin says yes to the row's next source: no guard stops it any more. A hold still does."""
    source = row.source(row.copying) if row.status is Status.RUNNING else row.next_source
    if source and source.approved and row.status in UNDER_WAY and home in (None, source.home):
        return None
    source = _waits_for_approval(row, home)
    sources = tuple(replace(one, approved=one.approved or one is source) for one in row.sources)
    return change_of(arm(replace(row, sources=sources), at, guard), "approved", at, source=source.home.key)


def reject(row: Row, at: int, guard: Guard = OPEN, home: Home | None = None) -> Change | None:
    """An admin says no to the row's next source: it is set aside, and stays known (law 7).

    Asked for a `home`, a repetition does not reject the next one as well.
    """
    if home and (known := row.source(home.key)) and known.dormant:
        return None
    source = _waits_for_approval(row, home)
    aside = replace(source.unselected or source, dormant=True, selection=WHOLE, before=None)
    return change_of(arm(row.with_changed(aside), at, guard), "rejected", at, source=source.home.key)


def _waits_for_approval(row: Row, home: Home | None) -> Source:
    """The source that waits for an approval. Raises BadInput if none does, or another than the one that is meant."""
    source = row.next_source
    if source is None or not _is_blocked(row, *_WAITS_FOR_APPROVAL):
        raise BadInput(f"owner {row.owner} is {standing(row)}: nothing of it waits for an approval")
    if home not in (None, source.home):
        raise BadInput(f"home {home.key if home else ''} of {row.owner} does not wait: {source.home.key} does by now")
    return source


def drop(row: Row, home: Home, at: int, guard: Guard = OPEN) -> Change:
    """One of the row's sources is given up; what rested because of it goes on. No file is touched.

    Raises BadInput for a home that is none of its sources, is being copied, or belongs to a namesake who lives.
    """
    source = row.source(home.key)
    if source is None and any(rival.home == home for rival in row.waiting):
        raise BadInput(f"home {home.key} is that of another {row.owner} who lives: it is no source")
    if source is None:
        known = ", ".join(one.home.key for one in row.sources) or "it has none"
        raise BadInput(f"home {home.key} is no source of {row.owner}; its sources: {known}")
    if row.status is Status.RUNNING and row.copying == home.key:
        raise BadInput(f"home {home.key} is being copied to {row.owner}: cancel first")
    without = row.without(home)
    next_one = source == row.next_source and row.status is not Status.RUNNING
    return change_of(arm(without, at, guard) if next_one else without, "dropped", at, source=home.key)


def cancel(row: Row, at: int) -> Change | None:
    """What waits does not begin; a recovery that runs is to end. All of it rests until somebody asks for it again."""
    if row.reason == CANCELLED:
        return None
    if row.status is Status.PENDING:
        rests = row.at_rest(Rest(Status.BLOCKED, CANCELLED))
        return change_of(replace(rests, status=Status.BLOCKED, reason=CANCELLED, request_id=""), "cancelled", at)
    if row.status is Status.RUNNING:
        return change_of(replace(row, reason=CANCELLED), "cancel asked for", at, source=row.copying)
    raise BadInput(f"owner {row.owner} is {standing(row)}: only what is PENDING or RUNNING can be cancelled")


def retry(row: Row, at: int, guard: Guard = OPEN) -> Change | None:
    """A recovery that did not end well or was cancelled is asked for again; or one whose source waits for its release.

    Whether that is still on hold is looked at when the copy begins.
    """
    refuse_while_it_is_cancelled(row)
    if row.status in UNDER_WAY:
        return None
    if row.status not in (Status.FAILED, Status.PARTIAL) and not _is_blocked(row, SOURCE_HELD, CANCELLED):
        raise BadInput(
            f"owner {row.owner} is {standing(row)}: only what FAILED, is PARTIAL or was cancelled can be tried again"
        )
    return change_of(arm(row.awake, at, guard), "asked for again", at)


def refuse_while_it_is_cancelled(row: Row) -> None:
    """Raises BadInput for a row whose copy is about to end."""
    if row.status is Status.RUNNING and row.reason == CANCELLED:
        raise BadInput(f"the recovery of {row.owner} is being cancelled: ask again when it has ended")


def _is_blocked(row: Row, *reasons: str) -> bool:
    return row.status is Status.BLOCKED and row.reason in reasons


def standing(row: Row) -> str:
    """How a row stands, in a word or two."""
    return f"{row.status} ({row.reason})" if row.reason else str(row.status)


def change_of(row: Row, what: str, at: int, **details: str | int) -> Change:
    """The row with a line in the history that says what was asked for."""
    facts: dict[str, str | int] = {"status": row.status, "version": row.version + 1}
    facts |= {"reason": row.reason} if row.reason else {}
    return Change(row, (Line(what, at, f"{what}/{row.version}", facts | details),))
