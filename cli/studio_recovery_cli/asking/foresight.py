"""Knows what a decision would do before it is asked for, since the admin function decides by the same pure functions.

What is foreseen is for a question to a person: the function decides by the row as it is then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio_recovery.answers import says
from studio_recovery.errors import BadInput
from studio_recovery.rows import Change, Row
from studio_recovery.statuses import Status
from studio_recovery_cli.asking.answers import standing


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An owner's row as it stands, and as it would stand then; or why it would be refused."""

    before: Row
    after: Row
    refusal: str = ""

    @property
    def changes(self) -> bool:
        """True if the decision would do something."""
        return not self.refusal and self.after != self.before

    @property
    def brief(self) -> str:
        """How the row stands and would stand then, in a few words."""
        before, after = _standing(self.before), _standing(self.after)
        said = f"{before} → {after}" if before != after else before
        return f"{said}, without {self.set_aside}" if self.set_aside else said

    @property
    def set_aside(self) -> str:
        """Which home is set aside; nothing if none is."""
        asleep = {source.home.key for source in self.after.sources if source.dormant}
        found = [one for one in self.before.sources if not one.dormant and one.home.key in asleep]
        return " and ".join(f"{one.home.key}{f' of {one.origin}' if one.origin else ''}" for one in found)

    @property
    def next(self) -> str:
        """Which home comes next then."""
        source = self.after.next_source
        return f"{source.home.key}{f' of {source.origin}' if source.origin else ''}" if source else ""

    @property
    def then(self) -> str:
        """How the row would stand then, in a sentence."""
        copied = f" ({copy_of(self.after)})" if self.after.status is Status.PENDING else ""
        return f"{_standing(self.after)}: {says(self.after)}{copied}"

    @property
    def now(self) -> str:
        """How the row stands, in a sentence."""
        return f"{_standing(self.before)}: {says(self.before)}"


def foresee(rows: Iterable[Row], decide: Callable[[Row], Change | None]) -> list[Foreseen]:
    """What the decision would do to each of the rows."""
    return [_foreseen(row, decide) for row in rows]


def _foreseen(row: Row, decide: Callable[[Row], Change | None]) -> Foreseen:
    try:
        change = decide(row)
    except BadInput as refused:
        return Foreseen(row, row, str(refused))
    return Foreseen(row, change.row if change else row)


def copy_of(row: Row) -> str:
    """The copy that a row asks for: from where, whose, what of it, and to where."""
    source = row.next_source
    if source is None or row.home is None:
        return "nothing is copied"
    whose = f" of {source.origin}" if source.origin else ""
    chosen = f", {source.selection}" if str(source.selection) else ""
    return f"{source.home.key}{whose} → {row.home.key}{chosen}"


def _standing(row: Row) -> str:
    held = "" if row.replication or row.status is Status.BLOCKED else ", on hold"
    return f"{standing(row.status, row.reason)}{held}"
