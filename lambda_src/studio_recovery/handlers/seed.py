"""Watch: brings the ledger in line with what SageMaker really has; and cleans up before the module is destroyed.

Terraform calls it at apply and at destroy (aws_lambda_invocation with lifecycle_scope CRUD adds `tf.action`).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.studio import Listed
from studio_recovery.errors import BadInput, DeletionProtected, NotReady, StudioRecoveryError
from studio_recovery.handlers.clean_up import CleanUp
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.settings import executions, intake, ledger, milliseconds_now, network, removal, setting
from studio_recovery.handlers.sweep import Sweep
from studio_recovery.nouns import Row, Status
from studio_recovery.observe import Sighting

_RESERVE_SECONDS = 30
_TROUBLES_TOLD = 10
_logger = Logger()


@dataclass(frozen=True, slots=True)
class Seed:
    """What seeding needs. `now` tells milliseconds since 1970, `seconds_left` how long there is still to work."""

    intake: Intake
    sweep: Sweep
    now: Callable[[], int]
    seconds_left: Callable[[], float]

    def run(self) -> dict[str, Any]:
        """Finishes what died, then takes in every owner there is, and every owner of the ledger that is no more.

        Owners without a row come first, so that each call takes in more of them; `complete` is false if the time ran
        out. `troubles` names the first owners that could not be looked at, and rows that cannot be read.
        """
        swept = self.sweep.run()
        domains = list(self.intake.studio.domain_ids())
        listed = [owner for domain in domains for owner in self.intake.studio.owners(domain)]
        rows, unreadable = self.intake.ledger.rows()
        troubles = [str(error) for error in unreadable]
        complete, changed = True, 0
        for owner in [*_new_first(rows, listed), *_unseen(rows, listed)]:
            if self.seconds_left() < _RESERVE_SECONDS:
                complete = False
                break
            changed += self._take_in(owner, troubles)
        found = {"domains": len(domains), "owners": len(listed), "changed": changed, "complete": complete}
        protection = _protection(self.intake.ledger.rows()[0])
        return found | swept | protection | {"troubles": troubles[:_TROUBLES_TOLD]}

    def _take_in(self, owner: Listed, troubles: list[str]) -> int:
        """How many rows were written. One owner's trouble is noted, and holds nobody else up."""
        sighting = Sighting(self.now(), "seeded", "seed")
        try:
            return len(self.intake.take_in(owner.kind, owner.name, owner.domain_id, sighting, patience=0))
        except NotReady:
            return 0
        except (StudioRecoveryError, ClientError) as error:
            troubles.append(f"{owner.kind}/{owner.name} in {owner.domain_id}: {error}")
            return 0


def _new_first(rows: list[Row], listed: list[Listed]) -> list[Listed]:
    known = {(row.owner.key, row.home.domain_id) for row in rows if row.home}
    return sorted(listed, key=lambda owner: (f"{owner.kind}/{owner.name.casefold()}", owner.domain_id) in known)


def _unseen(rows: list[Row], listed: list[Listed]) -> Iterator[Listed]:
    """The homes of the ledger whose owner is not among the listed and was not known to be gone."""
    seen = {(owner.kind, owner.name.casefold(), owner.domain_id) for owner in listed}
    for row in rows:
        current = [row.home] if row.home and not row.deleted_at else []
        for home in [*current, *(rival.home for rival in row.waiting)]:
            if (row.owner.kind, row.owner.name.casefold(), home.domain_id) not in seen:
                yield Listed(row.owner.kind, row.owner.name, home.domain_id)


def _protection(rows: list[Row]) -> dict[str, Any]:
    """How many living owners have a home that comes back, how many have none, and for which reasons."""
    unprotected = Counter(row.reason for row in rows if row.status is Status.UNPROTECTED)
    protected = sum(1 for row in rows if row.home and not row.deleted_at)
    return {"protected": protected, "unprotected": unprotected.total(), "reasons": dict(unprotected)}


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Runs the event's `action`: `seed` or `clean_up`; the latter only when Terraform destroys the module.

    Raises DeletionProtected when destroy is asked for while the tables are protected.
    """
    action, terraform = event.get("action", "seed"), event.get("tf", {}).get("action", "")

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    with typed_errors():
        result = _run(action, terraform, seconds_left)
    _logger.info("watch", extra={"stage": "watch", "action": action, "terraform": terraform} | result)
    return result


def _run(action: str, terraform: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
    match action, terraform:
        case "seed", "delete":
            _refuse_if_protected()
            return {}
        case "seed", _:
            sweep = Sweep(ledger(), executions(), removal(), setting("NAME"), setting("STATE_MACHINE_ARN"))
            return Seed(intake(), sweep, milliseconds_now, seconds_left).run()
        case "clean_up", "delete":
            clean_up = CleanUp(ledger(), executions(), network(), removal(), time.sleep)
            return dict(clean_up.run(setting("NAME"), setting("STATE_MACHINE_ARN"), seconds_left))
        case "clean_up", _:
            return {}
    raise BadInput(f"action {action!r} is not one of seed, clean_up")


def _refuse_if_protected() -> None:
    if setting("DELETION_PROTECTION") == "true":
        raise DeletionProtected(
            f"{setting('NAME')} keeps the only record of whose files lie where, so it is not destroyed:"
            " apply deletion_protection = false first, then destroy"
        )
