"""Knows how a decision on owners goes: who is meant, what would change, the question, the request, and what is then."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Any

from rich.console import Console
from rich.progress import Progress

from studio_recovery.actions import decide, release_source
from studio_recovery.answers import answer
from studio_recovery.owners import Owner
from studio_recovery.requests import Action
from studio_recovery.rows import Row
from studio_recovery.statuses import UNDER_WAY, Status
from studio_recovery_cli import owners, words
from studio_recovery_cli.asking.admin import AT_ONCE
from studio_recovery_cli.asking.answers import standing, told
from studio_recovery_cli.asking.foresight import Foreseen, foresee
from studio_recovery_cli.asking.remedies import steps
from studio_recovery_cli.exits import DONE, ERROR, PARTIAL, Trouble
from studio_recovery_cli.hints import typed
from studio_recovery_cli.screen import Column
from studio_recovery_cli.session import Session

_SHOWN = 20
# What each does, as the question says it.
_DOING = {
    Action.HOLD: "Put on hold",
    Action.RELEASE: "Release",
    Action.APPROVE: "Approve the recovery of",
    Action.REJECT: "Reject the recovery of",
    Action.RETRY: "Ask again for the recovery of",
    Action.CANCEL: "Cancel the recovery of",
}
# What was asked about is what is meant, also if the row has moved on meanwhile.
_OF_ONE_HOME = (Action.APPROVE, Action.REJECT)
_ALSO = {
    Action.REJECT: "The home stays known, and nothing of it is deleted; it is not copied by itself any more.",
    Action.CANCEL: "What was copied until then stays. A retry goes on with the rest.",
}


def rows_of(session: Session, text: str) -> list[Row]:
    """The rows of those who are meant by a name or a pattern. Raises Trouble if nobody is."""
    if not owners.is_pattern(text):
        return [row_of(session, text)]
    found = list(_fitting(session, text))
    if not found:
        raise Trouble(f"no owner fits {text}", f"See who is there: {typed(session, 'list')}")
    return sorted(found, key=lambda row: str(row.owner))


def row_of(session: Session, text: str) -> Row:
    """The row of the one who is meant by a name. Raises Trouble if nobody is."""
    ledger = session.deployment.ledger
    owner = owners.one(ledger, text)
    row = ledger.row(owner)
    if row is None:
        raise Trouble(f"{owner} has just left the ledger")
    return row


def _fitting(session: Session, pattern: str) -> Iterator[Row]:
    for row in session.deployment.ledger.each_row():
        if not isinstance(row, Row):
            session.screen.note(f"warning: {row}")
        elif owners.fits(pattern, row.owner):
            yield row


def decided(session: Session, action: Action, rows: Sequence[Row], yes: bool, nothing: str = "") -> int:
    """Says what would change, asks, does it, and says what changed; the exit status. `nothing`: said of no rows."""
    if not rows:
        session.screen.tell_each([], [], nothing)
        return DONE
    foreseen = foresee(rows, partial(_decided, action=action, session=session))
    others = waiting_for(session, rows) if action is Action.RELEASE else {}
    has_work = [bool(one.changes) or _is_unfinished(one, action, others) for one in foreseen]
    wanted = list(compress(foreseen, has_work))
    idle = (one for one, works in zip(foreseen, has_work, strict=True) if not works and not one.refusal)
    same = [told(answer(one.before, changed=False)) for one in idle]
    refused = [one.refusal for one in foreseen if one.refusal]
    if not wanted and not same:
        raise Trouble(refused[0] if len(refused) == 1 else f"none of the {len(refused)} owners fits: {refused[0]}")
    if wanted:
        _say(session, _DOING[action], wanted, _ALSO.get(action, ""))
        _say_others(session, others)
        if refused:
            more = ", and so on" if len(refused) > 1 else ""
            session.screen.note(f"Left as they are: {_owners(len(refused))} ({refused[0]}{more})")
        session.screen.agrees("Go on?", yes)
    answers = list(_asked(session, action, [one.before for one in wanted])) if wanted else []
    show(session, [*answers, *same])
    return status_of(answers)


def _is_unfinished(one: Foreseen, action: Action, others: Mapping[Owner, Sequence[Row]]) -> bool:
    """True if the row says already what is asked for, but an earlier request may have got no further than the row."""
    if one.refusal:
        return False
    cancels = action is Action.CANCEL and one.before.status is Status.RUNNING
    return cancels or one.before.owner in others


def waiting_for(session: Session, rows: Sequence[Row]) -> dict[Owner, list[Row]]:
    """The rows that a release of each of these would free besides: of others, who are to get that one's files."""
    found: dict[Owner, list[Row]] = {}
    owners_meant = {str(row.owner): row.owner for row in rows}
    for other in session.deployment.ledger.rows_at(Status.BLOCKED):
        for origin in {source.origin for source in other.sources} & owners_meant.keys():
            owner = owners_meant[origin]
            if release_source(other, owner, words.now(), session.deployment.guard):
                found.setdefault(owner, []).append(other)
    return found


