"""Knows what the lists of Studio say about the ledger: who needs a look, and who is protected. Pure.

A List call tells name, status and CreationTime of a hundred owners, a look costs a call for each. Who is left out here
is one of whom a look could not change the row; when in doubt, the owner is looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from studio_recovery.guard import OPEN, Guard, Scope
from studio_recovery.names import digest
from studio_recovery.observe import is_unblocked
from studio_recovery.owners import CANVAS_PREFIX, Kind, Owner
from studio_recovery.rows import Row
from studio_recovery.statuses import CANVAS, NO_FILE_SYSTEM, NOT_CREATED, OUT_OF_SCOPE, STILL_ALIVE, Status


@dataclass(frozen=True, slots=True)
class Domain:
    """A Studio domain: where it lives, and the id of its home file system (nothing: it has none)."""

    id: str
    name: str
    vpc_id: str = ""
    file_system_id: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An owner as the List calls tell: enough for a look, without a home. `created_at`: ms since 1970."""

    kind: Kind
    name: str
    domain_id: str
    created_at: int = 0
    status: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.name} in {self.domain_id}"

    @property
    def key(self) -> tuple[str, str]:
        """What a row and a listed owner have in common: the owner's key and the domain's id."""
        return Owner(self.kind, self.name, "").key, self.domain_id


@dataclass(frozen=True, slots=True)
class Census:
    """All that was listed: the domains by id, their owners, and `unlisted`, domains that could not be listed."""

    domains: Mapping[str, Domain]
    owners: tuple[Listed, ...]
    scope: Scope
    unlisted: frozenset[str] = field(default=frozenset())
    guard: Guard = OPEN

    def due(self, rows: Iterable[Row], at: int) -> list[Listed]:
        """Whom to look at: everybody whose row a look could change, and everybody who is listed no more.

        The order differs from pass to pass (`at`: the pass's time), so that nobody who makes trouble or is never ready
        keeps the same others waiting whenever the time runs out.
        """
        known = list(rows)
        by_key = {(row.owner.key, row.domain_id): row for row in known}
        fresh = [owner for owner in self.owners if not self._is_as_written(by_key.get(owner.key), owner, at)]
        due = {owner.key: owner for owner in [*fresh, *self._unseen(known)]}
        return sorted(due.values(), key=lambda owner: digest(str(owner), str(at)))

    def _is_as_written(self, row: Row | None, owner: Listed, at: int) -> bool:
        """True if a look could not change the row."""
        domain = self.domains[owner.domain_id]
        if row is None or row.deleted_at or row.waiting or not row.created_at or row.created_at != owner.created_at:
            return False
        if row.home is None:
            return _is_still_without(row, owner, domain)
        if row.home.file_system_id != domain.file_system_id:
            return False
        if row.in_scope != self.scope.covers(domain.name, domain.id):
            return False
        return not (_may_have_outlived(row) or is_unblocked(row, at, self.guard))

    def _unseen(self, rows: list[Row]) -> Iterator[Listed]:
        """The owners of the ledger who are not among the listed and were not known to be gone."""
        listed = {owner.key for owner in self.owners}
        for row in rows:
            current = [row.domain_id] if row.domain_id and not row.deleted_at else []
            for domain_id in [*current, *(rival.home.domain_id for rival in row.waiting)]:
                owner = Listed(row.owner.kind, row.owner.name, domain_id)
                if domain_id not in self.unlisted and owner.key not in listed:
                    yield owner

    def protection(self, rows: Iterable[Row], vpcs: frozenset[str]) -> "Protection":
        """How many living owners have a home that comes back, and why the others have none.

        `vpcs` are the ids of the VPCs in which the module can copy.
        """
        reasons = Counter(self._why_not(row, vpcs) for row in rows if _lives(row))
        return Protection(reasons.pop("", 0), dict(reasons))

    def _why_not(self, row: Row, vpcs: frozenset[str]) -> str:
        """Why the home of a living owner would not come back; nothing if it would."""
        domain = self.domains.get(row.domain_id)
        if row.home is None:
            return row.reason
        if not row.in_scope:
            return OUT_OF_SCOPE
        if domain and domain.vpc_id and domain.vpc_id not in vpcs:
            return f"its domain's VPC {domain.vpc_id} is not in the variable vpcs"
        return ""


@dataclass(frozen=True, slots=True)
class Protection:
    """How many owners have a home that comes back, and how many have none, by reason."""

    protected: int
    reasons: Mapping[str, int]


def _lives(row: Row) -> bool:
    """True if the row's owner was there when last looked at; a row can also wait for an owner who is not there yet."""
    return not row.deleted_at and (row.home is not None or row.status is Status.UNPROTECTED)


def _is_still_without(row: Row, owner: Listed, domain: Domain) -> bool:
    """True if the reason for which an owner has no home still holds."""
    still = {
        CANVAS: owner.kind is Kind.SPACE and owner.name.startswith(CANVAS_PREFIX),
        NO_FILE_SYSTEM: not domain.file_system_id,
        NOT_CREATED: owner.status == "Failed",
    }
    return row.status is Status.UNPROTECTED and still.get(row.reason, False)


def _may_have_outlived(row: Row) -> bool:
    """True for a row that waits for the end of a namesake, which a look may find."""
    return row.status is Status.BLOCKED and row.reason == STILL_ALIVE
