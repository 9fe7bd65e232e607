"""Knows what a report says: who is protected, what came back when, and what needs a person. Pure.

Rows and history lines in, plain values out. Of what DataSync said only its code is told: its own texts may hold the
names of files (see studio_recovery.advice), and a report is sent around.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio_recovery.advice import Step, advice
from studio_recovery.census import Census, Domain, Protection
from studio_recovery.guard import EVERYTHING, Scope
from studio_recovery.owners import Owner
from studio_recovery.rows import Line, Row
from studio_recovery.statuses import CANCELLED, HELD, Status, Word
from studio_recovery_cli.asking.remedies import needs_a_person
from studio_recovery_cli.following.progress import under_way

_DAY = 86_400_000
_TROUBLES = (Status.FAILED, Status.PARTIAL)
_OUTCOMES = frozenset(Word)
YES, NO, GONE = "yes", "no", "gone"
OWNER_COLUMNS = ("owner", "status", "protected", "why", "outcome", "at", "bytes", "waiting", "home")
RECOVERY_COLUMNS = ("at", "owner", "outcome", "files", "bytes", "ms", "from", "to", "why")
Cells = list[Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reported on: the deployment, when (ms since 1970), and how many days back. `domains` are by id.

    `reconciled_at` is when the ledger was last compared with Studio; 0 if nobody knows.
    """

    name: str
    account: str
    region: str
    made_at: int
    days: int
    reconciled_at: int = 0
    domains: Mapping[str, Domain] = field(default_factory=dict)
    scope: Scope = EVERYTHING
    vpcs: frozenset[str] = frozenset()

    @property
    def since(self) -> int:
        """When the time begins that is reported on."""
        return self.made_at - self.days * _DAY

    def protection(self, rows: Iterable[Row]) -> Protection:
        """Who of the living among these is protected, and why the others are not."""
        return Census(self.domains, (), self.scope).protection(rows, self.vpcs)


@dataclass(frozen=True, slots=True)
class DomainStanding:
    """A domain with its owners, as far as they live. Not `exists`: Studio does not list it."""

    domain: Domain
    protection: Protection
    in_scope: bool
    exists: bool

    @property
    def owners(self) -> int:
        """How many owners live in it."""
        return self.protection.protected + sum(self.protection.reasons.values())


@dataclass(frozen=True, slots=True)
class Trouble:
    """What needs a person: one cause, and the rows that rest for it, each with the same steps to take for it."""

    status: Status
    cause: str
    rows: tuple[tuple[Row, tuple[Step, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page tells. `owners` and `recoveries` are lines of the columns above."""

    subject: Subject
    protection: Protection
    domains: tuple[DomainStanding, ...]
    troubles: tuple[Trouble, ...]
    owners: tuple[Cells, ...]
    recoveries: tuple[Cells, ...]
    under_way: int
    unreadable: int

    @property
    def waiting(self) -> int:
        """How many rows need a person."""
        return sum(len(trouble.rows) for trouble in self.troubles)

    @property
    def unprotected(self) -> int:
        """How many living owners have no home that would come back."""
        return sum(self.protection.reasons.values())

    def ended(self, word: Word) -> int:
        """How many recoveries ended like that within the days."""
        place = RECOVERY_COLUMNS.index("outcome")
        return sum(cells[place] == word for cells in self.recoveries)

    @property
    def bytes_written(self) -> int:
        """How much came back within the days."""
        place = RECOVERY_COLUMNS.index("bytes")
        return sum(cells[place] or 0 for cells in self.recoveries)

    def as_data(self) -> dict[str, Any]:
        """What the page's own script works with."""
        return {
            "made_at": self.subject.made_at,
            "days": self.subject.days,
            "owners": {"columns": OWNER_COLUMNS, "rows": self.owners},
            "recoveries": {"columns": RECOVERY_COLUMNS, "rows": self.recoveries},
        }


def report(subject: Subject, rows: Iterable[Row], lines: Iterable[tuple[Owner, Line]], unreadable: int = 0) -> Report:
    """The report on these rows and this history. `unreadable`: how many rows could not be read."""
    known = sorted(rows, key=lambda row: str(row.owner))
    ended = sorted(_outcomes(lines), key=lambda told: told[1].at, reverse=True)
    latest = dict(reversed(ended))
    return Report(
        subject,
        subject.protection(known),
        tuple(_domains(subject, known)),
        tuple(_troubles(known)),
        tuple(_owner_cells(row, latest.get(row.owner), subject) for row in known),
        tuple(_recovery_cells(owner, line) for owner, line in ended if line.at >= subject.since),
        sum(map(under_way, known)),
        unreadable,
    )


def _outcomes(lines: Iterable[tuple[Owner, Line]]) -> Iterable[tuple[Owner, Line]]:
    return ((owner, line) for owner, line in lines if line.what in _OUTCOMES)


def _domains(subject: Subject, rows: list[Row]) -> Iterable[DomainStanding]:
    """Every domain that Studio lists, and every other one in which the ledger knows a living owner."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        members[row.domain_id].append(row)
    names = {domain_id: Domain(domain_id, some[0].owner.domain_name) for domain_id, some in members.items()}
    for domain in sorted((names | dict(subject.domains)).values(), key=lambda one: (one.name, one.id)):
        exists = domain.id in subject.domains
        told = subject.protection(members[domain.id])
        standing = DomainStanding(domain, told, subject.scope.covers(domain.name, domain.id), exists)
        if exists or standing.owners:
            yield standing


def _troubles(rows: list[Row]) -> Iterable[Trouble]:
    """What needs a person, the rows of one cause together; what failed first, then by how many it concerns."""
    alike: dict[tuple[Status, str, tuple[str, ...]], list[tuple[Row, tuple[Step, ...]]]] = defaultdict(list)
    for row in rows:
        if needs_a_person(row):
            told = advice(row)
            alike[row.status, told.cause, tuple(step.text for step in told.steps)].append((row, told.steps))
    found = [Trouble(status, cause, tuple(some)) for (status, cause, _), some in alike.items()]
    order = (*_TROUBLES, Status.BLOCKED)
    return sorted(found, key=lambda one: (order.index(one.status), -len(one.rows), one.cause))


def _owner_cells(row: Row, last: Line | None, subject: Subject) -> Cells:
    told = subject.protection([row])
    protected = YES if told.protected else NO if told.reasons else GONE
    why_not = next(iter(told.reasons), None)
    outcome = [last.what, last.at, last.details.get("bytes_written")] if last else [None, None, None]
    waiting = sum(not source.dormant for source in row.sources)
    home = row.home.key if row.home else None
    return [str(row.owner), row.status, protected, why_not or _why(row), *outcome, waiting, home]


def _recovery_cells(owner: Owner, line: Line) -> Cells:
    counts = [line.details.get(name) for name in ("files_transferred", "bytes_written", "total_duration_ms")]
    homes = [line.details.get(name) for name in ("source", "target")]
    ended = Row(owner, status=Status.IDLE, reason=str(line.details.get("reason", "")))
    if line.what in _TROUBLES:
        ended = Row(owner, status=Status(line.what), reason=ended.reason)
    return [line.at, str(owner), line.what, *counts, *homes, _why(ended)]


def _why(row: Row) -> str | None:
    """Why a row stands as it does, without a word that may be a file's name."""
    if row.reason in (HELD, CANCELLED):
        return row.reason
    if row.status in (*_TROUBLES, Status.BLOCKED):
        return advice(row).cause
    return row.reason or None
