"""Knows when a person must be told of a row, and in which words.

Limits of a subject: docs.aws.amazon.com/sns/latest/api/API_Publish.html (no line break, less than 100 characters).
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from studio_recovery.advice import Step, advice
from studio_recovery.homes import Home
from studio_recovery.owners import Kind
from studio_recovery.resting import waits_for_somebody
from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery.stages import whereabouts
from studio_recovery.statuses import STILL_ALIVE, Status

# Headings of the runbook, docs/operating.md, as its links spell them.
SECTIONS = {Status.BLOCKED: "blocked", Status.FAILED: "failed", Status.PARTIAL: "partial"}
_LONGEST_SUBJECT = 99
_WHAT_HAPPENED = {
    Status.BLOCKED: "waits for you: nothing was copied yet.",
    Status.FAILED: "failed: its files are not, or not all, in the new home.",
    Status.PARTIAL: "is not complete: files are missing in the new home, or could not be verified.",
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a notice says of the deployment: its name, and where its runbook is read (`#` and a section follow)."""

    name: str
    runbook_url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for a person; subscribers can filter by status, kind and domain name."""

    subject: str
    text: str
    status: Status
    kind: Kind
    domain: str


def notice(old: Row | None, new: Row, deployment: Deployment) -> Notice | None:
    """What to tell of a row of the deployment that was `old` (None: not there) and is `new`.

    None if nobody has to act, or if it was like that before. A hold or a cancel is nothing to tell: an admin asked for
    it.
    """
    if not waits_for_somebody(new) or (old is not None and _state(old) == _state(new)):
        return None
    subject, text = _subject(new, deployment.name), "\n".join(_lines(new, deployment))
    return Notice(subject, text, new.status, new.owner.kind, new.owner.domain_name)


def _state(row: Row) -> tuple[object, ...]:
    """What makes it worth telling again: another reason, another try, or other homes."""
    source = row.next_source
    return row.status, row.reason, row.execution_arn, row.home, source.home if source else None


def _subject(row: Row, module: str) -> str:
    plain = f"{row.status}: {row.owner} ({module})".encode("ascii", "replace").decode()
    printable = "".join(letter if letter.isprintable() else "?" for letter in plain)
    return printable if len(printable) <= _LONGEST_SUBJECT else printable[: _LONGEST_SUBJECT - 3] + "..."


def _lines(row: Row, deployment: Deployment) -> Iterator[str]:
    told, module = advice(row), deployment.name
    old, new = _ways(row)
    yield f"The recovery of {row.owner} {_WHAT_HAPPENED[row.status]} The old home is as it was."
    yield ""
    yield f"Stage: {whereabouts(row)}"
    yield f"Cause: {told.cause}."
    if old:
        yield f"From: {_place(old.home)}{f', the home of {old.origin}' if old.origin else ''}"
    if new:
        yield f"To: {_place(new)}"
    yield ""
    yield "What to do:"
    for step in told.steps:
        yield f"- {step.text}"
        if step.action:
            yield f"  {command(module, step)}"
    yield ""
    if row.execution_arn:
        yield f"Execution: {row.execution_arn}"
        yield f"Its log group: /aws/vendedlogs/states/{module}-recovery"
    if told.look_into_datasync:
        yield f"DataSync's log group: /aws/datasync/{module}"
    yield f"Read on: {deployment.runbook_url}#{SECTIONS[row.status]}"


def command(module: str, step: Step) -> str:
    """The command line of an admin's action, ready to be typed."""
    return shlex.join(["studio-recovery", str(step.action), step.owner, *step.more, "--name", module])


def _ways(row: Row) -> tuple[Source | None, Home | None]:
    """The home that the files are in, and the one that they are to reach."""
    newest = max(row.waiting, key=lambda rival: rival.order, default=None)
    if row.reason == STILL_ALIVE and row.home and newest:
        return Source(row.home, 0), newest.home
    return row.next_source, row.home


def _place(home: Home) -> str:
    return f"{home.key} (domain {home.domain_id})" if home.domain_id else home.key
