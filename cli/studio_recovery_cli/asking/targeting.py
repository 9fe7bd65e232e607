"""Knows how a target goes: whose files are to come to whom, the question, the request, and how it stands then."""

import re
from difflib import get_close_matches
from functools import partial
from typing import Any

from rich.console import Console

from studio_recovery.errors import BadInput
from studio_recovery.offers import Wanted, offer_for
from studio_recovery.owners import Owner
from studio_recovery.rows import Row
from studio_recovery.targets import add_target, left_out
from studio_recovery_cli import owners, words
from studio_recovery_cli.asking.answers import told
from studio_recovery_cli.asking.deciding import draw_one, row_of
from studio_recovery_cli.asking.foresight import Foreseen
from studio_recovery_cli.asking.whose import home_named
from studio_recovery_cli.exits import DONE, Trouble
from studio_recovery_cli.session import Session

# What can only be meant as a name in full.
_FULL = re.compile(r"[^/@]+/[^@]*@.*", re.DOTALL)


def targeted(session: Session, source_text: str, target_text: str, home_text: str, yes: bool) -> int:
    """Says whose files would come to whom, asks, and says how the target stands then; the exit status."""
    ledger = session.deployment.ledger
    source = row_of(session, source_text)
    target, home = _target(session, target_text), home_named(home_text) if home_text else None
    known = ledger.row(target)
    row = known or Row(target)
    try:
        offer = offer_for(ledger, row, Wanted(source, home))
        change = add_target(row, offer, words.now(), session.deployment.guard)
    except BadInput as refused:
        raise Trouble(str(refused)) from refused
    if change:
        aside = [] if home else left_out(source)
        _say(session, source.owner, [one.home.key for one in offer.homes], Foreseen(row, change.row), aside)
        if known is None:
            _warn(session, target)
        session.screen.agrees("Go on?", yes)
    asked = {"source": str(source.owner), "target": str(row.owner)} | ({"home": home.key} if home else {})
    said = session.admin.ask("target", **asked)
    data = told(said) | {"source": said["source"], "on_hold": said["on_hold"], "left_out": said["left_out"]}
    session.screen.tell(data, partial(_draw, session, data))
    return DONE


def _target(session: Session, text: str) -> Owner:
    """The owner who is meant: a full name, also of one who is yet to be created; or a beginning of a known one."""
    return owners.named(text) if _FULL.fullmatch(text) else owners.one(session.deployment.ledger, text)


def _warn(session: Session, target: Owner) -> None:
    """Of whom nobody heard yet: it may be spelled wrong."""
    domains = sorted({owner.domain_name for owner in session.deployment.ledger.owners()})
    if target.domain_name in domains:
        session.screen.note("  note   nobody is called so yet: the files come when it is created")
    else:
        near = get_close_matches(target.domain_name, domains, n=1)
        like = f" (did you mean {near[0]}?)" if near else ""
        session.screen.note(f"  note   nobody in the ledger is in a domain {target.domain_name} yet{like}")


def _say(session: Session, source: Owner, homes: list[str], foreseen: Foreseen, aside: list[str]) -> None:
    note = session.screen.note
    note(f"Copy files of {source} to {foreseen.before.owner}")
    note(f"  homes  {', '.join(reversed(homes))}")
    if aside:
        note(f"  not    {', '.join(aside)}: they belonged to another; name one with --home")
    note(f"  then   {foreseen.then}")


def _draw(session: Session, data: dict[str, Any], console: Console) -> None:
    draw_one(session, data, console)
    for owner in data["on_hold"]:
        console.print(f"  - {owner} is on hold: its files come when it is released")
