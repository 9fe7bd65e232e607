"""Reads what the state machine hands to its functions: the run, and how it went so far."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.transfers import copy_end
from studio_recovery.outcome import CopyEnd, Failure
from studio_recovery.owners import Kind, Owner, owner_named
from studio_recovery.recovery import Recovery, Run, recovery_from_input
from studio_recovery.rows import Row


def run_from(event: Mapping[str, Any], module: str) -> Run:
    """The run that the state machine speaks of. Raises BadInput that names the field of the execution's input."""
    recovery = recovery_from_input(event["input"])
    return Run(recovery, module, event["execution_arn"], milliseconds(event["started_at"]))


def owner_of(recovery: Recovery) -> Owner:
    """The owner whose row asked for the recovery."""
    kind, _, name = recovery.profile_name.partition("/")
    return Owner(Kind(kind), name, recovery.domain_name)


def facts_of(run: Run) -> dict[str, str | int]:
    """What each log line about a run tells; a run by hand has no owner."""
    asked = run.recovery
    owner = "" if asked.by_hand else str(owner_of(asked))
    return {"stage": "recovery", "owner": owner, "request_id": asked.request_id, "run": run.id}


def is_source_held(ledger: Ledger, row: Row | None, run: Run) -> bool:
    """True if the run's source is another owner's home, and that owner is on hold."""
    source = row.source(run.recovery.source.key) if row else None
    origin = ledger.row(owner_named(source.origin, "origin")) if source and source.origin else None
    return origin is not None and not origin.replication


def milliseconds(time: str) -> int:
    """A time of the state machine's context, in milliseconds since 1970."""
    return int(datetime.fromisoformat(time).timestamp() * 1000)


def copy_from(event: Mapping[str, Any]) -> CopyEnd | None:
    """The copy as the state machine last saw it, or None if it saw none."""
    return copy_end(event["copy"]) if event.get("copy") else None


def failure_from(event: Mapping[str, Any]) -> Failure | None:
    """The error that the state machine caught, or None. A function's own error lies as JSON in the cause."""
    caught = event.get("failure")
    if not caught:
        return None
    cause = caught.get("Cause", "")
    try:
        text = json.loads(cause)["errorMessage"]
    except (ValueError, KeyError, TypeError):
        text = cause
    return Failure(caught["Error"], text)
