"""Knows how an owner is found from what was typed: in full, by a unique beginning, or by a pattern."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import BadInput
from studio_recovery.owners import Owner, owner_named
from studio_recovery_cli.exits import Trouble

_WILDCARDS = frozenset("*?[")
_TOLD = 5
# Longer than any owner's name.
_LONGEST = 160
LIST = "studio-recovery list"
_NAMES = "SageMaker's names have up to 63 letters, digits and hyphens, and begin and end with a letter or a digit."


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
        raise Trouble(f"no owner fits {brief(text)}", _all(known, LIST))
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
        raise Trouble(f"{brief(text)} is not an owner, such as user/ada@lab or space/reading-group@lab", _NAMES)
    return owner


def meant(text: str, known: Sequence[Owner]) -> Owner:
    """The owner of those `known` that begins with the text. Raises Trouble if there is none, or more than one."""
    begin = [owner for owner in known if begins(text, owner)]
    found = [owner for owner in begin if is_whole(text, owner)] or begin
    if len(found) == 1:
        return found[0]
    if found:
        raise Trouble(f"{text} may be {_some(found)}", "Type more of it.")
    raise nobody(text, known)


def nobody(text: str, known: Sequence[Owner], every: str = LIST) -> Trouble:
    """That none of those `known` is called so, with those who may be meant; `every` is the command that lists all."""
    if not text.strip():
        return Trouble("no owner was named", _all(known, every))
    likely = {str(owner).casefold(): str(owner) for owner in known}
    near = get_close_matches(text[:_LONGEST].casefold(), list(likely), n=_TOLD, cutoff=0.5)
    remedy = f"Did you mean {' or '.join(likely[name] for name in near)}?" if near else _all(known, every)
    return Trouble(f"no owner is called {brief(text)}", remedy)


def brief(text: str) -> str:
    """What was typed, as an error repeats it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def is_whole(text: str, owner: Owner) -> bool:
    """True if it is the owner's whole name, with or without its kind."""
    name, wanted = str(owner).casefold(), text.casefold()
    return wanted in (name, name.partition("/")[2])


def _all(known: Sequence[Owner], every: str) -> str:
    return f"There {'is 1 owner' if len(known) == 1 else f'are {len(known)} owners'}: {every}"


def begins(text: str, owner: Owner) -> bool:
    """True if the owner, with or without its kind, begins with the text."""
    name, wanted = str(owner).casefold(), text.casefold()
    return bool(wanted) and (name.startswith(wanted) or name.partition("/")[2].startswith(wanted))


def _some(owners: Iterable[Owner]) -> str:
    names = sorted(map(str, owners))
    more = len(names) - _TOLD
    return " or ".join(names[:_TOLD]) + (f" or {more} more" if more > 0 else "")
