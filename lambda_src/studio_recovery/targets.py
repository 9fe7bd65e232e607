"""Knows which homes come to an owner when an admin asks for them, in which order, and when. Pure: a change out.

Law 3 of docs/architecture.md: another owner's files come only if they were asked for by name.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from studio_recovery.actions import change_of, refuse_while_it_is_cancelled
from studio_recovery.errors import BadInput
from studio_recovery.guard import OPEN, Guard
from studio_recovery.homes import Home
from studio_recovery.observe import arm, unfinished
from studio_recovery.owners import Owner, owner_named
from studio_recovery.rows import Change, Row
from studio_recovery.selection import WHOLE, Selection
from studio_recovery.sources import Source
from studio_recovery.statuses import SOURCE_HELD, UNDER_WAY, Status

# Bytes of the selections of one row; with all else it has to stay below the 400 KB of an item.
_MOST_SELECTED = 200_000


@dataclass(frozen=True, slots=True)
class Offer:
    """The homes of the owner `source` that are to be copied, the latest last, and what of them.

    `held`: the origins that are on hold.
    """

    homes: tuple[Source, ...]
    source: Owner
    held: Set[str] = frozenset()
    selection: Selection = WHOLE

    def origins(self, target: Owner) -> dict[Home, str]:
        """Whose home each of them is, as Source.origin says it: nothing if it is the target's own."""
        return origins_of(self.homes, self.source, target)


def latest_of(row: Row) -> tuple[Source, ...]:
    """The owner's latest home, and what would come into it by itself, the latest last.

    A home that belonged to another person is left out: it was not asked for by name. Raises BadInput if there is none.
    """
    marked = unfinished(row, row.copying).sources
    waiting = [source for source in marked if not source.dormant and not is_anothers(source, row)]
    latest = [Source(row.home, 0, row.belonging, left_at=row.deleted_at)] if row.home else []
    found = (*sorted(waiting, key=lambda source: source.order), *latest)
    if not found:
        raise BadInput(f"source {row.owner} has no home that could be copied")
    return tuple(replace(one, selection=WHOLE, before=None, rests=None) for one in found)


def left_out(row: Row) -> list[str]:
    """The keys of the homes that `latest_of` leaves out since they belonged to another person."""
    return [source.home.key for source in row.sources if not source.dormant and is_anothers(source, row)]


def is_anothers(source: Source, row: Row) -> bool:
    """True if the source's files belonged to another person, and nobody approved of that."""
    return not source.approved and not source.belonging.may_pass_to(row.belonging)


def home_of(row: Row, home: Home, earlier: Iterable[Home]) -> tuple[Source, ...]:
    """Exactly this home of the owner: its current one, a source, or one of those that it had `earlier`.

    Of an earlier one nobody knows any more whose it was: it is taken for that of the person who is there now (law 3).
    Raises BadInput if it never was the owner's.
    """
    if row.home == home:
        return latest_of(row)[-1:]
    source = row.source(home.key)
    if source and not source.origin:
        return (replace(source, older=True, selection=WHOLE, before=None, rests=None),)
    for known in earlier:
        if known == home:
            return (Source(known, 0, row.belonging, older=True),)
    raise BadInput(f"home {home.key} never was a home of {row.owner}")


def origins_of(offered: Iterable[Source], source: Owner, target: Owner) -> dict[Home, str]:
    """Whose home each of the offered is, as Source.origin says it: nothing if it is the target's own."""
    named = {one.home: one.origin or str(source) for one in offered}
    return {home: "" if owner_named(origin, "origin") == target else origin for home, origin in named.items()}


def add_target(row: Row, offer: Offer, at: int, guard: Guard = OPEN) -> Change | None:
    """The row of the target with the offered homes among its sources, the last of them the newest.

    A running copy goes on, and what was added comes next. Raises BadInput if the only home offered is the target's own
    current one.
    """
    added = _with_all(row, offer)
    if added == row:
        return None
    homes = ", ".join(one.home.key for one in offer.homes)
    return change_of(_armed(added, offer, at, guard), "target added", at, source=str(offer.source), homes=homes)


def restore(row: Row, offer: Offer, at: int, guard: Guard = OPEN) -> Change | None:
    """A recovery of the offered homes into the owner's begins now, also if the row rests; None if it is under way.

    With a selection only that begins: what else rests goes on resting after it. Raises BadInput if the owner is not
    there, if nothing is offered but its current home, or if one of the homes is being copied in another way.
    """
    refuse_if_gone(row)
    refuse_while_it_is_cancelled(row)
    asked = _selected(row, offer) if offer.selection != WHOLE else _with_all(row, offer).awake
    if _is_under_way(row, offer) or (asked == row and row.status in UNDER_WAY):
        return None
    armed = _armed(asked, offer, at, guard)
    if replace(armed, event_time=row.event_time) == row:
        return None
    told = {"source": str(offer.source), "homes": ", ".join(one.home.key for one in offer.homes)}
    told |= {"selection": str(offer.selection)} if offer.selection != WHOLE else {}
    return change_of(armed, "restore asked for", at, **told)


def _is_under_way(row: Row, offer: Offer) -> bool:
    """True if just this home is being copied, or about to be, as it is asked for."""
    next_one = {Status.RUNNING: row.source(row.copying), Status.PENDING: row.next_source}.get(row.status)
    asks = [(one.home, offer.origins(row.owner)[one.home], offer.selection) for one in offer.homes]
    return next_one is not None and asks == [(next_one.home, next_one.origin, next_one.selection)]


