"""Knows how owners are listed: each as soon as its row is read, however many there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from studio_recovery.owners import Owner
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from studio_recovery_cli import owners
from studio_recovery_cli.exits import Trouble, Usage
from studio_recovery_cli.hints import typed
from studio_recovery_cli.reading import Rows
from studio_recovery_cli.screen import Column
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing import summary

# Below this width a home's long id gives way, and its uid stays.
_WIDE = 110


def list_owners(session: Session, wanted: summary.Wanted) -> int:
    """Lists them; PARTIAL if a row could not be read. Raises Trouble for a name or a domain that nobody has."""
    reading, known = Rows(session), _Known()

    def items() -> Iterator[dict[str, Any]]:
        for row in reading.each():
            if wanted.fits(row):
                known.fits = True
                yield summary.as_item(row)
            elif not known.fits:
                known.add(row)
        if not known.fits:
            known.check(wanted, session)

    all_of_them = wanted == summary.Wanted()
    nothing = f"Nobody is known yet: {typed(session, 'seed')} looks for them." if all_of_them else "Nobody fits."
    session.screen.tell_each(items(), _columns(session.screen.out.width), nothing)
    return reading.warn()


def check_domain(domain: str, known: Iterable[tuple[str, str]]) -> None:
    """Raises Trouble if none of the `known` domains (name and id) is the one of this name or id."""
    names = {name: id_ for name, id_ in known if name}
    if domain in names or domain in names.values():
        return
    near = get_close_matches(domain, names, n=1)
    told = f"Did you mean {near[0]}?" if near else f"The ledger knows {', '.join(sorted(names)) or 'none'}."
    raise Trouble(f"no owner is in a domain {owners.brief(domain)}", told)


@dataclass
class _Known:
    """Whom the ledger knows, as long as nobody `fits`."""

    fits: bool = False
    _owners: list[Owner] = field(default_factory=list)
    _domains: set[tuple[str, str]] = field(default_factory=set)

    def add(self, row: Row) -> None:
        self._owners.append(row.owner)
        self._domains.add((row.owner.domain_name, row.domain_id))

    def check(self, wanted: summary.Wanted, session: Session) -> None:
        """Raises Trouble if nobody can fit, as a name or the domain is spelled wrong."""
        if wanted.domain:
            check_domain(wanted.domain, self._domains)
        name = wanted.pattern
        if name and not owners.is_pattern(name) and not any(owners.begins(name, one) for one in self._owners):
            raise owners.nobody(name, self._owners, typed(session, "list"))


def statuses(texts: Iterable[str]) -> frozenset[Status]:
    """The statuses that are meant. Raises Usage that names the nearest if one is none."""
    return frozenset(map(_status, texts))


def _status(text: str) -> Status:
    known = [str(status) for status in Status]
    if text.upper() in known:
        return Status(text.upper())
    near = get_close_matches(text.upper(), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
    raise Usage(f"{text} is not a status", hint)


def _columns(width: int) -> tuple[Column, ...]:
    return (
        Column("OWNER", lambda item: str(item["owner"]), last=True),
        Column("STATUS", summary.status_cell, summary.style),
        Column("HOME", summary.home_cell) if width >= _WIDE else Column("HOME", summary.short_home_cell, fixed=True),
        Column("WAITS", summary.waiting_cell, fixed=True),
        Column("LAST OUTCOME", summary.outcome_cell),
    )
