"""Knows how a whole deployment stands: who is protected, what runs, what rests, and whether anything needs a person.

Pure: rows, Studio's lists, and what the watch told go in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studio_recovery.census import Census, Domain, Listed, Protection
from studio_recovery.rows import Row
from studio_recovery.statuses import CANCELLED, Status
from studio_recovery_cli import words
from studio_recovery_cli.alarms import ALARMS, NO_SEED, WAITING
from studio_recovery_cli.asking.remedies import needs_a_person
from studio_recovery_cli.following.progress import Progress
from studio_recovery_cli.following.progress import as_item as progress_item
from studio_recovery_cli.standing.summary import exists
from studio_recovery_cli.standing.watch import Alarm, Queue

ALARM = "ALARM"
# Younger owners than this are on their way into the ledger.
ON_ITS_WAY_MS = 5 * 60_000
_WORST_FIRST = (Status.FAILED, Status.PARTIAL, Status.BLOCKED)


@dataclass(frozen=True, slots=True)
class Subject:
    """The deployment that is looked at, and when (ms since 1970)."""

    name: str
    region: str
    account: str
    at: int


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watch tells. `rule_is_on` is None if there is no rule; `reconciled_at` 0 if nobody knows."""

    reconciled_at: int
    alarms: Sequence[Alarm]
    queue: Queue
    rule_is_on: bool | None


