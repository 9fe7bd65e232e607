"""Knows what a pass of the seed changed, or would change. Pure: changes and things in, words and numbers out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studio_recovery.recovery import Made
from studio_recovery.rows import Change, Row

_TOLD = 100
# A report of a creation takes minutes. A home that is older and not in its row was not reported, or not taken in.
_REPORTED_WITHIN_MS = 15 * 60 * 1000
Words = Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """What was, or would be, written and removed; lists hold the first 100 of each, `counts` all.

    `rows` are the ledger's rows by key as they stand after it, `unreported` the homes of which no event had told.
    """

    rows: dict[tuple[str, str], Row]
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[Words] = field(default_factory=list)
    finish: list[Words] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    unreported: int = 0

    @property
    def changed(self) -> int:
        """How many changes came from looks."""
        return self.counts.total() - self.counts["finish"] - self.counts["remove"]

    def repairs(self, at_apply: bool = False) -> int:
        """How many things something else should have done: rows that died, what runs left, homes that were not told.

        An apply takes in what was there before it: nobody had to report that.
        """
        return self.counts["finish"] + self.counts["remove"] + (0 if at_apply else self.unreported)

    def saw(self, change: Change, at: int) -> None:
        """A look at an owner at this time (ms since 1970) brings this change about."""
        self.unreported += _was_unreported(self.rows.get(key_of(change.row)), change.row, at)
        told = self._take(change)
        self.counts[f"{told['what']}: {told['status']}"] += 1
        self.changes = [*self.changes, told][:_TOLD]

    def finished(self, changes: Iterable[Change]) -> None:
        """Rows are finished, or asked for again."""
        told = [self._take(change) for change in changes]
        self.counts["finish"] += len(told)
        self.finish = [*self.finish, *told][:_TOLD]

    def removed(self, things: Iterable[Made]) -> None:
        """Things that runs left behind are removed."""
        names = [thing.name for thing in things]
        self.counts["remove"] += len(names)
        self.remove = [*self.remove, *names][:_TOLD]

    def as_it_stands(self, row: Row) -> Row:
        """The row as it stands after all changes, in the place of the one that was read."""
        return self.rows.get(key_of(row), row)

    def as_result(self) -> dict[str, object]:
        """For people; `counts` are by what happened (the history's word) and the row's new status."""
        counts = {name: count for name, count in sorted(self.counts.items()) if count}
        return {"changes": self.changes, "finish": self.finish, "remove": self.remove, "counts": counts}

    def _take(self, change: Change) -> Words:
        """Takes the change over into the rows; it in words."""
        key = key_of(change.row)
        told = _words(self.rows.get(key), change)
        self.rows[key] = change.row
        return told


def tally_of(rows: Iterable[Row]) -> Tally:
    """A tally in which nothing has happened yet."""
    return Tally({key_of(row): row for row in rows})


def key_of(row: Row) -> tuple[str, str]:
    """The key of a row in the profile table."""
    return row.owner.key, row.owner.domain_name


def _was_unreported(before: Row | None, row: Row, at: int) -> bool:
    known = before.home if before else None
    return bool(row.home and row.home != known and row.created_at and at - row.created_at > _REPORTED_WITHIN_MS)


def _words(before: Row | None, change: Change) -> Words:
    """Whose row, what happened, its new status and its reason, and the homes before and after."""
    row = change.row
    told = {"owner": str(row.owner), "what": change.lines[0].what if change.lines else "", "status": str(row.status)}
    homes = {"from": before.home if before else None, "to": row.home}
    told |= {"reason": row.reason} if row.reason else {}
    return told | {name: home.key for name, home in homes.items() if home}
