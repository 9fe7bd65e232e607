"""Event: a user profile or space was created or deleted; its home is looked up and written into the ledger."""

from typing import Any

from studio_recovery.aws.calls import typed_errors
from studio_recovery.events import Ignored, studio_event
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.settings import intake
from studio_recovery.observe import Sighting

_PATIENCE_SECONDS = 240
_logger = Logger()


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Takes in the owner that the event names; what was written, or why the event was ignored.

    Raises BadInput for an event that cannot be read, NotReady if SageMaker takes too long: both reach the failure
    queue.
    """
    with typed_errors():
        result = take_in_event(event, intake())
    _logger.info("event", extra={"stage": "event"} | result)
    return result


def take_in_event(event: dict[str, Any], studio_and_ledger: Intake) -> dict[str, Any]:
    """The handler's work, with its adapters given."""
    seen = studio_event(event)
    if isinstance(seen, Ignored):
        return {"ignored": seen.reason}
    sighting = Sighting(seen.at, "created", seen.id)
    changes = studio_and_ledger.take_in(seen.kind, seen.name, seen.domain_id, sighting, _PATIENCE_SECONDS)
    return {
        "owner": f"{seen.kind}/{seen.name}",
        "domain_id": seen.domain_id,
        "event_id": seen.id,
        "written": [{"status": change.row.status, "request_id": change.row.request_id} for change in changes],
    }
