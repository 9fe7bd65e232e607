"""Admin: what a person asks for is read, decided and written; anew if somebody else wrote first.

Who may call it may ask for everything that it knows; nobody needs a right to write into the tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from studio_recovery.answers import answer
from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import LedgerConflict, NotReady
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.settings import intake, milliseconds_now
from studio_recovery.nouns import Change, Owner, Row, Source, Status, owner_named
from studio_recovery.observe import Sighting
from studio_recovery.requests import (
    Action,
    Request,
    TargetRequest,
    add_target,
    decide,
    home_of,
    latest_of,
    left_out,
    origins_of,
    release_source,
    request_from,
    unknown_owner,
)

_TRIES = 5
Done = TypeVar("Done")
_logger = Logger()


@dataclass(frozen=True, slots=True)
class Admin:
    """What answering needs. `now` tells milliseconds since 1970."""

    intake: Intake
    now: Callable[[], int]

    def answer(self, request: Request | TargetRequest) -> dict[str, Any]:
        """Does what is asked for, and tells how the owner's row stands then (answers.answer).

        A release adds `others`: the rows of other owners that waited for it; a target adds `source`, `on_hold` (owners
        of its sources that are on hold) and `left_out` (homes that belonged to another person and were not named).
        Raises BadInput that names the field, LedgerConflict if others keep writing.
        """
        match request:
            case TargetRequest():
                return self._until_written(partial(self._target, request))
            case Request(action=Action.RELEASE):
                told = self._until_written(partial(self._own, request))
                others = self._release_others(request.owner, just_released=told["changed"])
                return told | {"others": [answer(row, changed=True) for row in others]}
        return self._until_written(partial(self._own, request))

    def _until_written(self, work: Callable[[], Done]) -> Done:
        """What the work gives, which begins with a read, and is done again if somebody else wrote after that."""
        for _ in range(_TRIES - 1):
            try:
                return work()
            except LedgerConflict:
                continue
        return work()

    def _own(self, request: Request) -> dict[str, Any]:
        row = self._known(request.owner, "owner")
        change = decide(request.action, row, self.now(), self.intake.guard)
        return answer(self._save(change, row), changed=change is not None)

    def _release_others(self, owner: Owner, *, just_released: bool) -> list[Row]:
        """The rows of others that waited for the owner's release, or whose executions may not know of it yet."""
        statuses = (Status.BLOCKED, Status.PENDING) if just_released else (Status.BLOCKED,)
        waiting = [row.owner for row in self._ledger.rows_at(*statuses) if self._released(row, owner)]
        freed = [self._until_written(partial(self._release_source, other, owner)) for other in waiting]
        return [row for row in freed if row]

    def _release_source(self, other: Owner, owner: Owner) -> Row | None:
        row = self._ledger.row(other)
        change = self._released(row, owner) if row else None
        return self._save(change, row) if change and row else None

    def _released(self, row: Row, owner: Owner) -> Change | None:
        return release_source(row, owner, self.now(), self.intake.guard)

    def _target(self, request: TargetRequest) -> dict[str, Any]:
        source = self._known(request.source, "source")
        offered = self._offered(source, request)
        target = self._ledger.row(request.target)
        if target is None or target.home is None or target.deleted_at:
            target = self._fresh(request.target) or target or Row(request.target)
        held = self._on_hold(origins_of(offered, source.owner, target.owner).values())
        change = add_target(target, offered, source.owner, frozenset(held), self.now(), self.intake.guard)
        told = {"source": str(source.owner), "on_hold": held, "left_out": [] if request.home else left_out(source)}
        return answer(self._save(change, target), changed=change is not None) | told

    def _offered(self, source: Row, request: TargetRequest) -> tuple[Source, ...]:
        if request.home is None:
            return latest_of(source)
        return home_of(source, request.home, self._ledger.homes_of(source.owner))

    def _on_hold(self, origins: Iterable[str]) -> list[str]:
        rows = {name: self._ledger.row(owner_named(name, "origin")) for name in sorted({*origins} - {""})}
        return [name for name, row in rows.items() if row and not row.replication]

    def _known(self, owner: Owner, field: str) -> Row:
        row = self._ledger.row(owner) or self._fresh(owner)
        if row is None:
            raise unknown_owner(field, owner, self._ledger.owners())
        return row

    def _fresh(self, owner: Owner) -> Row | None:
        """The row after a look at SageMaker. One that is being made is not there yet: its event comes."""
        for domain_id in self.intake.studio.domain_ids(owner.domain_name):
            sighting = Sighting(self.now(), "seeded", "admin")
            try:
                self.intake.take_in(owner.kind, owner.name, domain_id, sighting, patience=0)
            except NotReady:
                continue
        return self._ledger.row(owner)

    def _save(self, change: Change | None, row: Row) -> Row:
        """The row as it stands now."""
        if change is None:
            return row
        self._ledger.save(change)
        return change.row

    @property
    def _ledger(self) -> Ledger:
        return self.intake.ledger


@cache
def _admin() -> Admin:
    return Admin(intake(), milliseconds_now)


def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answers the request in `event`: `action` with `owner`, or the action target with `source`, `target`, `home`."""
    with typed_errors():
        told = _admin().answer(request_from(event))
    facts = {name: told[name] for name in ("owner", "changed", "status", "reason", "request_id")}
    _logger.info("admin", extra={"stage": "admin", "action": event["action"]} | facts)
    return told
