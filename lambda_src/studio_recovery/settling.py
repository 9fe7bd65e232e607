"""Knows what the end of a run does to its row: the outcome, what its sources are from then on, and what comes next."""

from dataclasses import replace

from studio_recovery.claims import as_cancelled, line_of
from studio_recovery.guard import OPEN, Guard
from studio_recovery.homes import Home
from studio_recovery.observe import arm, unfinished
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Recovery, Run
from studio_recovery.rows import Change, Line, Row
from studio_recovery.selection import WHOLE
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import CANCELLED, Status, Word

_NOT_WELL = (Status.FAILED, Status.PARTIAL)


def settle(row: Row | None, run: Run, ended: Outcome, at: int, guard: Guard = OPEN) -> Change | Line | None:
    """What the end of a run does to its row.

    Of a row that is not this run's any more only that the run has ended, or just a line for the history; None if the
    run's outcome was written before.
    """
    outcome = as_cancelled(row, run, ended)
    line = line_of(run, outcome.word, at, outcome.as_details() | _chosen(row, run.recovery.source))
    if row and row.execution_arn == run.execution_arn and not row.copying:
        return None
    if row is None or row.request_id != run.recovery.request_id or not _settles(row, run):
        return Change(let_go(row, outcome), (line,)) if row and row.execution_arn == run.execution_arn else line
    if outcome.word is Word.SUPERSEDED:
        return Change(arm(row, at, guard), (line,))
    written = replace(row, status=Status(outcome.word), reason=outcome.reason, counts=outcome.counts)
    written = replace(written, outcome=outcome.word, ended_at=at)
    if not _is_anothers_claim(row):
        written = replace(written, execution_arn=run.execution_arn, copying="")
    rest = _resting(_after(written, run.recovery.source, outcome), run.recovery.source)
    return Change(arm(rest, at, guard) if _goes_on(rest, run.recovery.source) else rest, (line,))


def _resting(row: Row, source: Home) -> Row:
    """The row with the mark that its source rests, if its copy did not end well. A cancel is meant for all of them."""
    rest = Rest(row.status, row.reason)
    if rest == Rest(Status.BLOCKED, CANCELLED):
        return row.at_rest(rest)
    copied = row.source(source.key)
    return row.with_changed(replace(copied, rests=rest)) if copied and row.status in _NOT_WELL else row


def _goes_on(row: Row, source: Home) -> bool:
    """True if there is more to do although nobody asks: after a good end, or if newer work came during the copy."""
    if row.status in (Status.SUCCEEDED, Status.SKIPPED):
        return bool(row.next_source or row.waiting or not row.in_scope)
    return row.reason != CANCELLED and row.next_source is not None and row.next_source.home != source


def let_go(row: Row, outcome: Outcome) -> Row:
    """The row that had moved on when the run which had claimed it ended: nothing of it is being copied any more."""
    well = outcome.word in (Word.SUCCEEDED, Word.SKIPPED)
    marked = row if well or not outcome.copy_started else unfinished(row, row.copying)
    return replace(marked, copying="")


def replaced(run_id: str, recovery: Recovery, execution_arn: str, at: int) -> Line:
    """The outcome of an execution that a newer one stopped before it could write its own."""
    details: dict[str, str | int] = {"target": recovery.target.key, "execution_arn": execution_arn}
    return Line(
        Word.SUPERSEDED, at, f"{run_id} {Word.SUPERSEDED}", details | {"reason": "stopped by the next recovery"}
    )


def _settles(row: Row, run: Run) -> bool:
    """A run that was refused at its claim ends the row's request although the row never became RUNNING."""
    return row.status is Status.PENDING or (row.status is Status.RUNNING and row.execution_arn == run.execution_arn)


def _is_anothers_claim(row: Row) -> bool:
    """True if the row's claim is another execution's: whoever claims next has to end that one's copy first."""
    return row.status is Status.PENDING and bool(row.copying)


def _after(row: Row, source: Home, outcome: Outcome) -> Row:
    """The row with what the outcome does to its sources. A part that was copied closes no source (law 7)."""
    asked = row.source(source.key)
    if asked and outcome.copy_started and outcome.word is not Word.SKIPPED:
        row = _beside(row, asked)
    match outcome.word:
        case Word.SUCCEEDED | Word.SKIPPED if asked and asked.selection.is_part:
            return _as_before(_belongs_on(row, source) if outcome.word is Word.SUCCEEDED else row, asked)
        case Word.SUCCEEDED:
            return replace(_belongs_on(row, source), sources=tuple(s for s in row.sources if s.home != source))
        case Word.SKIPPED:
            return row.with_changed(replace(asked, dormant=True, selection=WHOLE, before=None)) if asked else row
        case Word.FAILED | Word.PARTIAL | Word.BLOCKED if outcome.copy_started:
            return unfinished(_belongs_on(row, source), source.key)
        case _:
            return row


def _beside(row: Row, copied: Source) -> Row:
    """The row after a selection was copied into its home before newer sources that wait still.

    Files of theirs may meet older ones of the same name, and stay behind: so they verify everything (law 2).
    """
    if copied.selection == WHOLE or copied.selection.into:
        return row
    place = copied.before.order if copied.before else 0
    sources = (
        replace(one, unfinished=True) if one.order > place and one.home != copied.home and not one.dormant else one
        for one in row.sources
    )
    return replace(row, sources=tuple(sources))


def _chosen(row: Row | None, source: Home) -> dict[str, str | int]:
    """What an admin chose of the source, as the history keeps it."""
    asked = row.source(source.key) if row else None
    return {"selection": str(asked.selection)} if asked and asked.selection != WHOLE else {}


def _as_before(row: Row, asked: Source) -> Row:
    """The row with the source as it was before a part of it was asked for."""
    before = replace(asked, unfinished=False).unselected
    return row.with_changed(before) if before else row.without(asked.home)


def _belongs_on(row: Row, home: Home) -> Row:
    """A home with somebody's files in it is that person's, also where SageMaker does not say whose it is.

    Not so if an admin asked for the files of another: the home's next generation is its own owner's.
    """
    source = row.source(home.key)
    if source is None or source.origin:
        return row
    return replace(row, belonging=row.belonging.or_as(source.belonging))
