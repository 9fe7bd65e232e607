"""Knows which homes a restore or a target offers: what is named, what waits, or what was there before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from studio_recovery.homes import Home
from studio_recovery.owners import Owner, owner_named
from studio_recovery.rows import Line, Row
from studio_recovery.selection import WHOLE, Selection
from studio_recovery.sources import Source
from studio_recovery.statuses import Word
from studio_recovery.targets import Offer, home_of, latest_earlier, latest_of, what_waits


class Past(Protocol):
    """What tells of owners and their earlier homes."""

    def row(self, owner: Owner) -> Row | None:
        """The owner's row."""

    def lines_of(self, owner: Owner) -> Iterable[Line]:
        """What happened to an owner, the oldest first."""

    def homes_of(self, owner: Owner) -> Iterable[Home]:
        """The homes that an owner had, the oldest first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of whose files (None: the owner's own), which home (None: what waits, or the latest), and what of it."""

    source: Row | None = None
    home: Home | None = None
    selection: Selection = WHOLE


def offer_for(past: Past, row: Row, wanted: Wanted) -> Offer:
    """What would be offered to the owner of this row. Raises BadInput that says why nothing is."""
    source = wanted.source or row
    homes = _marked(past, row, _homes(past, row, source, wanted))
    # Without a selection, what waits comes as it was asked for.
    kept = WHOLE if wanted.source or wanted.home else homes[-1].selection
    offer = Offer(homes, source.owner, selection=wanted.selection if wanted.selection != WHOLE else kept)
    return replace(offer, held=frozenset(_held(past, offer.origins(row.owner).values())))


def _homes(past: Past, row: Row, source: Row, wanted: Wanted) -> tuple[Source, ...]:
    """What is named, or what waits, or what was there before. A selection is of one home, the latest."""
    if wanted.home and wanted.source is None and (known := row.source(wanted.home.key)):
        return (known,)
    if wanted.home:
        return home_of(source, wanted.home, past.homes_of(source.owner))
    if wanted.source:
        return latest_of(source) if wanted.selection == WHOLE else latest_of(source)[-1:]
    return (what_waits(row) or _latest_earlier(past, row),)


def _marked(past: Past, row: Row, homes: tuple[Source, ...]) -> tuple[Source, ...]:
    """The homes; of those that are no sources now the history may know that a copy left half-written files."""
    if all(row.source(one.home.key) for one in homes):
        return homes
    broken = cut_off(past.lines_of(row.owner), row.home)
    return tuple(
        replace(one, unfinished=one.unfinished or (not row.source(one.home.key) and one.home.key in broken))
        for one in homes
    )


def cut_off(lines: Iterable[Line], target: Home | None) -> set[str]:
    """The keys of the homes whose last copy into `target`, of all that they hold, did not end well.

    A part that was copied well says nothing of the rest.
    """
    broken: set[str] = set()
    for line in lines:
        source = str(line.details.get("source", ""))
        copied = target is not None and line.details.get("target") == target.key and "files_transferred" in line.details
        if line.what == "let go" or (copied and line.what not in (Word.SUCCEEDED, Word.SKIPPED)):
            broken.add(source)
        elif copied and "selection" not in line.details:
            broken.discard(source)
    return broken


def was_dropped(lines: Iterable[Line], home: Home) -> bool:
    """True if the history says that an admin gave the home up."""
    return home.key in _dropped(lines)


def _dropped(lines: Iterable[Line]) -> set[str]:
    return {str(line.details.get("source")) for line in lines if line.what == "dropped"}


def _latest_earlier(past: Past, row: Row) -> Source:
    return latest_earlier(row, past.homes_of(row.owner), _dropped(past.lines_of(row.owner)))


def _held(past: Past, origins: Iterable[str]) -> list[str]:
    """Those of the owners who are on hold."""
    rows = {name: past.row(owner_named(name, "origin")) for name in sorted({*origins} - {""})}
    return [name for name, row in rows.items() if row and not row.replication]
