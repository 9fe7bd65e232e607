"""Knows all that the ledger tells of one owner: its homes in order, its executions, and what happened when. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studio_recovery.owners import Owner
from studio_recovery.rows import Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status, Word
from studio_recovery_cli import words
from studio_recovery_cli.outcomes import is_of_all

STARTED = "recovery started"
_WORDS = frozenset(Word)
# By partition, where it is not the usual one: an assumption, see docs/limits.md.
_CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


@dataclass(frozen=True, slots=True)
class Generation:
    """A home that the owner has, had, or is to get files from, and how it stands, in words.

    `origin`: the other owner whose home it is. `seen_at`: when the ledger first saw it (ms since 1970, 0 if unknown).
    """

    home: str
    state: str
    domain_id: str = ""
    seen_at: int = 0
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution of the state machine for the owner; `outcome` is nothing while it runs.

    `is_of_all`: not of a part of the home only, and not into a folder of its own.
    """

    arn: str
    source: str
    target: str
    started_at: int = 0
    ended_at: int = 0
    outcome: str = ""
    reason: str = ""
    bytes_written: int = 0
    files_transferred: int = 0
    duration_ms: int = 0
    is_of_all: bool = True


@dataclass(frozen=True)
class Portrait:
    """An owner with its row (None: there is none any more) and its history, oldest line first."""

    owner: Owner
    row: Row | None
    lines: Sequence[Line]

    @cached_property
    def generations(self) -> list[Generation]:
        """The homes in the order in which they were seen; those of other owners come first."""
        seen: dict[str, tuple[int, str]] = {}
        for line in self.lines:
            if "efs_uid" in line.details:
                key = f"{line.details['efs_sys_id']}/{line.details['efs_uid']}"
                seen.setdefault(key, (line.at, str(line.details.get("domain_id", ""))))
        sources = {source.home.key: source for source in self.row.sources} if self.row else {}
        others = [source for key, source in sources.items() if key not in seen]
        current = self.row.home if self.row else None
        if current and current.key not in seen:
            seen[current.key] = 0, current.domain_id
        over = {one.source for one in self.executions if one.source} - seen.keys() - sources.keys()
        return [
            *(Generation(key, self._state(key, None), origin=self._lent.get(key, "")) for key in sorted(over)),
            *(self._generation(one.home.key, 0, one.home.domain_id, one) for one in others),
            *(self._generation(key, at, domain, sources.get(key)) for key, (at, domain) in seen.items()),
        ]

    @cached_property
    def _lent(self) -> dict[str, str]:
        """The homes of other owners that somebody asked for, and whose they are."""
        asked = [line.details for line in self.lines if "homes" in line.details and "source" in line.details]
        lent = {key: str(told["source"]) for told in asked for key in str(told["homes"]).split(", ")}
        return {key: owner for key, owner in lent.items() if owner != str(self.owner)}

    def _generation(self, home: str, at: int, domain_id: str, source: Source | None) -> Generation:
        return Generation(home, self._state(home, source), domain_id, at, source.origin if source else "")

    def _state(self, home: str, source: Source | None) -> str:
        row = self.row
        if row and row.home and row.home.key == home:
            return "the last one" if row.deleted_at else "current"
        if row and row.status is Status.RUNNING and row.copying == home:
            return "is being copied"
        if source and source.dormant:
            return "set aside, still known"
        if source:
            return "waits, a copy of it was not complete" if source.unfinished else "waits to be copied"
        done = [one for one in self.executions if one.source == home and one.outcome == Word.SUCCEEDED]
        if whole := [one for one in done if one.is_of_all]:
            return f"recovered {words.day_and_minute(whole[-1].ended_at)}"
        return f"left, a part recovered {words.day_and_minute(done[-1].ended_at)}" if done else "left"

    @cached_property
    def executions(self) -> list[Execution]:
        """The owner's executions in the order in which they began."""
        told: dict[str, list[Line]] = {}
        for line in self.lines:
            if arn := line.details.get("execution_arn"):
                told.setdefault(str(arn), []).append(line)
        return [_execution(arn, lines) for arn, lines in told.items()]


def _execution(arn: str, lines: Sequence[Line]) -> Execution:
    started = next((line for line in lines if line.what == STARTED), None)
    ended = next((line for line in reversed(lines) if line.what in _WORDS), None)
    known: Mapping[str, Any] = (started or ended or lines[0]).details
    end: Mapping[str, Any] = ended.details if ended else {}
    return Execution(
        arn=arn,
        source=str(known.get("source", "")),
        target=str(known.get("target", "")),
        started_at=started.at if started else 0,
        ended_at=ended.at if ended else 0,
        outcome=ended.what if ended else "",
        reason=str(end.get("reason", "")),
        bytes_written=int(end.get("bytes_written", 0)),
        files_transferred=int(end.get("files_transferred", 0)),
        duration_ms=int(end.get("total_duration_ms", 0)),
        is_of_all=is_of_all(end),
    )


def console_link(execution_arn: str) -> str:
    """The page of an execution in AWS's console."""
    _, partition, _, region = execution_arn.split(":")[:4]
    host = _CONSOLES.get(partition, "console.aws.amazon.com")
    return f"https://{region}.{host}/states/home?region={region}#/v2/executions/details/{execution_arn}"


def told(line: Line) -> str:
    """What a history line says beside what happened, in words."""
    return ", ".join(part for part in _parts(line) if part)


def _parts(line: Line) -> Iterator[str]:
    details = line.details
    if "efs_uid" in details:
        yield f"home {details['efs_sys_id']}/{details['efs_uid']}"
    if "source" in details:
        into = f" into {details['target']}" if "target" in details else ""
        yield f"from {details['source']}{into}"
    for name in ("home", "homes", "selection", "left"):
        if name in details:
            yield f"{name} {details[name]}"
    if line.what not in _WORDS and "status" in details:
        yield f"then {details['status']}" + (f" ({details['reason']})" if details.get("reason") else "")
    elif details.get("reason"):
        yield str(details["reason"])
    if "files_transferred" in details:
        yield f"{words.number(int(details['files_transferred']))} files and folders"
        yield words.size(int(details.get("bytes_written", 0)))
    if "by" in details:
        yield f"by {details['by']}"