def _say_others(session: Session, others: Mapping[Owner, Sequence[Row]]) -> None:
    for owner, rows in others.items():
        names = ", ".join(str(row.owner) for row in rows[:_SHOWN])
        more = f" and {words.number(len(rows) - _SHOWN)} more" if len(rows) > _SHOWN else ""
        session.screen.note(f"Files of {owner} go on to: {names}{more}")


def _decided(row: Row, action: Action, session: Session) -> Any:
    return decide(action, row, words.now(), session.deployment.guard)


def _say(session: Session, doing: str, foreseen: Sequence[Foreseen], also: str) -> None:
    """What would change, on standard error."""
    note = session.screen.note
    if len(foreseen) == 1:
        (one,) = foreseen
        note(f"{doing} {one.before.owner}")
        note(f"  now   {one.now}")
        if one.set_aside:
            note(f"  home  {one.set_aside} is set aside; {f'next is {one.next}' if one.next else 'no other waits'}")
        note(f"  then  {one.then}")
    else:
        note(f"{doing} {_owners(len(foreseen))}:")
        width = max(len(str(one.before.owner)) for one in foreseen[:_SHOWN])
        for one in foreseen[:_SHOWN]:
            note(f"  {one.before.owner!s:<{width}}  {one.brief}")
        if len(foreseen) > _SHOWN:
            note(f"  and {words.number(len(foreseen) - _SHOWN)} more")
    if also:
        note(also)


def _asked(session: Session, action: Action, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """What the admin function answers, and on whom else its answer tells."""
    owners_asked = [row.owner for row in rows]
    for said in _ask_all(session, action, owners_asked, _homes(rows) if action in _OF_ONE_HOME else None):
        yield told(said)
        yield from map(told, said.get("others", []))


def _homes(rows: Sequence[Row]) -> dict[str, str]:
    """The home of each owner that the question was about."""
    return {str(row.owner): row.next_source.home.key for row in rows if row.next_source}


def _ask_all(
    session: Session, action: Action, asked: Sequence[Owner], homes: dict[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """The answer for each owner; with a progress bar if it takes several requests. Raises Trouble for a single one.

    `homes`: which home is meant of whom, if one is.
    """
    if len(asked) == 1:
        owner = str(asked[0])
        one_home = {"home": homes[owner]} if homes and owner in homes else {}
        yield session.admin.ask(action, owner=owner, **one_home)
        return
    with Progress(console=session.screen.err, disable=len(asked) <= AT_ONCE, transient=True) as progress:
        bar = progress.add_task(f"{action}", total=len(asked))
        yield from session.admin.ask_each(action, asked, lambda done: progress.advance(bar, done), homes)


def show(session: Session, answers: Sequence[dict[str, Any]]) -> None:
    """How the owners stand now."""
    if session.screen.is_table and len(answers) == 1:
        session.screen.tell(answers, partial(draw_one, session, answers[0]))
        return
    columns = [
        Column("OWNER", lambda one: str(one["owner"])),
        Column("STATUS", lambda one: standing(one["status"], one["reason"]), fixed=True),
        Column("NOW", lambda one: str(one["says"])),
    ]
    session.screen.tell_each(answers, columns, "Nobody was meant.")
    if any(one["status"] in UNDER_WAY for one in answers) and session.screen.is_table:
        session.screen.note(f"Watch them: {typed(session, 'status --watch')}")


def draw_one(session: Session, said: dict[str, Any], console: Console) -> None:
    """How one owner stands now, and what to do next."""
    same = "" if said["changed"] else "Nothing changed. "
    console.print(f"{same}{said['owner']} is {standing(said['status'], said['reason'])}: {said['says']}.")
    owner = owners.in_full(said["owner"])
    row = session.deployment.ledger.row(owner) if owner else None
    for text, command in steps(session, row) if row else []:
        console.print(f"  {text}")
        if command:
            console.print(f"    {command}")
    if said["status"] in UNDER_WAY:
        session.screen.note(f"Follow it: {typed(session, 'show ' + said['owner'] + ' --follow')}")


def status_of(answers: Sequence[dict[str, Any]]) -> int:
    """0 if nobody was refused, 3 if some were, 1 if all were."""
    refused = sum(one["error"] is not None for one in answers)
    if not refused:
        return DONE
    return ERROR if refused == len(answers) else PARTIAL


def _owners(count: int) -> str:
    return "1 owner" if count == 1 else f"{words.number(count)} owners"
