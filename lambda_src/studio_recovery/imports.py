"""Knows what a row that was kept does to a ledger that lost it, or fell back behind it. Pure: rows in, a change out.

Laws 3, 7 and 8 of docs/architecture.md live here too (docs/decisions/0050 says how): no home that either side knows
is forgotten, a hold survives, and nothing is copied before somebody has looked at SageMaker again. A row that a look
has to confirm says that its owner is gone (`deleted_at`): only a look that finds the owner asks for a recovery then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from studio_recovery.errors import BadInput
from studio_recovery.homes import Belonging, Home
from studio_recovery.observe import arm, unfinished
from studio_recovery.owners import owner_named
from studio_recovery.rows import Change, Line, Row
from studio_recovery.selection import WHOLE
from studio_recovery.sources import Source
from studio_recovery.statuses import CANCELLED, UNDER_WAY, Status, Word

_AT_EASE = (Status.IDLE, Status.SUCCEEDED, Status.SKIPPED)
_RESTS = (Status.FAILED, Status.PARTIAL, Status.BLOCKED)
# So many of the homes that came with a row stand in its history line.
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Import:
    """When the export began, and when it is taken in (ms since 1970).

    `gone`: ids of domains where a fresh look did not find the owner. `moved`: the export is another deployment's.
    """

    exported_at: int
    at: int
    gone: frozenset[str] = frozenset()
    moved: bool = False


def taken_in(known: Row | None, kept: Row, lines: Sequence[Line], how: Import) -> Change | None:
    """What a `kept` row changes in the one that the table has (`known`; None: it has none); None if nothing.

    `lines` is all that the history tells of the owner, the oldest first. The row that was written later counts;
    what the other one knows beside it is added. The version is above both, so that no request comes a second time.
    """
    told = _left(kept, lines)
    if known is None:
        merged = _rested(told, how)
    elif known.updated_at >= kept.updated_at:
        merged = _joined(known, told, lines, how)
    else:
        merged = _joined(_rested(told, how), _left(known, lines), lines, how)
    held = any(is_held(row, lines) for row in (known, kept) if row)
    merged = _on_hold(merged, how.at) if held else replace(merged, replication=True)
    if known is not None and merged == known:
        return None
    version = max(kept.version, known.version if known else 0)
    written = replace(merged, version=version, event_time=max(merged.event_time, known.event_time if known else 0))
    return Change(written, (_line(written, added_homes(known, written), how),))


def is_held(row: Row, lines: Iterable[Line]) -> bool:
    """Whether the owner is on hold, by this row and what the history tells of later times."""
    held = not row.replication
    for line in _since(row, lines):
        held = {"held": True, "released": False}.get(line.what, held)
    return held


def is_closed(home: Home, row: Row, lines: Iterable[Line]) -> bool:
    """True if the history tells that a home which this row knows was recovered whole, or dropped, after that.

    Of a recovery that an admin had asked for with a selection it does not tell how much of the home came over: that
    closes nothing (law 7).
    """
    closed = selected = False
    for line in _since(row, lines):
        named = str(line.details.get("homes", "")).split(", ")
        if line.what in ("restore asked for", "target added") and home.key in named:
            closed, selected = False, "selection" in line.details
        elif line.details.get("source") == home.key:
            closed = closed or line.what == "dropped" or (line.what == Word.SUCCEEDED and not selected)
    return closed


def added_homes(known: Row | None, written: Row) -> list[str]:
    """The homes that the row did not know before."""
    before = _homes(known) if known else set()
    return sorted(home.key for home in _homes(written) - before)


def refuse_if_odd(row: Row) -> None:
    """Raises BadInput that names the row and the field if a row that was kept is none that this package wrote."""
    owner_named(str(row.owner), "owner")
    sources = [*row.sources, *row.waiting]
    homes = [source.home for source in sources] + ([row.home] if row.home else [])
    things: list[Row | Home | Source | Belonging] = [row, row.belonging, *homes, *sources]
    for thing in [*things, *(source.belonging for source in sources)]:
        for one in fields(thing):
            value = getattr(thing, one.name)
            if isinstance(one.default, str | bool | int) and type(value) is not type(one.default):
                raise BadInput(f"the row of {row.owner} cannot be taken in: {one.name} is {value!r}")
    if row.copying:
        Home(row.copying.partition("/")[0], row.copying.partition("/")[2])
    if row.execution_arn and row.execution_arn.split(":")[:3:2] != ["arn", "states"]:
        raise BadInput(f"the row of {row.owner} cannot be taken in: execution_arn is {row.execution_arn!r}")


def _since(row: Row, lines: Iterable[Line]) -> Iterable[Line]:
    return (line for line in lines if line.at > row.updated_at)


def _left(row: Row, lines: Sequence[Line]) -> Row:
    """The row without the sources that were recovered or dropped after it was written.

    A part that was asked for is not asked for again by itself: its source is as it was before that.
    """
    left = (source for source in row.sources if not is_closed(source.home, row, lines))
    return replace(row, sources=tuple(map(_unselected, left)))


def _unselected(source: Source) -> Source:
    return source.unselected or replace(source, selection=WHOLE, dormant=True, approved=False)


def _rested(kept: Row, how: Import) -> Row:
    """The row as it was kept, with nothing under way, until a look finds its owner."""
    row = unfinished(kept, kept.copying) if kept.copying else kept
    if how.moved:
        row = replace(row, execution_arn="", copying="")
    if row.status in UNDER_WAY:
        cancelled = row.status is Status.RUNNING and row.reason == CANCELLED
        status, reason = (Status.BLOCKED, CANCELLED) if cancelled else (Status.IDLE, "")
        row = replace(row, status=status, reason=reason, request_id="")
    return replace(row, deleted_at=row.deleted_at or how.exported_at) if row.home else row


def _joined(base: Row, other: Row, lines: Sequence[Line], how: Import) -> Row:
    """The later row with what an earlier one knows beside it; the same row if that is nothing."""
    known = _homes(base)
    ended = _is_over(base, other, how)
    extra = [source for source in _in_order(other.sources) if source.home not in known]
    rivals = [rival for rival in other.waiting if rival.home not in known]
    # Nothing of a namesake who may live is copied by itself: its home waits beside the row.
    extra = extra if ended else [source.everywhere(dormant=True) for source in extra]
    if other.home and other.home not in known and not is_closed(other.home, other, lines):
        home = Source(other.home, 0, other.belonging, in_scope=other.in_scope)
        left = replace(home, left_at=other.deleted_at or how.exported_at)
        extra, rivals = ([*extra, left], rivals) if ended else (extra, [*rivals, home])
    if not other.belonging.may_pass_to(base.belonging):
        extra = [source.everywhere(approved=False) for source in extra]
    row = _with(base, extra, rivals) if extra or rivals else base
    same_home = base.home is not None and base.home == other.home
    row = _with_execution(row, other, how) if same_home else row
    return row if row == base else _to_be_looked_at(row, base, other if same_home else None, how)


def _is_over(base: Row, other: Row, how: Import) -> bool:
    """True if the owner of the earlier row's home is the later one's, or is known to have ended."""
    if other.deleted_at or not other.domain_id or other.domain_id in {base.domain_id, *how.gone}:
        return True
    return any(source.home == other.home for source in base.sources)


def _with(base: Row, extra: list[Source], rivals: list[Source]) -> Row:
    """The row with older sources behind its own, and with rivals beside those that it has."""
    own = _in_order(base.sources)
    gaps = [source.everywhere(older=True) for source in extra[:-1]]
    newest = [source.everywhere(older=True) if own else source for source in extra[-1:]]
    sources = [replace(source, order=place) for place, source in enumerate([*gaps, *newest, *own], 1)]
    last = max((rival.order for rival in base.waiting), default=0)
    waiting = (*base.waiting, *(replace(rival, order=place) for place, rival in enumerate(rivals, last + 1)))
    return replace(base, sources=tuple(sources) if extra else base.sources, waiting=waiting)


def _with_execution(row: Row, other: Row, how: Import) -> Row:
    """The row with whose home it is, and with the execution that may still copy into it: the next one ends that."""
    row = replace(row, belonging=row.belonging.or_as(other.belonging))
    if row.execution_arn or not other.copying:
        return row
    marked = unfinished(row, other.copying)
    return marked if how.moved else replace(marked, execution_arn=other.execution_arn, copying=other.copying)


def _to_be_looked_at(row: Row, base: Row, other: Row | None, how: Import) -> Row:
    """The row with nothing asked for until a look finds its owner. What runs goes on; what rested, rests.

    `other`: the earlier row, if it had the same home: why that rested still holds if nothing has come since.
    """
    if row.home:
        row = replace(row, deleted_at=row.deleted_at or how.at)
    if row.status is Status.PENDING:
        return replace(row, status=Status.IDLE, reason="", request_id="")
    if row.status not in _AT_EASE or row.next_source is None:
        return row
    rested = _rested(other, how) if other and base.next_source is None else None
    if rested and rested.status in _RESTS:
        return replace(row, status=rested.status, reason=rested.reason)
    return replace(row, status=Status.IDLE, reason="")


def _on_hold(row: Row, at: int) -> Row:
    """The row on hold: what waits is held back, a copy that runs goes on."""
    held = replace(row, replication=False)
    return arm(held, at) if held.status is Status.PENDING else held


def _homes(row: Row) -> set[Home]:
    """All homes that a row knows."""
    return {source.home for source in (*row.sources, *row.waiting)} | ({row.home} if row.home else set())


def _in_order(sources: Iterable[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: source.order)


def _line(row: Row, added: list[str], how: Import) -> Line:
    facts: dict[str, str | int] = {"status": row.status, "version": row.version + 1, "exported_at": how.exported_at}
    facts |= {"reason": row.reason} if row.reason else {}
    facts |= {"added": ", ".join(added[:_MOST_TOLD])} if added else {}
    return Line("imported", how.at, f"imported/{row.version}", facts)
