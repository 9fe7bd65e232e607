"""Recovery, where it waits: a run that found no place stands in line with the token at which its execution waits."""

from collections.abc import Mapping
from typing import Any

from studio_recovery.aws.calls import typed_errors
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.runs import facts_of, run_from
from studio_recovery.handlers.settings import places, setting

_logger = Logger()


def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Puts the run in `event` (`input`, `execution_arn`, `started_at`, `token`) in line; how many were called then."""
    with typed_errors():
        run = run_from(event, setting("NAME"))
        called = places().wait(run, event["token"])
    _logger.info("waits", extra=facts_of(run) | {"called": called})
    return {"called": called}
