"""Knows how a kept ledger is read: whose it is, whether it is whole, and what belongs to which owner."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio_recovery_cli import words
from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.standing.keeping import DEPLOYMENT, END, FORMAT, LINE, ROW

# Lambda takes 6 MB in one call: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
_MOST_BYTES = 3_000_000
_MOST_ITEMS = 200
_AGAIN = "Copy or export it again. If there is no better one, --incomplete takes in what is there."
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """Whose ledger it was, and when it was exported (ms since 1970)."""

    name: str
    account: str
    region: str
    exported_at: int


@dataclass(slots=True)
class Owned:
    """What the file holds of one owner."""

    rows: list[Item] = field(default_factory=list)
    lines: list[Item] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """True if the owner was on hold."""
        return any(row.get("replication") == {"BOOL": False} for row in self.rows)


@dataclass(frozen=True, slots=True)
class Batch:
    """As much as one call of the admin function takes."""

    rows: list[Item]
    lines: list[Item]


@dataclass(frozen=True, slots=True)
class KeptLedger:
    """An export that was read."""

    about: About
    owners: list[Owned]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(len(owned.rows) for owned in self.owners)

    @property
    def lines(self) -> int:
        """How many lines of the history it has."""
        return sum(len(owned.lines) for owned in self.owners)

    def batches(self) -> Iterator[Batch]:
        """All of it, call by call. An owner's lines come with its row or before it: they tell what became of its homes.

        Owners on hold come first: until their rows are there, nobody knows that their files are not to be copied.
        """
        rows: list[Item] = []
        lines: list[Item] = []
        room = _MOST_BYTES
        for kind, item, size in self._in_order():
            if (rows or lines) and (size > room or len(rows) + len(lines) == _MOST_ITEMS):
                yield Batch(rows, lines)
                rows, lines, room = [], [], _MOST_BYTES
            (rows if kind == ROW else lines).append(item)
            room -= size
        if rows or lines:
            yield Batch(rows, lines)

    def _in_order(self) -> Iterator[tuple[str, Item, int]]:
        for owned in sorted(self.owners, key=lambda one: not one.is_held):
            for kind, items in ((LINE, owned.lines), (ROW, owned.rows)):
                yield from ((kind, item, len(json.dumps(item))) for item in items)


def read_kept(path: Path, incomplete: bool = False) -> KeptLedger:
    """The export in a file. Raises Trouble if it cannot be read, is none, is a newer version's, or is not whole."""
    try:
        with path.open(encoding="utf-8") as file:
            return kept_in(file, str(path), incomplete)
    except UnicodeDecodeError as error:
        raise Trouble(f"{path} is no export of a ledger: it is not text") from error
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror or error}") from error


def kept_in(lines: Iterable[str], named: str, incomplete: bool = False) -> KeptLedger:
    """The export in these lines; `named` is what it is called."""
    told = _told(lines, named, incomplete)
    about = _about(next(told, {}), named)
    owners: dict[tuple[str, str], Owned] = {}
    count = {ROW: 0, LINE: 0}
    end: Mapping[str, Any] = {}
    for one in told:
        if one.get("kind") == END:
            end = one
        elif one.get("kind") in count:
            count[one["kind"]] += 1
            owned = owners.setdefault(_key(one, named), Owned())
            (owned.rows if one["kind"] == ROW else owned.lines).append(one["item"])
    if not incomplete and (end.get("rows"), end.get("lines")) != (count[ROW], count[LINE]):
        wanted = f"{end.get('rows')} rows and {end.get('lines')} lines" if end else "a last line that says how much"
        raise Trouble(f"{named} is not whole: it has {count[ROW]} rows and {count[LINE]} lines, not {wanted}", _AGAIN)
    return KeptLedger(about, list(owners.values()))


def _told(lines: Iterable[str], named: str, incomplete: bool) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
        except ValueError as error:
            if number == 1:
                return
            if incomplete:
                continue
            raise Trouble(f"{named} is not whole: line {number} breaks off", _AGAIN) from error
        yield told if isinstance(told, dict) else {}


def _about(first: Mapping[str, Any], named: str) -> About:
    if first.get("kind") != DEPLOYMENT:
        raise Trouble(f"{named} is no export of a ledger", "Make one with: studio-recovery export --file ledger.jsonl")
    told = first.get("format")
    if not isinstance(told, int) or told > FORMAT:
        raise Trouble(
            f"{named} has format {told}, this version of studio-recovery knows {FORMAT}",
            f"Install version {first.get('version', 'of the export')} or newer, here and in the deployment.",
        )
    try:
        at = words.milliseconds(first["exported_at"])
        return About(str(first["name"]), str(first["account"]), str(first["region"]), at)
    except (KeyError, TypeError, ValueError) as error:
        raise Trouble(f"{named} does not say whose ledger it is: its first line lacks {error}") from error


def _key(told: Mapping[str, Any], named: str) -> tuple[str, str]:
    """Whose an item is."""
    try:
        return str(told["item"]["profile_name"]["S"]), str(told["item"]["domain_name"]["S"])
    except (KeyError, TypeError) as error:
        raise Trouble(f"{named} holds an item that names no owner: {str(told)[:200]}", _AGAIN) from error
