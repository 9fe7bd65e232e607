"""Knows how an owner is found from what was typed: in full, by a unique beginning, or by a pattern."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import BadInput
from studio_recovery.nouns import Owner, owner_named
from studio_recovery_cli.exits import Trouble

_WILDCARDS = frozenset("*?[")
_TOLD = 5


def is_pattern(text: str) -> bool:
    """True for `user/*@lab`."""
    return bool(_WILDCARDS & set(text))


def one(ledger: Ledger, text: str) -> Owner:
    """The owner that is meant. Raises Trouble if none is, or more than one."""
    if is_pattern(text):
        raise Trouble(f"{text} is a pattern, and one owner is needed here")
    exact = in_full(text)
    if exact and (row := ledger.row(exact)):
        return row.owner
    return meant(text, list(ledger.owners()))


def all_of(ledger: Ledger, text: str) -> list[Owner]:
    """The owners that fit a pattern, in order; or the one that is meant. Raises Trouble if there is none."""
    if not is_pattern(text):
        return [one(ledger, text)]
    known = list(ledger.owners())
    found = sorted((owner for owner in known if fits(text, owner)), key=str)
    if not found:
        raise Trouble(f"no owner fits {text}", f"There are {len(known)} owners: studio-recovery list")
    return found


def fits(pattern: str, owner: Owner) -> bool:
    """True if the owner's name fits; capitals do not count, as SageMaker does not tell them apart."""
    return fnmatchcase(str(owner).casefold(), pattern.casefold())


def in_full(text: str) -> Owner | None:
    """The owner if the text is one in full, whether or not anybody knows it."""
    try:
        return owner_named(text, "OWNER")
    except BadInput:
        return None


def named(text: str) -> Owner:
    """The owner, which nobody needs to know yet. Raises Trouble if the text is none."""
    owner = in_full(text)
    if owner is None:
        raise Trouble(f"{text} is not an owner, such as user/ada@lab or space/reading-group@lab")
    return owner


def meant(text: str, known: Sequence[Owner]) -> Owner:
    """The owner of those `known` that begins with the text. Raises Trouble if there is none, or more than one."""
    begin = [owner for owner in known if begins(text, owner)]
    if len(begin) == 1:
        return begin[0]
    if begin:
        raise Trouble(f"{text} may be {_some(begin)}", "Type more of it.")
    near = get_close_matches(text.casefold(), [str(owner).casefold() for owner in known], n=_TOLD, cutoff=0.5)
    likely = {str(owner).casefold(): str(owner) for owner in known}
    likely_first = " or ".join(likely[name] for name in near)
    remedy = f"Did you mean {likely_first}?" if near else f"There are {len(known)} owners: studio-recovery list"
    raise Trouble(f"no owner is called {text}", remedy)


def begins(text: str, owner: Owner) -> bool:
    """True if the owner, with or without its kind, begins with the text."""
    name, wanted = str(owner).casefold(), text.casefold()
    return bool(wanted) and (name.startswith(wanted) or name.partition("/")[2].startswith(wanted))


def _some(owners: Iterable[Owner]) -> str:
    names = sorted(map(str, owners))
    more = len(names) - _TOLD
    return " or ".join(names[:_TOLD]) + (f" or {more} more" if more > 0 else "")
