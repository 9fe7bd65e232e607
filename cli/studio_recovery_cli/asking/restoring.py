"""Knows how a restore goes: what was typed, what it would copy, the question, the request, and the way to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from studio_recovery.errors import BadInput
from studio_recovery.homes import Home
from studio_recovery.offers import Wanted, offer_for
from studio_recovery.owners import Owner
from studio_recovery.requests import Action
from studio_recovery.rows import Change, Row
from studio_recovery.selection import WHOLE, selection_from
from studio_recovery.statuses import UNDER_WAY, Status
from studio_recovery.targets import restore
from studio_recovery_cli import owners, words
from studio_recovery_cli.asking.deciding import row_of, rows_of
from studio_recovery_cli.asking.ends import how_to_follow, tell
from studio_recovery_cli.asking.foresight import Foreseen, foresee
from studio_recovery_cli.asking.operation import End, NewOperation, restored_all
from studio_recovery_cli.asking.whose import home_named, is_home, own_source, whose
from studio_recovery_cli.exits import DONE, ERROR, Trouble, Usage
from studio_recovery_cli.following.endings import Ending, as_it_stands
from studio_recovery_cli.following.operation import REFUSED
from studio_recovery_cli.following.recovery import follow_recovery
from studio_recovery_cli.planning.plan import Plan, as_data
from studio_recovery_cli.planning.plan_screen import draw as draw_plan
from studio_recovery_cli.planning.reading import plan_of
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.chronicle import past_of

_OPTIONS = {"path": "--path", "into": "--into", "overwrite": "--overwrite", "includes": "--include"}
_OPTIONS |= {"excludes": "--exclude"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: OWNER, --from, --to, and the selection as a request spells it."""

    owner: str
    from_: str = ""
    to: str = ""
    selection: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Into whose homes what is to be copied; `request` is what the admin function is asked for beside the owners.

    `asked` is the owner or the pattern as it was typed.
    """

    rows: Sequence[Row]
    wanted: Wanted
    request: dict[str, Any]
    asked: str = ""


def wish_of(session: Session, said: Typed) -> Wish:
    """What is meant by what was typed. Raises Usage or Trouble that says what does not fit."""
    selection = _selection(said.selection or {})
    request: dict[str, Any] = {"selection": selection.as_map()} if selection != WHOLE else {}
    if not said.from_ and not said.to:
        return Wish(rows_of(session, said.owner), Wanted(selection=selection), request, said.owner)
    if owners.is_pattern(said.owner):
        raise Usage("--from and --to are for one owner, not for a pattern")
    if said.from_ and said.to and not is_home(said.from_):
        raise Usage(f"{said.owner} and --from {said.from_} cannot both be copied to {said.to}: leave one out")
    first = row_of(session, said.owner)
    target = row_of(session, said.to) if said.to else first
    source = first.owner
    home = _home(first, said.from_)
    if home:
        source = whose(session.deployment.ledger, home, first)
    elif said.from_:
        source = owners.one(session.deployment.ledger, said.from_)
    if said.to and source != first.owner and home:
        raise Trouble(f"{home.key} is no home of {first.owner}, but of {source}")
    others = source != target.owner
    request |= ({"source": str(source)} if others else {}) | ({"home": home.key} if home else {})
    if not others and not home:
        raise Usage(f"{source} cannot be copied to itself", "Name one of its earlier homes with --from.")
    return Wish([target], Wanted(row_of(session, str(source)) if others else None, home, selection), request)


def _home(first: Row, text: str) -> Home | None:
    """The home that is meant; None if the text means an owner. Of a home that is kept for `first` the uid is enough."""
    if text.isdecimal():
        return own_source(first, text)
    return home_named(text) if is_home(text) else None


def _selection(values: Mapping[str, Any]) -> Any:
    try:
        return selection_from(values)
    except BadInput as refused:
        said = str(refused)
        for name, option in _OPTIONS.items():
            said = said.replace(f"selection.{name}", option)
        raise Usage(said) from refused


def foreseen(session: Session, wish: Wish) -> list[Foreseen]:
    """What it would do to each of the rows."""
    past, guard = past_of(session.deployment.ledger, len(wish.rows)), session.deployment.guard

    def decided(row: Row) -> Change | None:
        return restore(row, offer_for(past, row, wish.wanted), words.now(), guard)

    return foresee(wish.rows, decided)


def tell_plan(session: Session, plan: Plan) -> int:
    """The plan as the answer of a command."""
    session.screen.tell(as_data(plan), partial(draw_plan, plan))
    return DONE if plan.copies or not any(left.refusal for left in plan.left) else ERROR


def restored(session: Session, wish: Wish, yes: bool, end: End) -> int:
    """Says what would be copied, asks, starts it and follows it; the exit status.

    Of many owners it is an operation, which needs nobody's terminal (operation.py).
    """
    ahead = foreseen(session, wish)
    meant, refused = [one for one in ahead if not one.refusal], [one for one in ahead if one.refusal]
    if len(ahead) == 1 and refused and _may_be_back(ahead[0].before):
        meant = ahead
        session.screen.note(f"{ahead[0].before.owner} was gone when the ledger last heard of it: SageMaker is asked.")
    if not meant:
        why = refused[0].refusal
        raise Trouble(why if len(refused) == 1 else f"none of {len(refused)} owners: {why}")
    if not yes:
        draw_plan(plan_of(session.deployment, ahead), session.screen.err)
        session.screen.agrees(_question(meant), yes)
    if len(ahead) > 1:
        left = [Ending(one.before.owner, REFUSED, one.refusal, row=one.before) for one in refused]
        return restored_all(session, NewOperation(wish.asked, meant, left, wish.request), end)
    return _restored_one(session, wish, meant[0].before.owner, end)


def _restored_one(session: Session, wish: Wish, owner: Owner, end: End) -> int:
    answer = session.admin.ask(Action.RESTORE, owner=str(owner), **wish.request)
    ended = _followed(session, owner, answer, end.detach)
    status = tell(session, ended, end.file, not wish.wanted.selection.is_part)
    if end.detach and session.screen.is_table:
        how_to_follow(session, ended[0])
    return status


def _may_be_back(row: Row) -> bool:
    """True for an owner of whose creation no event may have told: the function looks at SageMaker itself."""
    return bool(row.deleted_at) or (row.home is None and row.status is not Status.UNPROTECTED)


def _question(meant: Sequence[Foreseen]) -> str:
    return "Copy now?" if len(meant) == 1 else f"Copy for {words.number(len(meant))} owners now?"


def _followed(session: Session, owner: Owner, answer: Mapping[str, Any], detach: bool) -> list[Ending]:
    """How what was asked for ended; what nobody waited for, or rests already, as it stands now."""
    ended: list[Ending] = []
    if answer["status"] in UNDER_WAY and not detach:
        ended = follow_recovery(session, owner, answer["request_id"]).endings
    if ended:
        return ended
    row = session.deployment.ledger.row(owner)
    if row is None:
        return [Ending(owner, answer["status"], answer["reason"], target=answer["home"])]
    return [as_it_stands(row)]
