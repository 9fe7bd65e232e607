"""Knows one recovery: its input, its names and tags, whether it may begin, and what its end does to the row."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from studio_recovery.errors import BadHome, BadInput, Cancelled, Held, OtherOwner, SourceHeld, Superseded
from studio_recovery.guard import OPEN, Guard
from studio_recovery.nouns import (
    CANCELLED,
    Change,
    Home,
    Line,
    Rest,
    Row,
    Source,
    Status,
    Word,
    digest,
    is_key,
    is_name,
    quoted,
)
from studio_recovery.observe import arm, unfinished
from studio_recovery.outcome import Outcome
from studio_recovery.selection import WHOLE

_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
MODULE_TAG = "studio-recovery"
RUN_TAG = "studio-recovery:run"
SIDE_TAG = "studio-recovery:side"
_STARTED = "recovery started"
_NOT_WELL = (Status.FAILED, Status.PARTIAL)
# On a rule that a person had made: the id of the file system for which.
BY_HAND_TAG = "studio-recovery:by-hand"


@dataclass(frozen=True, slots=True)
class Made:
    """Something that a run made: its ARN or id, the run, the side (`source`, `target`), and the file system."""

    name: str
    run_id: str
    side: str = ""
    file_system_id: str = ""


def made(name: str, tags: Mapping[str, str], module: str, run_id: str | None) -> Made | None:
    """What carries these tags, if this run (None: any run) of the module made it."""
    if tags.get(MODULE_TAG) != module or RUN_TAG not in tags or run_id not in (None, tags[RUN_TAG]):
        return None
    return Made(name, tags[RUN_TAG], tags.get(SIDE_TAG, ""))


@dataclass(frozen=True, slots=True)
class Recovery:
    """One copy, from one home into another. Without `profile_name` it is started by hand and has no row."""

    source: Home
    target: Home
    profile_name: str = ""
    domain_name: str = ""
    request_id: str = ""

    @property
    def by_hand(self) -> bool:
        """True if no row of the ledger stands behind it."""
        return not self.profile_name

    @property
    def execution_name(self) -> str:
        """The name of its execution: one for each owner, target and request, so that a repetition starts nothing."""
        return digest(self.profile_name, self.domain_name, self.target.key, self.request_id)

    def as_input(self) -> dict[str, object]:
        """The input of the state machine."""
        ledger = ("profile_name", "domain_name", "request_id")
        named: dict[str, object] = {} if self.by_hand else {name: getattr(self, name) for name in ledger}
        return named | {"source": _home_input(self.source), "target": _home_input(self.target)}


def _home_input(home: Home) -> dict[str, str]:
    return {"efs_sys_id": home.file_system_id, "efs_uid": home.uid}


def recovery_from_input(value: object) -> Recovery:
    """The recovery that an execution's input asks for. Raises BadInput that names the field."""
    if not isinstance(value, Mapping):
        raise BadInput("the input must be an object with source and target")
    known = {"source", "target", "profile_name", "domain_name", "request_id"}
    if unknown := sorted(set(value) - known):
        raise BadInput(f"unknown field {quoted(unknown[0])}; the input knows {', '.join(sorted(known))}")
    texts = {name: _text(value.get(name, ""), name) for name in ("profile_name", "domain_name", "request_id")}
    if len({bool(text) for text in texts.values()}) > 1:
        raise BadInput("profile_name, domain_name and request_id are given together, or none of them (a run by hand)")
    if texts["profile_name"] and not is_key(texts["profile_name"]):
        raise BadInput(f"profile_name {quoted(texts['profile_name'])} is not the key of a row, such as user/ada")
    if texts["domain_name"] and not is_name(texts["domain_name"]):
        raise BadInput(f"domain_name {quoted(texts['domain_name'])} is not the name of a domain")
    if texts["request_id"] and not _REQUEST_ID.fullmatch(texts["request_id"]):
        raise BadInput(f"request_id {quoted(texts['request_id'])} is not the id of a request")
    recovery = Recovery(_home(value.get("source"), "source"), _home(value.get("target"), "target"), **texts)
    if recovery.source == recovery.target:
        raise BadInput("source and target are the same home")
    return recovery


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a string")
    return value


def _home(value: object, name: str) -> Home:
    if not isinstance(value, Mapping):
        raise BadInput(f"{name} must be an object with efs_sys_id and efs_uid")
    if unknown := sorted(set(value) - {"efs_sys_id", "efs_uid"}):
        raise BadInput(f"unknown field {quoted(f'{name}.{unknown[0]}')}; a home knows efs_sys_id and efs_uid")
    fields = [_text(value.get(part, ""), f"{name}.{part}") for part in ("efs_sys_id", "efs_uid")]
    try:
        return Home(*fields)
    except BadHome as error:
        raise BadHome(f"{name}.{error}") from error


def pending_recovery(row: Row) -> Recovery | None:
    """The recovery that a PENDING row asks for, or None for any other row."""
    source = row.next_source
    if row.status is not Status.PENDING or row.home is None or source is None:
        return None
    return Recovery(source.home, row.home, row.owner.key, row.owner.domain_name, row.request_id)


@dataclass(frozen=True, slots=True)
class Run:
    """A recovery under way: the module's `name`, and the execution (ARN, and its start in ms since 1970)."""

    recovery: Recovery
    module: str
    execution_arn: str
    started_at: int

    @property
    def id(self) -> str:
        """The execution's name, which everything that the run makes carries as a tag."""
        return run_id_of(self.execution_arn)

    @property
    def label(self) -> str:
        """The name of the run's task: it tells module, target and run without another look."""
        return f"{self.module}:{self.recovery.target.key}:{self.id}"

    def tags(self) -> dict[str, str]:
        """The tags of everything that the run makes."""
        return {MODULE_TAG: self.module, RUN_TAG: self.id, "Name": self.label}

    def execution_arn_of(self, run_id: str) -> str:
        """The ARN of another execution of the same state machine."""
        return f"{self.execution_arn.rpartition(':')[0]}:{run_id}"


def run_id_of(execution_arn: str) -> str:
    """The id of a run: the name of its execution, at the end of the ARN."""
    return execution_arn.rpartition(":")[2]


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
    started = _line(run, _STARTED, run.started_at, {})
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


def settle(row: Row | None, run: Run, ended: Outcome, at: int, guard: Guard = OPEN) -> Change | Line | None:
    """What the end of a run does to its row.

    Of a row that is not this run's any more only that the run has ended, or just a line for the history; None if the
    run's outcome was written before.
    """
    outcome = as_cancelled(row, run, ended)
    line = _line(run, outcome.word, at, outcome.as_details() | _chosen(row, run.recovery.source))
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


def _line(run: Run, what: str, at: int, details: dict[str, str | int]) -> Line:
    homes: dict[str, str | int] = {"source": run.recovery.source.key, "target": run.recovery.target.key}
    return Line(what, at, f"{run.id} {what}", homes | {"execution_arn": run.execution_arn} | details)
