"""Admin: what a person asks for is read, decided and written; anew if somebody else wrote first.

Who may call it may ask for everything that it knows; nobody needs a right to write into the tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeVar

from studio_recovery.actions import decide, drop, gets_files_of, release_source
from studio_recovery.answers import answer, refusal
from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.ledger import Ledger
from studio_recovery.claims import began
from studio_recovery.errors import AwsBusy, BadInput, LedgerConflict, NotReady, StudioRecoveryError
from studio_recovery.fleet import as_part_of, refused, was_asked
from studio_recovery.handlers.cancelling import Cancelling, Stopped
from studio_recovery.handlers.importing import Importing
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.settings import intake, milliseconds_now, transfers, waiting_line
from studio_recovery.homes import Home
from studio_recovery.observe import Sighting
from studio_recovery.offers import Wanted, offer_for, was_dropped
from studio_recovery.owners import Owner, owner_named
from studio_recovery.recovery import run_id_of
from studio_recovery.requests import (
    Action,
    DropRequest,
    ImportRequest,
    ManyRequest,
    OneRequest,
    Request,
    RestoreRequest,
    TargetRequest,
    request_from,
    unknown_owner,
)
from studio_recovery.rows import Change, Row
from studio_recovery.statuses import Status
from studio_recovery.targets import Offer, add_target, left_out, refuse_if_gone, restore
from studio_recovery.waiting_line import Turn

_TRIES = 5
# A request about many answers before its function is ended: the last owner's calls may take a while.
_PATIENCE_MS = 80_000
# Errors of one owner of many after which to ask again helps.
_PASSES_BY = ("AwsBusy", "LedgerConflict")
_NOTHING_DELETED = "no file was deleted: the home stays as it is on its file system"
Done = TypeVar("Done")
_logger = Logger()


@dataclass(frozen=True, slots=True)
class Admin:
    """What answering needs. `now` tells milliseconds since 1970."""

    intake: Intake
    cancelling: Cancelling
    now: Callable[[], int]

    def answer(self, request: OneRequest | ManyRequest | ImportRequest) -> dict[str, Any]:
        """Does what is asked for, and tells how the owner's row stands then (answers.answer).

        A release adds `others`: the rows of other owners that waited for it; a target and a restore add `source`,
        `on_hold` (owners of its sources that are on hold) and `left_out` (homes that belonged to another person and
        were not named), a restore also its `selection`; a drop `dropped` and a `note`; a cancel `stopped`. Of many
        owners there are `answers`, one each; an import tells its own (Importing.take_in). Raises BadInput that names
        the field, LedgerConflict if others keep writing.
        """
        match request:
            case ManyRequest():
                return {"answers": self._many(request)}
            case ImportRequest():
                return Importing(self.intake, self.now).take_in(request)
            case Request(action=Action.RELEASE):
                told = self._until_written(partial(self._own, request))
                others = self._release_others({request.owner}, request.by, just_released=told["changed"])
                return told | {"others": [answer(row, changed=True) for row in others]}
        return self._one(request)

    def _one(self, request: OneRequest) -> dict[str, Any]:
        match request:
            case TargetRequest():
                return self._until_written(partial(self._target, request))
            case RestoreRequest():
                return self._until_written(partial(self._restore, request))
            case DropRequest():
                return self._until_written(partial(self._drop, request))
            case Request(action=Action.CANCEL):
                return self._cancel(request)
        return self._until_written(partial(self._own, request))

    def _many(self, request: ManyRequest) -> list[dict[str, Any]]:
        """The answers, in order; what goes wrong with one owner is told of that one."""
        began = self.now()
        told = [self._or_refusal(named, asked, began) for named, asked in request.each]
        if request.unattended and (left := [one for one in told if one.get("error") in _PASSES_BY]):
            # Lambda makes the same call again, and who was done is not done again.
            raise AwsBusy(f"{len(left)} of {len(told)} owners are not done: {left[0]['message']}")
        return self._with_others(request, told) if request.action is Action.RELEASE else told

    def _or_refusal(self, named: str, asked: OneRequest | BadInput, began: int) -> dict[str, Any]:
        try:
            if isinstance(asked, BadInput):
                return refusal(named, asked)
            if self.now() - began > _PATIENCE_MS:
                return refusal(named, AwsBusy("the time did not last for this owner: ask for it again"))
            with typed_errors():
                return self._one(asked)
        except StudioRecoveryError as error:
            return refusal(named, error)

    def _with_others(self, request: ManyRequest, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The answers to releases, each with its `others`; the ledger is looked through once."""
        done = [one for one in told if "error" not in one]
        released = {owner_named(one["owner"], "owner") for one in done}
        by = next((asked.by for _, asked in request.each if isinstance(asked, Request)), "")
        changed = any(one["changed"] for one in done)
        others = self._release_others(released, by, just_released=changed) if done else []
        for one in done:
            owner = owner_named(one["owner"], "owner")
            one["others"] = [answer(row, changed=True) for row in others if _waits_for(row, {owner})]
        return told

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
        change = decide(request.action, row, self.now(), self.intake.guard, request.home)
        return answer(self._save(change, row, request.by), changed=change is not None)

    def _drop(self, request: DropRequest) -> dict[str, Any]:
        row = self._known(request.owner, "owner")
        told = {"dropped": request.home.key, "note": _NOTHING_DELETED}
        if self._is_dropped(row, request.home):
            return answer(row, changed=False) | told
        change = drop(row, request.home, self.now(), self.intake.guard)
        return answer(self._save(change, row, request.by), changed=True) | told

    def _is_dropped(self, row: Row, home: Home) -> bool:
        """True for a request that is repeated: the home is the owner's no more since an admin gave it up."""
        there = {row.home, *(one.home for one in (*row.sources, *row.waiting))}
        return home not in there and was_dropped(self._ledger.lines_of(row.owner), home)

    def _cancel(self, request: Request) -> dict[str, Any]:
        """First the row says so, then the copy is ended: so none can begin between the two."""
        told = self._until_written(partial(self._own, request))
        if told["status"] != Status.RUNNING:
            return told | {"stopped": ""}
        arn = told["execution_arn"]
        run_id = run_id_of(arn)
        stopped = self.cancelling.end(run_id)
        if stopped is Stopped.NOTHING:
            self.cancelling.wake(Turn(began(self._ledger.lines_of(request.owner), arn), run_id))
        return told | {"stopped": str(stopped)}

    def _release_others(self, owners: set[Owner], by: str, *, just_released: bool) -> list[Row]:
        """The rows of others that waited for these owners' release, or whose executions may not know of it yet."""
        statuses = (Status.BLOCKED, Status.PENDING) if just_released else (Status.BLOCKED,)
        waiting = [row.owner for row in self._ledger.rows_at(*statuses) if self._released(row, owners)]
        freed = [self._until_written(partial(self._release_source, other, owners, by)) for other in waiting]
        return [row for row in freed if row]

    def _release_source(self, other: Owner, owners: set[Owner], by: str) -> Row | None:
        row = self._ledger.row(other)
        change = self._released(row, owners) if row else None
        return self._save(change, row, by) if change and row else None

    def _released(self, row: Row, owners: set[Owner]) -> Change | None:
        changes = (release_source(row, owner, self.now(), self.intake.guard) for owner in owners)
        return next((change for change in changes if change), None)

    def _target(self, request: TargetRequest) -> dict[str, Any]:
        source = self._known(request.source, "source")
        target = self._there(self._ledger.row(request.target), request.target) or Row(request.target)
        offer = offer_for(self._ledger, target, Wanted(source, request.home))
        change = add_target(target, offer, self.now(), self.intake.guard)
        told = _told(offer, [] if request.home else left_out(source))
        return answer(self._save(change, target, request.by), changed=change is not None) | told

    def _restore(self, request: RestoreRequest) -> dict[str, Any]:
        known = self._known(request.owner, "owner")
        operation = request.operation
        if operation is None:
            return self._restore_into(known, request)
        if was_asked(known, operation, self._ledger.lines_of(known.owner) if known.operation else ()):
            return answer(known, changed=False)
        try:
            return self._restore_into(known, request)
        except BadInput as error:
            now = self._known(request.owner, "owner")
            self._save(refused(operation, now, str(error), self.now()), now, request.by)
            raise

    def _restore_into(self, known: Row, request: RestoreRequest) -> dict[str, Any]:
        row = self._there(known, request.owner) or known
        refuse_if_gone(row)
        source = self._known(request.source, "source") if request.source else row
        wanted = Wanted(source if request.source else None, request.home, request.selection)
        offer = offer_for(self._ledger, row, wanted)
        change = restore(row, offer, self.now(), self.intake.guard)
        if request.operation:
            change = as_part_of(request.operation, row, change, self.now())
        told = _told(offer, left_out(source) if request.source and not request.home else [])
        told |= {"selection": offer.selection.as_map()}
        return answer(self._save(change, row, request.by), changed=change is not None) | told

    def _known(self, owner: Owner, field: str) -> Row:
        row = self._ledger.row(owner) or self._fresh(owner)
        if row is None:
            raise unknown_owner(field, owner, self._ledger.owners())
        return row

    def _there(self, row: Row | None, owner: Owner) -> Row | None:
        """The row, after a look at SageMaker if the owner is not known to be there."""
        return self._fresh(owner) or row if row is None or row.home is None or row.deleted_at else row

    def _fresh(self, owner: Owner) -> Row | None:
        """The row after a look at SageMaker. One that is being made is not there yet: its event comes."""
        for domain_id in self.intake.studio.domain_ids(owner.domain_name):
            sighting = Sighting(self.now(), "seeded", "admin")
            try:
                self.intake.take_in(owner.kind, owner.name, domain_id, sighting, patience=0)
            except NotReady:
                continue
        return self._ledger.row(owner)

    def _save(self, change: Change | None, row: Row, by: str) -> Row:
        """The row as it stands now. The history tells who asked."""
        if change is None:
            return row
        told: dict[str, str | int] = {"by": by} if by else {}
        lines = tuple(replace(line, details=line.details | told) for line in change.lines)
        self._ledger.save(replace(change, lines=lines))
        return change.row

    @property
    def _ledger(self) -> Ledger:
        return self.intake.ledger


def _told(offer: Offer, not_offered: list[str]) -> dict[str, Any]:
    return {"source": str(offer.source), "on_hold": sorted(offer.held), "left_out": not_offered}


def _waits_for(row: Row, owners: set[Owner]) -> bool:
    return any(gets_files_of(row, owner) for owner in owners)


@cache
def _admin() -> Admin:
    return Admin(intake(), Cancelling(transfers(), waiting_line()), milliseconds_now)


def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answers the request in `event` (see requests.py): an `action`, the fields that it knows, and `by`."""
    with typed_errors():
        told = _admin().answer(request_from(event))
    named = ("owner", "changed", "status", "reason", "request_id", "error", "lines_added", "lines_known")
    for one in told.get("answers", [told]):
        facts = {name: one[name] for name in named if name in one}
        _logger.info("admin", extra={"stage": "admin", "action": event["action"]} | facts)
    return told
