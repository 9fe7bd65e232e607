"""Knows how a drop goes: which home is given up, the question, the request, and how the owner stands then."""

from studio_recovery.actions import drop
from studio_recovery.homes import Home
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from studio_recovery_cli import words
from studio_recovery_cli.asking.answers import told
from studio_recovery_cli.asking.deciding import row_of, show
from studio_recovery_cli.asking.foresight import foresee
from studio_recovery_cli.asking.whose import own_source
from studio_recovery_cli.exits import DONE, Trouble
from studio_recovery_cli.session import Session


def dropped(session: Session, owner: str, text: str, yes: bool) -> int:
    """Says what would be given up, asks, and says how the owner stands then; the exit status."""
    row = row_of(session, owner)
    home = _home(row, text)
    (ahead,) = foresee([row], lambda row: drop(row, home, words.now(), session.deployment.guard))
    if ahead.refusal:
        raise Trouble(ahead.refusal)
    _say(session, row, home)
    session.screen.note(f"  then  {ahead.then}")
    begins = ahead.after.status is Status.PENDING and ahead.before.status is not Status.PENDING
    session.screen.agrees("Give it up, and start that copy at once?" if begins else "Give it up?", yes)
    show(session, [told(session.admin.ask("drop", owner=str(row.owner), home=home.key))])
    return DONE


def _home(row: Row, text: str) -> Home:
    waits = next((rival.home for rival in row.waiting if rival.home.key == text), None)
    return waits or own_source(row, text)


def _say(session: Session, row: Row, home: Home) -> None:
    source = row.source(home.key)
    whose = f" of {source.origin}" if source and source.origin else ""
    left = f", left {words.moment(source.left_at)}" if source and source.left_at else ""
    session.screen.note(f"Give up {home.key}{whose} for {row.owner}{left}")
    session.screen.note(
        "  No file is deleted, and the history keeps the line; but nothing copies it by itself any more."
    )
