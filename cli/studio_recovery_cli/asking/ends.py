"""Knows how the outcomes of a restore are told: to people, as data, as a CSV file, and as an exit status."""

import csv
import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from studio_recovery.statuses import HELD, UNDER_WAY, Word
from studio_recovery_cli import words
from studio_recovery_cli.exits import ERROR, PARTIAL
from studio_recovery_cli.files import write_whole
from studio_recovery_cli.following import endings
from studio_recovery_cli.following.ending_fields import FIELDS
from studio_recovery_cli.following.endings import Ending
from studio_recovery_cli.following.operation import REFUSED
from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session

# What the outcome of a copy that moved nothing says (outcome.judge).
_NOTHING = "nothing to copy"


def tell(session: Session, ended: Sequence[Ending], file: Path | None, whole: bool = True) -> int:
    """Tells them, and writes them into a CSV file too if one is named; the exit status.

    `whole`: all of the homes was asked for.
    """
    items = [endings.as_item(one) for one in ended]
    session.screen.tell(items, partial(_draw, session, ended, whole))
    if file:
        text = io.StringIO()
        table = csv.DictWriter(text, list(FIELDS), lineterminator="\n")
        table.writeheader()
        table.writerows(items)
        write_whole(file, [text.getvalue()])
        session.screen.note(f"{file}: {words.number(len(items))} outcomes")
    return _status(ended)


def how_to_follow(session: Session, one: Ending) -> None:
    """The command to type, if it goes on."""
    if one.word in UNDER_WAY:
        session.screen.note(f"Follow it: {typed(session, f'show {one.owner} --follow')}")


def _draw(session: Session, ended: Sequence[Ending], whole: bool, console: Console) -> None:
    endings.draw(console, ended, session)
    if held := [one for one in ended if one.reason == HELD]:
        some = "it" if len(held) == 1 else f"each of the {len(held)} on hold"
        session.screen.note(f"To begin, release {some}: {typed(session, f'release {held[0].owner}')}")
    if any(one.word == Word.SKIPPED and one.reason == _NOTHING for one in ended):
        spelled = "" if whole else ", or nothing there is called so"
        session.screen.note(
            f"Nothing was copied: all of it is in the new home already, or the old home is empty{spelled}."
        )


def _status(ended: Sequence[Ending]) -> int:
    """What goes on without us is well so far."""
    bad = [one for one in ended if one.word in (REFUSED, "BLOCKED", "IDLE", "UNPROTECTED")]
    rest = [one for one in ended if one not in bad and one.word not in UNDER_WAY]
    if bad:
        return ERROR if len(bad) == len(ended) else PARTIAL
    return endings.exit_status(rest)
