"""Knows how recoveries ended: each one's outcome with its counts, in words, as data, and as an exit status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from studio_recovery.owners import Owner
from studio_recovery.rows import Counts, Line, Row
from studio_recovery.statuses import Status, Word
from studio_recovery_cli import words
from studio_recovery_cli.asking.remedies import remedy_lines
from studio_recovery_cli.exits import DONE, ERROR, PARTIAL
from studio_recovery_cli.session import Session

GOOD = (Word.SUCCEEDED, Word.SKIPPED)
_STYLES = {Word.SUCCEEDED: "green", Word.SKIPPED: "green", Word.SUPERSEDED: "dim"}


@dataclass(frozen=True, slots=True)
class Ending:
    """How one recovery ended, as the row or the history tells; `row` is how the owner's row stands then."""

    owner: Owner
    word: str
    reason: str = ""
    counts: Counts = field(default_factory=Counts)
    source: str = ""
    target: str = ""
    execution_arn: str = ""
    at: int = 0
    row: Row | None = None

    @property
    def is_good(self) -> bool:
        """True if all that was asked for is in the new home."""
        return self.word in GOOD


def ending_of(row: Row, lines: Iterable[Line], execution_arn: str, source: str) -> Ending:
    """How the execution ended by the history (oldest line first); by the row if it left no line, as it never began."""
    told = [line for line in lines if execution_arn and line.details.get("execution_arn") == execution_arn]
    last = next((line for line in reversed(told) if line.what in list(Word)), None)
    target = row.home.key if row.home else ""
    if last is None:
        return Ending(row.owner, str(row.status), row.reason, source=source, target=target, row=row)
    details = last.details
    return Ending(
        owner=row.owner,
        word=last.what,
        reason=str(details.get("reason", "")),
        counts=Counts(*(int(details.get(name, 0)) for name in Counts.__slots__)),
        source=str(details.get("source", source)),
        target=str(details.get("target", target)),
        execution_arn=execution_arn,
        at=last.at,
        row=row,
    )


def as_it_stands(row: Row) -> Ending:
    """How a recovery goes on that nobody waits for, or how the row rests."""
    runs, source = row.status is Status.RUNNING, row.next_source
    return Ending(
        row.owner,
        str(row.status),
        row.reason,
        source=(row.copying if runs else "") or (source.home.key if source else ""),
        target=row.home.key if row.home else "",
        # Else it is that of the recovery before.
        execution_arn=row.execution_arn if runs else "",
        row=row,
    )


def as_item(ending: Ending) -> dict[str, Any]:
    """The ending as data; see ending_fields."""
    return {
        "owner": str(ending.owner),
        "outcome": ending.word,
        "reason": ending.reason or None,
        "source": ending.source or None,
        "target": ending.target or None,
        "bytes_written": ending.counts.bytes_written,
        "files_transferred": ending.counts.files_transferred,
        "duration_seconds": ending.counts.total_duration_ms / 1000,
        "ended_at": words.iso(ending.at),
        "execution_arn": ending.execution_arn or None,
    }


def sentence(ending: Ending) -> str:
    """How it ended, in words."""
    counts = ending.counts
    said = f"{ending.owner}: {ending.word}"
    if ending.reason:
        said += f", {ending.reason}"
    if counts.files_transferred:
        said += f", {words.number(counts.files_transferred)} files and folders, {words.size(counts.bytes_written)}"
        said += f" in {words.duration(counts.total_duration_ms / 1000)}"
    return said + (f", from {ending.source}" if ending.source else "")


def draw(console: Console, endings: Sequence[Ending], session: Session) -> None:
    """One line for each; what did not end well is followed by its cause and what to do."""
    for ending in endings:
        line = Text(sentence(ending))
        line.highlight_words([ending.word], _STYLES.get(Word(ending.word), "red") if ending.word in list(Word) else "")
        console.print(line, soft_wrap=True)
        if not ending.is_good and ending.row and ending.row.status in (Status.FAILED, Status.PARTIAL, Status.BLOCKED):
            for said in remedy_lines(session, ending.row):
                console.print(f"  {said}", soft_wrap=True)


def exit_status(endings: Sequence[Ending]) -> int:
    """DONE if every recovery ended well, ERROR if none did, PARTIAL for anything between."""
    told = [ending for ending in endings if ending.word != Word.SUPERSEDED]
    if all(ending.is_good for ending in told):
        return DONE
    halves = any(ending.is_good or ending.word == Word.PARTIAL for ending in told)
    return PARTIAL if halves else ERROR
