"""Knows how `status` looks: one screen, the answer in its first line, and what to type where a person is needed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from studio_recovery.statuses import Status
from studio_recovery_cli import words
from studio_recovery_cli.alarms import ALARMS
from studio_recovery_cli.following.bars import picture, reasons
from studio_recovery_cli.hints import lines_of, typed
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.overview import Overview
from studio_recovery_cli.standing.summary import STYLES

_CAUSES = 5
_NAMES = 4
_DOMAINS = 12
_WIDE = 110
_TITLE = 16


def board(overview: Overview, rests: Sequence[Mapping[str, Any]], session: Session, width: int) -> RenderableType:
    """The whole screen for a terminal of this width."""
    parts: list[RenderableType] = [_headline(overview), *_needs(overview, session, width)]
    subject = overview.subject
    parts += _block("", Text(f"{subject.name} in {subject.region}, account {subject.account}"))
    parts.append(_domains(overview, width))
    parts += _block("", *_unprotected(overview))
    parts += _newcomers(overview)
    parts += _block("", _recoveries(overview))
    if overview.going:
        parts.append(Padding(picture(overview.going, 0, width - 2), (0, 0, 0, 2), expand=False))
        parts += [Text("  ").append_text(line) for line in reasons(overview.going, width - 2)]
    if rests:
        parts += _block("", *_resting(rests, session, width))
    parts += _block("", *_watch(overview, width))
    return Group(*parts)


def _block(title: str, *lines: RenderableType) -> list[RenderableType]:
    return [Text(title), *lines] if lines else []


def _headline(overview: Overview) -> Text:
    if not overview.needs:
        said = Text("Green. ", "bold green").append("Nothing needs a person.", "default")
    else:
        count = len(overview.needs)
        said = Text(f"{words.number(count)} thing{'s need' if count > 1 else ' needs'} a person.", "bold red")
    return said


def _needs(overview: Overview, session: Session, width: int) -> Iterator[Text]:
    for need in overview.needs:
        command = typed(session, need.command)
        if len(need.what) + len(command) + 4 <= width:
            yield Text(f"  {need.what}: ").append(command, "bold")
        else:
            yield Text(f"  {need.what}:")
            yield from _to_type(command, width)


def _to_type(command: str, width: int) -> Iterator[Text]:
    """A command to type, so that it can be copied as it stands."""
    return (Text(f"    {line}", "bold") for line in lines_of(command, width - 4))


def _said(text: str, width: int, first: str = "  ", more: str = "  ") -> Iterator[Text]:
    """A sentence, whose further lines stand below the first."""
    lines = wrap(text, width, initial_indent=first, subsequent_indent=more, break_on_hyphens=False)
    return map(Text, lines)


def _domains(overview: Overview, width: int) -> RenderableType:
    if not overview.domains:
        return Text("There is no Studio domain in this Region.")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    table.add_column("DOMAIN", overflow="ellipsis", no_wrap=True)
    table.add_column("ID", no_wrap=True)
    table.add_column("OWNERS", justify="right")
    table.add_column("PROTECTED", justify="right")
    table.add_column("FILE SYSTEM", no_wrap=True)
    if width >= _WIDE:
        table.add_column("VPC", no_wrap=True)
    for one in overview.domains[:_DOMAINS]:
        protected = words.number(one.protected) if one.in_scope else "out of scope"
        style = "yellow" if one.in_scope and one.protected < one.owners else ""
        where = [one.domain.file_system_id or words.NOTHING]
        where += [one.domain.vpc_id or words.NOTHING] if width >= _WIDE else []
        table.add_row(one.domain.name, one.domain.id, words.number(one.owners), Text(protected, style), *where)
    more = len(overview.domains) - _DOMAINS
    return Group(table, Text(f"and {words.number(more)} more domains")) if more > 0 else table


def _unprotected(overview: Overview) -> Iterator[Text]:
    reasons = overview.protection.reasons
    if not reasons:
        return
    yield Text(f"Not protected: {words.number(sum(reasons.values()))}", "yellow")
    for reason, count in sorted(reasons.items(), key=lambda one: -one[1]):
        yield Text(f"  {words.number(count):>6}  {reason}")


def _newcomers(overview: Overview) -> Iterator[Text]:
    if count := len(overview.on_their_way):
        yield Text(f"{words.number(count)} new: known as soon as the event is there, which takes a minute or so")


def _recoveries(overview: Overview) -> Text:
    statuses = overview.statuses
    counts = (
        (Status.PENDING, "pending", statuses[Status.PENDING]),
        (Status.RUNNING, "running", statuses[Status.RUNNING]),
        *((status, str(status).lower(), overview.count(status)) for status in _RESTING),
    )
    said = Text("Recoveries  ", "bold")
    for place, (status, name, count) in enumerate(counts):
        said.append(", " if place else "", "not bold default")
        said.append(f"{words.number(count)} {name}", STYLES[status] if count else "not bold default")
    on_hold = sum(not row.replication and not row.deleted_at for row in overview.rows)
    return said.append(f"; {words.number(on_hold)} on hold" if on_hold else "", "not bold default")


def _resting(rests: Sequence[Mapping[str, Any]], session: Session, width: int) -> Iterator[Text]:
    """What waits for a person; those of one cause together, with what to type for the first of them."""
    causes = [list(some) for _, some in groupby(rests, key=lambda one: (one["status"], one["cause"]))]
    for some in causes[:_CAUSES]:
        first = some[0]
        names = ", ".join(one["owner"] for one in some[:_NAMES])
        more = len(some) - _NAMES
        names += f" and {words.number(more)} more" if more > 0 else ""
        yield Text(f"{first['status']} ", STYLES[Status(first["status"])]).append(names, "default")
        yield from _said(str(first["cause"]), width)
        if len(some) > 1:
            yield from _said(f"For each of them, as here for {first['owner']}:", width)
        for step in first["steps"]:
            yield from _said(str(step["text"]), width, "  - ", "    ")
            if step["command"]:
                yield from _to_type(step["command"], width)
    if len(causes) > _CAUSES:
        yield Text(f"and {words.number(len(causes) - _CAUSES)} more causes:")
        yield from _to_type(typed(session, "failures"), width)


def _folded(title: str, said: str, width: int, style: str = "default") -> Iterator[Text]:
    """A line of the watch, whose further lines stand below its text."""
    first, *more = wrap(said, width - _TITLE, break_on_hyphens=False)
    yield Text(title.ljust(_TITLE), "bold").append(first, f"not bold {style}")
    for line in more:
        yield Text(" " * _TITLE).append(line, style)


def _watch(overview: Overview, width: int) -> Iterator[Text]:
    watched = overview.watched
    at, now = watched.reconciled_at, overview.subject.at
    yield Text("Last reconcile  ", "bold").append(words.moment(at, now) if at else "nobody knows", "not bold default")
    on = overview.alarms_on
    alarms = f"in ALARM: {', '.join(on)}" if on else "none is in ALARM"
    if not watched.alarms:
        alarms = "there are none"
    yield from _folded("Alarms", alarms, width, "yellow" if on else "default")
    if on:
        sections = ", ".join(f'"{ALARMS[word].section}"' for word in on)
        yield from _folded("", f"what each means: docs/operating.md, {sections}", width)
    waiting, being_read = watched.queue.waiting, watched.queue.being_read
    queue = f"{words.number(waiting)} messages" if waiting else "empty"
    queue += f", {words.number(being_read)} being read" if being_read else ""
    yield Text("Failure queue   ", "bold").append(queue, "not bold red" if waiting else "not bold default")


_RESTING = (Status.FAILED, Status.PARTIAL, Status.BLOCKED)
