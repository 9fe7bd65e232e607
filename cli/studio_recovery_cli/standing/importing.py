"""Knows how an import goes: whether the export fits the deployment, what would come, the question, and what came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from studio_recovery_cli import words
from studio_recovery_cli.asking.answers import standing
from studio_recovery_cli.deployment import Deployment
from studio_recovery_cli.exits import DONE, PARTIAL, Trouble
from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.kept import About, KeptLedger, read_kept
from studio_recovery_cli.waiting import bar

_SHOWN = 20
_WHATS = ("added", "merged", "unchanged")
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was typed: `dry_run` only tells, `from_other` allows another deployment's export, `incomplete` a part."""

    dry_run: bool
    from_other: bool
    incomplete: bool
    yes: bool


@dataclass(slots=True)
class Imported:
    """What calls of the admin function did together, or would do."""

    rows: list[Answer] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)
    lines_added: int = 0
    lines_known: int = 0

    def add(self, answer: Answer) -> None:
        """Takes the answer of one call in."""
        self.rows += answer["rows"]
        self.refused += answer["refused"]
        self.lines_added += answer["lines_added"]
        self.lines_known += answer["lines_known"]

    @property
    def changes(self) -> list[Answer]:
        """The rows that changed."""
        return [row for row in self.rows if row["what"] != "unchanged"]

    @property
    def is_nothing(self) -> bool:
        """True if the ledger is as it was."""
        return not self.changes and not self.lines_added

    def as_item(self, kept: KeptLedger, dry_run: bool) -> dict[str, Any]:
        """What was done, as data."""
        counts = {what: sum(row["what"] == what for row in self.rows) for what in _WHATS}
        return {
            "dry_run": dry_run,
            "name": kept.about.name,
            "exported_at": words.iso(kept.about.exported_at),
            "rows": kept.rows,
            "lines": kept.lines,
            **counts,
            "lines_added": self.lines_added,
            "lines_known": self.lines_known,
            "changes": [dict(row) | {"reason": row["reason"] or None} for row in self.changes],
            "refused": [{"owner": one["owner"], "says": one["message"], "error": one["error"]} for one in self.refused],
        }


def imported(session: Session, file: Path, wishes: Wishes) -> int:
    """Says what would come, asks, has it taken in, and says what came; the exit status."""
    kept = read_kept(file, wishes.incomplete)
    refuse_another(kept.about, session.deployment, wishes.from_other)
    looks = wishes.dry_run or not wishes.yes
    done = _all(session, kept, dry_run=True) if looks else Imported()
    if not wishes.dry_run and not (looks and done.is_nothing):
        if not wishes.yes:
            _say(session, kept, done)
            session.screen.agrees("Go on?", wishes.yes)
        done = _all(session, kept, dry_run=False)
    told = done.as_item(kept, wishes.dry_run)
    session.screen.tell(told, partial(draw, told, typed(session, "seed")))
    return PARTIAL if done.refused else DONE


def refuse_another(about: About, deployment: Deployment, from_other: bool) -> None:
    """Raises Trouble if the export is that of another account or Region, or of another deployment not on purpose."""
    place, here = (about.account, about.region), (deployment.account, deployment.region)
    if place != here:
        raise Trouble(
            f"the export is of account {place[0]} in {place[1]}, and this is {here[0]} in {here[1]}",
            "Homes are of one account and Region: import it there (--profile, --region).",
        )
    if about.name != deployment.name and not from_other:
        raise Trouble(
            f"the export is of the deployment {about.name}, and this is {deployment.name}",
            f"Is --name {about.name} meant? If {deployment.name} is to look after its homes from now on: --from-other.",
        )


def _all(session: Session, kept: KeptLedger, dry_run: bool) -> Imported:
    """All of it, call by call, with a bar meanwhile."""
    done, total = Imported(), kept.rows + kept.lines
    moved = kept.about.name != session.deployment.name
    asked = {"exported_at": kept.about.exported_at, "moved": moved, "dry_run": dry_run}
    taken = 0
    with bar(session.screen.err, "Looks what would come" if dry_run else "Imports", "items") as told:
        for batch in kept.batches():
            done.add(session.admin.ask("import", rows=batch.rows, lines=batch.lines, **asked))
            taken += len(batch.rows) + len(batch.lines)
            told(taken, total)
    return done


def _say(session: Session, kept: KeptLedger, would: Imported) -> None:
    """What would come, on standard error."""
    note = session.screen.note
    about = kept.about
    note(f"Import the ledger of {about.name}, exported {words.moment(about.exported_at)}")
    item = would.as_item(kept, dry_run=True)
    for sentence in _sentences(item):
        note(f"  {sentence}")
    if would.refused:
        note(f"  Not readable: {words.number(len(would.refused))}")


def _sentences(item: Answer) -> list[str]:
    would = "would " if item["dry_run"] else ""
    number = words.number
    return [
        f"Rows: {number(item['added'])} {would}come back, {number(item['merged'])} {would}get what they lack,"
        f" {number(item['unchanged'])} {would}stay as they are.",
        f"History: {number(item['lines_added'])} lines {would}come back, {number(item['lines_known'])} are there.",
    ]


def draw(item: Answer, seed: str, console: Console) -> None:
    """All of it, for people. `seed` is the command that comes next."""
    for sentence in _sentences(item):
        console.print(sentence, soft_wrap=True)
    for row in item["changes"][:_SHOWN]:
        held = "" if row["replication"] else ", on hold"
        homes = f", homes {', '.join(row['homes'])}" if row["homes"] else ""
        console.print(f"  {row['owner']}  {standing(row['status'], row['reason'])}{held}{homes}", soft_wrap=True)
    if (more := len(item["changes"]) - _SHOWN) > 0:
        console.print(f"  and {words.number(more)} more")
    for one in item["refused"]:
        console.print(f"Refused: {one['owner']}: {one['says']}", style="red", soft_wrap=True)
    if item["changes"] and not item["dry_run"]:
        console.print(f"Nothing is copied before a look shows who is there. Look now: {seed}", soft_wrap=True)