@dataclass(frozen=True, slots=True)
class DomainStanding:
    """A domain, how many owners the ledger knows in it, and how many of them are protected."""

    domain: Domain
    owners: int
    protected: int
    in_scope: bool


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person: what it is, and the command (without the program's name) that helps."""

    what: str
    command: str


@dataclass(frozen=True)
class Overview:
    """How everything stands. `vpcs` are the ids of those in which the module can copy."""

    subject: Subject
    rows: Sequence[Row]
    census: Census
    vpcs: frozenset[str]
    going: Sequence[Progress]
    watched: Watched
    unreadable: Sequence[str] = ()

    @cached_property
    def protection(self) -> Protection:
        """How many living owners have a home that comes back, and why the others have none."""
        return self.census.protection(self.rows, self.vpcs)

    @cached_property
    def domains(self) -> list[DomainStanding]:
        """The domains of the Region, by name."""
        found = []
        for domain in self.census.domains.values():
            inside = [row for row in self.rows if row.domain_id == domain.id and exists(row)]
            protected = self.census.protection(inside, self.vpcs).protected
            in_scope = self.census.scope.covers(domain.name, domain.id)
            found.append(DomainStanding(domain, len(inside), protected, in_scope))
        return sorted(found, key=lambda one: (one.domain.name, one.domain.id))

    @cached_property
    def statuses(self) -> Counter[Status]:
        """How many owners that are there, or wait for files, have which status."""
        return Counter(row.status for row in self.rows if not row.deleted_at)

    @cached_property
    def resting(self) -> list[Row]:
        """The rows that rest until a person acts, the worst first."""
        found = [row for row in self.rows if needs_a_person(row)]
        return sorted(found, key=lambda row: (_WORST_FIRST.index(row.status), str(row.owner)))

    @cached_property
    def unseen(self) -> list[Listed]:
        """The owners who are not as the ledger says, and should be by now: the next reconcile looks at them."""
        return [one for one in self._due if not self._is_on_its_way(one)]

    @cached_property
    def on_their_way(self) -> list[Listed]:
        """The owners who are too new for the ledger: the event of each is on its way."""
        return [one for one in self._due if self._is_on_its_way(one)]

    @cached_property
    def _due(self) -> list[Listed]:
        return sorted(self.census.due(self.rows, self.subject.at), key=str)

    def _is_on_its_way(self, one: Listed) -> bool:
        """True if the owner was made a moment ago. While the rule is off, no event comes."""
        return bool(self.watched.rule_is_on) and self.subject.at - one.created_at < ON_ITS_WAY_MS

    @cached_property
    def needs(self) -> list[Need]:
        """What needs a person."""
        return list(self._needs())

    def count(self, status: Status) -> int:
        """How many owners rest with this status until a person acts."""
        return sum(row.status is status for row in self.resting)

    def _needs(self) -> Iterator[Need]:
        if self.resting:
            yield Need(f"{_many(len(self.resting), 'recovery waits', 'recoveries wait')} for you", "failures")
        if self.unseen:
            one = _many(len(self.unseen), "owner is", "owners are")
            yield Need(f"{one} not as the ledger says", "seed")
        if self.watched.rule_is_on is None:
            yield Need("the rule that hears of new owners is missing", "doctor")
        elif not self.watched.rule_is_on:
            yield Need("the rule that hears of new owners is switched off", "doctor")
        if waiting := self.watched.queue.waiting:
            yield Need(f"{_many(waiting, 'message lies', 'messages lie')} in the failure queue", "failures")
        for word in self.alarms_on:
            known = ALARMS[word]
            if known.need and not self._is_over(word):
                yield Need(known.need, known.command)
        if self.unreadable:
            yield Need(f"{_many(len(self.unreadable), 'row', 'rows')} of the ledger cannot be read", "list")

    @cached_property
    def alarms_on(self) -> dict[str, Alarm]:
        """The alarms that are in ALARM, by what follows the deployment's name in theirs."""
        prefix = f"{self.subject.name}-"
        return {alarm.name.removeprefix(prefix): alarm for alarm in self.watched.alarms if alarm.state == ALARM}

    def _is_over(self, word: str) -> bool:
        """True if it is seen here that what the alarm tells is over: CloudWatch hears of it later."""
        if word == WAITING:
            return not self.going
        return word == NO_SEED and self.watched.reconciled_at > self.alarms_on[word].since


def as_data(
    overview: Overview, needs: Sequence[Mapping[str, Any]], rests: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The overview as data; see overview_fields. `needs` and `rests` hold the commands to type."""
    statuses, watched, protection = overview.statuses, overview.watched, overview.protection
    alive = [row for row in overview.rows if not row.deleted_at]
    return {
        "name": overview.subject.name,
        "region": overview.subject.region,
        "account": overview.subject.account,
        "at": words.iso(overview.subject.at),
        "green": not overview.needs,
        "needs": list(needs),
        "domains": [_domain(one) for one in overview.domains],
        "owners": {
            "protected": protection.protected,
            "unprotected": sum(protection.reasons.values()),
            "reasons": dict(protection.reasons),
            "gone": len(overview.rows) - len(alive),
            "on_hold": sum(not row.replication for row in alive),
        },
        "recoveries": {
            "pending": statuses[Status.PENDING],
            "running": statuses[Status.RUNNING],
            "failed": overview.count(Status.FAILED),
            "partial": overview.count(Status.PARTIAL),
            "blocked": overview.count(Status.BLOCKED),
            "cancelled": sum(row.status is Status.BLOCKED and row.reason == CANCELLED for row in alive),
        },
        "progress": [progress_item(one) for one in overview.going],
        "rests": list(rests),
        "unseen": [str(one) for one in overview.unseen],
        "on_their_way": [str(one) for one in overview.on_their_way],
        "unreadable": list(overview.unreadable),
        "reconciled_at": words.iso(watched.reconciled_at),
        "rule_enabled": watched.rule_is_on,
        "alarms": [
            {"name": one.name, "state": one.state, "since": words.iso(one.since), "why": one.why}
            for one in watched.alarms
        ],
        "queue": {"waiting": watched.queue.waiting, "being_read": watched.queue.being_read},
    }


def _domain(one: DomainStanding) -> dict[str, Any]:
    return {
        "id": one.domain.id,
        "name": one.domain.name,
        "vpc_id": one.domain.vpc_id or None,
        "file_system_id": one.domain.file_system_id or None,
        "owners": one.owners,
        "protected": one.protected,
        "in_scope": one.in_scope,
    }


def _many(count: int, one: str, more: str) -> str:
    return f"{words.number(count)} {one if count == 1 else more}"
