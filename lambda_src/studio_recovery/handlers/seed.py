"""Watch: brings the ledger in line with what SageMaker really has; and cleans up before the module is destroyed.

Terraform calls it at apply and at destroy (aws_lambda_invocation with lifecycle_scope CRUD adds `tf.action`), a
schedule calls it, and so may anybody: `{"action": "seed", "dry_run": true}` tells what it would do.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from studio_recovery.aws.calls import typed_errors
from studio_recovery.errors import BadInput, DeletionProtected
from studio_recovery.gauges import of_a_pass, of_tasks
from studio_recovery.handlers.clean_up import CleanUp
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.mending import Mending
from studio_recovery.handlers.metrics import emit, measure
from studio_recovery.handlers.passes import at_most
from studio_recovery.handlers.seeding import Seed
from studio_recovery.handlers.settings import (
    executions,
    guard,
    ledger,
    milliseconds_now,
    network,
    patient_intake,
    places,
    removal,
    setting,
    transfers,
    vpcs,
)
from studio_recovery.handlers.sweep import Sweep
from studio_recovery.tally import Tally

# Terraform gives the last four: a change of domains, package or vpcs calls again, and `tf` says whether it destroys.
_FIELDS = {"action", "dry_run", "seconds", "domains", "package", "vpcs", "tf"}
_LONGEST_PASS = 800
_logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Runs the event's `action`: `seed` or `clean_up`; the latter only when Terraform destroys.

    A seed may be a `dry_run`, and end after so many `seconds`: it says how far it was, and the next goes on from there.
    Raises DeletionProtected when destroy is asked for while the tables are protected, BadInput for anything else.
    """
    action, terraform, dry_run = event.get("action", "seed"), event.get("tf", {}).get("action", ""), _is_dry(event)
    seconds = _seconds(event)

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    with typed_errors():
        limited = at_most(seconds, seconds_left, time.monotonic) if seconds else seconds_left
        result = _run(action, terraform, dry_run, limited)
    facts = {name: value for name, value in result.items() if name != "would"}
    _logger.info("watch", extra={"stage": "watch", "action": action, "terraform": terraform} | facts)
    return result


def _run(action: str, terraform: str, dry_run: bool, seconds_left: Callable[[], float]) -> dict[str, Any]:
    match action, terraform:
        case "seed", "delete":
            _refuse_if_protected()
            return {}
        case "seed", _:
            return _seed(seconds_left, at_apply=bool(terraform)).run(dry_run)
        case "clean_up", "delete":
            # Whoever may call the seed can say that Terraform destroys.
            _refuse_if_protected()
            clean_up = CleanUp(executions(), network(), removal(), time.sleep)
            return dict(clean_up.run(setting("NAME"), setting("STATE_MACHINE_ARN"), seconds_left))
        case "clean_up", _:
            return {}
    raise BadInput(f"action {action!r} is not one of seed, clean_up")


def _seed(seconds_left: Callable[[], float], *, at_apply: bool) -> Seed:
    name = setting("NAME")

    def tell(tally: Tally) -> None:
        measure(tally.rows.values(), milliseconds_now(), name)
        emit(of_a_pass(tally.repairs(at_apply)), name)
        emit(of_tasks(transfers().tasks()[0], int(setting("TASK_QUOTA"))), name)

    mending = Mending(executions(), name, setting("STATE_MACHINE_ARN"), milliseconds_now, guard())
    sweep = Sweep(ledger(), removal(), places(), mending, time.sleep)
    return Seed(patient_intake(), sweep, vpcs(), milliseconds_now, seconds_left, tell)


def _is_dry(event: Mapping[str, Any]) -> bool:
    """Whether nothing may be written. What is misspelled must not write: so only known fields are taken."""
    if unknown := sorted(set(event) - _FIELDS):
        raise BadInput(f"unknown field {unknown[0]!r}; a call knows {', '.join(sorted(_FIELDS))}")
    asked = event.get("dry_run", False)
    if not isinstance(asked, bool):
        raise BadInput(f"dry_run {asked!r} is not true or false")
    return asked


def _seconds(event: Mapping[str, Any]) -> int:
    """How long a pass may last; 0: as long as the function."""
    if "seconds" not in event:
        return 0
    asked = event["seconds"]
    if isinstance(asked, bool) or not isinstance(asked, int) or not 1 <= asked <= _LONGEST_PASS:
        raise BadInput(f"seconds {asked!r} is not a whole number from 1 to {_LONGEST_PASS}")
    return asked


def _refuse_if_protected() -> None:
    if setting("DELETION_PROTECTION") == "true":
        raise DeletionProtected(
            f"{setting('NAME')} keeps the only record of whose files lie where, so it is not destroyed:"
            " apply deletion_protection = false first, then destroy"
        )
