"""Knows how `show` is told: everything about one owner, as data or on the screen."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from studio_recovery.answers import says
from studio_recovery.rows import Line, Row
from studio_recovery_cli import owners, words
from studio_recovery_cli.asking.remedies import steps
from studio_recovery_cli.exits import DONE
from studio_recovery_cli.following import endings
from studio_recovery_cli.following.bars import picture, reasons
from studio_recovery_cli.following.lookout import Lookout
from studio_recovery_cli.following.progress import Progress, under_way
from studio_recovery_cli.following.progress import as_item as progress_item
from studio_recovery_cli.following.recovery import follow_recovery
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing import summary
from studio_recovery_cli.standing.portrait import Execution, Portrait, console_link, told

_EXECUTIONS = 3
_WIDE = 110
_PAPER = 140
_HOME = re.compile(r"fs-[0-9a-z]+/[0-9]+")


def show_owner(session: Session, text: str, lines: int, follow: bool) -> int:
    """Shows the owner that is meant; with `follow` first waits for the end of what runs. The exit status."""
    portrait = _portrait(session, text)
    status = DONE
    if follow and portrait.row and under_way(portrait.row):
        followed = follow_recovery(session, portrait.owner, portrait.row.request_id)
        if followed.detached:
            return DONE
        status = endings.exit_status(followed.endings)
        portrait = _portrait(session, str(portrait.owner))
    going = Lookout(session.deployment).look([portrait.row]) if portrait.row else []
    shown = portrait.lines[-lines:] if lines else portrait.lines

    def draw(console: Console) -> None:
        for part in drawn(session, portrait, going, shown, min(console.width, _PAPER)):
            console.print(part, soft_wrap=isinstance(part, Text))

    session.screen.tell(as_data(session, portrait, going, shown), draw)
    return status


def _portrait(session: Session, text: str) -> Portrait:
    """The owner that is meant; also one whom only the history knows."""
    ledger = session.deployment.ledger
    exact = owners.in_full(text)
    row = ledger.row(exact) if exact else None
    if exact and row is None and (lines := list(ledger.lines_of(exact))):
        return Portrait(exact, None, lines)
    owner = row.owner if row else owners.one(ledger, text)
    return Portrait(owner, row or ledger.row(owner), list(ledger.lines_of(owner)))


def as_data(session: Session, portrait: Portrait, going: Sequence[Progress], shown: Sequence[Line]) -> dict[str, Any]:
    """The portrait as data; see portrait_fields."""
    row = portrait.row or Row(portrait.owner, deleted_at=portrait.lines[-1].at)
    return {
        **summary.as_item(row),
        "known": portrait.row is not None,
        "says": says(row),
        "in_scope": row.in_scope,
        "created_at": words.iso(row.created_at),
        "deleted_at": words.iso(row.deleted_at),
        "steps": [{"text": text, "command": typed or None} for text, typed in steps(session, row)],
        "progress": progress_item(going[0]) if going else None,
        "homes": [
            {
                "home": one.home,
                "state": one.state,
                "domain_id": one.domain_id or None,
                "seen_at": words.iso(one.seen_at),
                "origin": one.origin or None,
            }
            for one in portrait.generations
        ],
        "executions": [_execution_item(one) for one in portrait.executions],
        "timeline": [_line_item(line) for line in shown],
        "timeline_left_out": len(portrait.lines) - len(shown),
    }


def _execution_item(one: Execution) -> dict[str, Any]:
    return {
        "arn": one.arn,
        "console": console_link(one.arn),
        "source": one.source or None,
        "target": one.target or None,
        "started_at": words.iso(one.started_at),
        "ended_at": words.iso(one.ended_at),
        "outcome": one.outcome or None,
        "reason": one.reason or None,
        "bytes_written": one.bytes_written,
        "files_transferred": one.files_transferred,
        "duration_seconds": one.duration_ms / 1000,
    }


def _line_item(line: Line) -> dict[str, Any]:
    return {
        "at": words.iso(line.at),
        "what": line.what,
        "by": line.details.get("by"),
        "details": {name: value for name, value in line.details.items() if name != "by"},
    }


def drawn(
    session: Session, portrait: Portrait, going: Sequence[Progress], shown: Sequence[Line], width: int
) -> Iterator[RenderableType]:
    """The portrait for a page of this width, part by part."""
    yield from _standing(session, portrait)
    if going:
        yield Padding(picture(going, 0, width - 2), (0, 0, 0, 2), expand=False)
        yield from (Text("  ").append_text(line) for line in reasons(going, width - 2))
    yield from _homes(portrait, width)
    yield from _executions(portrait)
    if shown:
        left_out = len(portrait.lines) - len(shown)
        more = f" (the last {len(shown)} of {len(portrait.lines)} lines; --lines 0 shows all)" if left_out else ""
        yield Text("\nTimeline", "bold").append(more, "not bold default")
        yield _timeline(shown, width)


def _standing(session: Session, portrait: Portrait) -> Iterator[Text]:
    row = portrait.row
    if row is None:
        yield Text(str(portrait.owner), "bold").append("  only the history knows it any more", "not bold default")
        return
    item = summary.as_item(row)
    cell = summary.status_cell(item)
    yield Text(str(row.owner), "bold").append("  ").append(cell, f"not bold {summary.style(item)}".strip())
    yield Text(f"  {says(row)}")
    for text, typed in steps(session, row):
        yield Text(f"  - {text}")
        if typed:
            yield Text(f"    {typed}", "bold")
    if item["outcome"] and row.ended_at:
        counts = row.counts
        copied = f": {words.number(counts.files_transferred)} files and folders, {words.size(counts.bytes_written)}"
        when = words.moment(row.ended_at)
        yield Text(f"  Last recovery {item['outcome']} {when}{copied if counts.files_transferred else ''}")


def _homes(portrait: Portrait, width: int) -> Iterator[RenderableType]:
    if not portrait.generations:
        return
    yield Text("\nHomes", "bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in portrait.generations:
        whose = f", of {one.origin}" if one.origin else ""
        seen = words.day_and_minute(one.seen_at) if one.seen_at else words.NOTHING
        domain = [one.domain_id or words.NOTHING] if width >= _WIDE else []
        style = "bold" if one.state == "current" else ""
        table.add_row(Text(f"  {one.home}", style), *domain, seen, Text(one.state + whose, style))
    yield table


def _executions(portrait: Portrait) -> Iterator[Text]:
    if not portrait.executions:
        return
    left_out = len(portrait.executions) - _EXECUTIONS
    more = f" (the last {_EXECUTIONS} of {len(portrait.executions)}; --output json has all)" if left_out > 0 else ""
    yield Text("\nExecutions", "bold").append(more, "not bold default")
    for one in portrait.executions[-_EXECUTIONS:]:
        when = words.day_and_minute(one.started_at or one.ended_at)
        yield Text(f"  {when}  {one.outcome or 'runs'}  from {one.source or words.NOTHING}")
        yield Text(f"    {one.arn}")
        yield Text(f"    {console_link(one.arn)}")


def _timeline(lines: Sequence[Line], width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(
            f"  {words.local(line.at)}",
            line.what,
            Text(told(line) if width >= _WIDE else _HOME.sub(_shortened, told(line))),
        )
    return table


def _shortened(home: re.Match[str]) -> str:
    return summary.short_home(home[0])
