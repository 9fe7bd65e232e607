"""Knows what a pass of the seed changed, or would change. Pure: changes and things in, words and numbers out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studio_recovery.nouns import Change, Row
from studio_recovery.recovery import Made

_TOLD = 100
Words = Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """What was, or would be, written and removed; lists hold the first 100 of each, `counts` all.

    `rows` are the ledger's rows by key as they stand after it.
    """

    rows: dict[tuple[str, str], Row]
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[Words] = field(default_factory=list)
    finish: list[Words] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many changes came from looks."""
        return self.counts.total() - self.counts["finish"] - self.counts["remove"]

    def saw(self, change: Change) -> None:
        """A look at an owner brings this change about."""
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


def _words(before: Row | None, change: Change) -> Words:
    """Whose row, what happened, its new status and its reason, and the homes before and after."""
    row = change.row
    told = {"owner": str(row.owner), "what": change.lines[0].what if change.lines else "", "status": str(row.status)}
    homes = {"from": before.home if before else None, "to": row.home}
    told |= {"reason": row.reason} if row.reason else {}
    return told | {name: home.key for name, home in homes.items() if home}