def refuse_if_gone(row: Row) -> None:
    """Raises BadInput for a row into whose home nothing can be copied now."""
    if row.home is None and row.status is Status.UNPROTECTED:
        raise BadInput(f"owner {row.owner} has no home that files could be copied into: {row.reason}")
    if row.home is None or row.deleted_at:
        raise BadInput(f"owner {row.owner} does not exist now: use target, and its files come when it is created")
    if not row.in_scope:
        raise BadInput(f"owner {row.owner} is {row.reason}: the module copies nothing there (variable domains)")


def what_waits(row: Row) -> Source | None:
    """What a restore without a name means: the source that comes next.

    Raises BadInput if that belonged to another person: law 3 wants it asked for by name, or approved.
    """
    refuse_if_gone(row)
    source = row.next_source
    if source and is_anothers(source, row):
        raise BadInput(
            f"what waits for {row.owner}, {source.home.key}, belonged to another: approve it, or name it as home"
        )
    return source


def latest_earlier(row: Row, earlier: Iterable[Home], dropped: Set[str]) -> Source:
    """The owner's latest home before the current one, of those in its row and those that it had `earlier`.

    Raises BadInput if there is none, or if it was `dropped` or belonged to another: then it has to be named.
    """
    current = {row.home, *(rival.home for rival in row.waiting)}
    found = [home for home in earlier if home not in current]
    if not found:
        raise BadInput(
            f"owner {row.owner} is {row.status}, and nothing is known of an earlier home: nothing to restore"
        )
    source = row.source(found[-1].key) or Source(found[-1], 0, row.belonging, older=True)
    if source.home.key in dropped or is_anothers(source, row):
        why = "was dropped" if source.home.key in dropped else "belonged to another"
        raise BadInput(f"the latest earlier home of {row.owner}, {source.home.key}, {why}: name it as home")
    return source


def _with_all(row: Row, offer: Offer) -> Row:
    _refuse_current(row, offer)
    origins = offer.origins(row.owner)
    added = row
    for one in offer.homes:
        added = _with(added, one, origins[one.home])
    return added


def _with(row: Row, offered: Source, origin: str) -> Row:
    """The row with this source as its newest, but for its owner's own homes that still wait: they come first.

    One that waits already keeps its place. The marks that a copy may have left half-written files stay (law 2).
    """
    known = row.source(offered.home.key)
    if offered.home == row.home:
        return row
    _refuse_if_copied(row, known, WHOLE)
    before = known.unselected if known else None
    if before and before.origin == origin and not before.dormant:
        return row.with_changed(replace(before, approved=True))
    asked = replace(
        offered,
        selection=WHOLE,
        before=None,
        rests=None,
        origin=origin,
        approved=True,
        unfinished=offered.unfinished or bool(before and before.unfinished),
        dormant=False,
    )
    others = sorted((one for one in row.sources if one.home != offered.home), key=lambda one: one.order)
    own = [one for one in others if not one.origin and not one.dormant]
    older = [one.everywhere(older=True) for one in others if one not in own]
    ordered = [*older, replace(asked, older=asked.older or bool(own)), *own]
    return replace(row, sources=tuple(replace(one, order=place) for place, one in enumerate(ordered, 1)))


def _selected(row: Row, offer: Offer) -> Row:
    """The row with the selection of the one home offered as its next source: nobody means another by so much detail.

    Raises BadInput if the row would hold more of them than an item of its table takes.
    """
    _refuse_current(row, offer)
    (offered,) = offer.homes
    known = row.source(offered.home.key)
    selection = offer.selection
    is_next = known is not None and (known == row.next_source or known.home.key == row.copying)
    if known and is_next and known.selection == selection and known.approved:
        return row.with_changed(replace(known, rests=None))
    _refuse_if_copied(row, known, selection)
    before = known.unselected if known else None
    asked = replace(
        before or offered,
        order=max((one.order for one in row.sources if one.home != offered.home), default=0) + 1,
        origin=offer.origins(row.owner)[offered.home],
        approved=True,
        dormant=False,
        unfinished=offered.unfinished or bool(known and known.unfinished),
        selection=selection,
        before=before,
        rests=None,
    )
    chosen = row.with_changed(asked) if known else replace(row, sources=(*row.sources, asked))
    if sum(one.selection.size for one in chosen.sources) > _MOST_SELECTED:
        raise BadInput(f"too much is selected of {row.owner} that waits still: wait until some of it was copied")
    return chosen


def _refuse_current(row: Row, offer: Offer) -> None:
    if [one.home for one in offer.homes] == [row.home]:
        raise BadInput(f"home {offer.homes[0].home.key} is the current home of {row.owner}")


def _refuse_if_copied(row: Row, known: Source | None, selection: Selection) -> None:
    """What runs cannot be changed: its end would be taken for that of what is asked for now."""
    if known and row.status is Status.RUNNING and row.copying == known.home.key and known.selection != selection:
        raise BadInput(f"home {known.home.key} is being copied to {row.owner}: wait until that has ended, or cancel it")


def _armed(row: Row, offer: Offer, at: int, guard: Guard) -> Row:
    """The row, armed unless it is being copied into; BLOCKED if the owner of its next source is on hold."""
    if row.status is Status.RUNNING:
        return row
    armed = arm(row, at, guard)
    if armed.status is Status.PENDING and armed.next_source and armed.next_source.origin in offer.held:
        return replace(armed, status=Status.BLOCKED, reason=SOURCE_HELD, request_id="")
    return armed
