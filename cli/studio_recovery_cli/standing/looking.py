"""Knows how `status` is told: once, or again and again in place."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from studio_recovery.errors import StudioRecoveryError
from studio_recovery.rows import Row
from studio_recovery_cli import words
from studio_recovery_cli.asking.remedies import cause, steps
from studio_recovery_cli.exits import DONE, PARTIAL, Trouble
from studio_recovery_cli.hints import typed
from studio_recovery_cli.problems import explained
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.board import board
from studio_recovery_cli.standing.overview import Overview, as_data
from studio_recovery_cli.standing.surroundings import Surroundings
from studio_recovery_cli.waiting import between_looks


def show_once(session: Session, check: bool) -> int:
    """Shows how everything stands; the exit status, which is PARTIAL for a `check` if something needs a person."""
    overview = Surroundings(session.deployment).look()
    rests = rests_of(session, overview)

    def draw(console: Console) -> None:
        console.print(board(overview, rests, session, min(console.width, _PAPER)), soft_wrap=not console.is_terminal)

    needs = [{"what": need.what, "command": typed(session, need.command)} for need in overview.needs]
    session.screen.tell(as_data(overview, needs, rests), draw)
    return PARTIAL if check and overview.needs else DONE


def watch(session: Session, seconds: float, wait: Callable[[float], None] = time.sleep) -> int:
    """Shows it in place until Ctrl-C."""
    surroundings, console = Surroundings(session.deployment), session.screen.out
    try:
        trouble: list[Text] = []
        with Live(console=console, auto_refresh=False, screen=False) as live:
            overview = surroundings.look()
            while True:
                drawn = board(overview, rests_of(session, overview), session, console.width)
                pause = between_looks(seconds, len(overview.rows))
                foot = f"As of {words.local(overview.subject.at)}, every {words.duration(pause)}. Ctrl-C ends it."
                live.update(Group(*trouble, drawn, Text(f"\n{foot}", "dim")), refresh=True)
                wait(pause)
                overview, trouble = again(surroundings.look, overview)
    except KeyboardInterrupt:
        return DONE


def again(look: Callable[[], Overview], before: Overview) -> tuple[Overview, list[Text]]:
    """How everything stands now; what was seen before, and why, if AWS does not tell."""
    try:
        return look(), []
    except (BotoCoreError, ClientError, StudioRecoveryError, Trouble) as error:
        said = explained(error)
        return before, [Text(f"Nobody could look at {words.local(words.now())}: {said}. {said.remedy}\n", "red")]


def rests_of(session: Session, overview: Overview) -> list[dict[str, Any]]:
    """What rests, with causes and steps."""
    return [_rest(session, row) for row in overview.resting]


def _rest(session: Session, row: Row) -> dict[str, Any]:
    return {
        "owner": str(row.owner),
        "status": str(row.status),
        "reason": row.reason or None,
        "cause": cause(row),
        "steps": [{"text": text, "command": line or None} for text, line in steps(session, row)],
    }


# As wide as a page that is not a terminal: bars and tables need a width.
_PAPER = 140
