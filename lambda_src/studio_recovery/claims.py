"""Knows whether a run may begin, how its row becomes its own, and what an admin's cancel does to it."""

from collections.abc import Iterable
from dataclasses import replace

from studio_recovery.errors import Cancelled, Held, OtherOwner, SourceHeld, Superseded
from studio_recovery.observe import unfinished
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Run
from studio_recovery.rows import Change, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import CANCELLED, Status, Word

_STARTED = "recovery started"


def claim(
    row: Row | None, run: Run, half_written: bool = False, source_held: bool = False
) -> tuple[Change | None, Source]:
    """What makes the row this run's (None: it already is), and the source to copy.

    `half_written`: the execution that claimed the row before may have left half-written files. `source_held`: the other
    owner whose home is asked for is on hold. Raises Superseded if the row asks for something else by now,
    Cancelled, Held, SourceHeld or OtherOwner if it may not be copied.
    """
    wanted = run.recovery
    source = row.source(wanted.source.key) if row else None
    if row is None or source is None or row.request_id != wanted.request_id or row.home != wanted.target:
        raise Superseded(f"{wanted.profile_name} in {wanted.domain_name} no longer asks for {wanted.request_id}")
    mine = row.status is Status.RUNNING and row.execution_arn == run.execution_arn
    if not mine and row.status is not Status.PENDING:
        raise Superseded(f"{row.owner} is {row.status}, claimed by {row.execution_arn or 'nobody'}")
    refuse_if_cancelled(row, run)
    if not row.replication:
        raise Held(f"replication is switched off for {row.owner}")
    if source_held:
        raise SourceHeld(f"replication is switched off for {source.origin}")
    if not source.approved and not source.belonging.may_pass_to(row.belonging):
        raise OtherOwner(f"the files of {source.home.key} belonged to another than the owner of {wanted.target.key}")
    if mine:
        return None, source
    if half_written:
        row = unfinished(row, row.copying)
    claimed = replace(
        row,
        status=Status.RUNNING,
        reason="",
        execution_arn=run.execution_arn,
        copying=source.home.key,
    )
    started = line_of(run, _STARTED, run.started_at, {})
    return Change(claimed, (started,)), claimed.source(source.home.key) or source


def began(lines: Iterable[Line], execution_arn: str) -> int:
    """When an execution began, in ms since 1970, by its owner's history; 0 if that tells nothing of it."""
    mine = (line.at for line in lines if line.what == _STARTED and line.details.get("execution_arn") == execution_arn)
    return next(mine, 0)


def refuse_if_cancelled(row: Row | None, run: Run) -> None:
    """Raises Cancelled if an admin cancelled the run, which claimed the row."""
    if row and _is_cancelled(row, run):
        raise Cancelled(f"the recovery of {row.owner} was cancelled")


def as_cancelled(row: Row | None, run: Run, outcome: Outcome) -> Outcome:
    """The outcome of a run that an admin may have cancelled; a copy that had come to its end was quicker."""
    if row is None or not _is_cancelled(row, run) or outcome.word in (Word.SUCCEEDED, Word.SKIPPED):
        return outcome
    return replace(outcome, word=Word.BLOCKED, reason=CANCELLED)


def _is_cancelled(row: Row, run: Run) -> bool:
    """Also once the outcome is written; not if the request of a later run was cancelled."""
    mine = row.execution_arn == run.execution_arn and row.request_id == run.recovery.request_id
    return mine and row.reason == CANCELLED


def line_of(run: Run, what: str, at: int, details: dict[str, str | int]) -> Line:
    """A line of the history about a run: once, however often it is written."""
    homes: dict[str, str | int] = {"source": run.recovery.source.key, "target": run.recovery.target.key}
    return Line(what, at, f"{run.id} {what}", homes | {"execution_arn": run.execution_arn} | details)
