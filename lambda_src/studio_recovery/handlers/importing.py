"""Importing: takes rows and history lines of an export into the ledger again, without touching what is newer."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from studio_recovery.answers import refusal
from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.items import line_from_item, row_from_item
from studio_recovery.errors import BadInput, LedgerConflict, StudioRecoveryError
from studio_recovery.handlers.intake import Intake
from studio_recovery.imports import Import, added_homes, refuse_if_odd, taken_in
from studio_recovery.owners import Owner, owner_named
from studio_recovery.requests import ImportRequest
from studio_recovery.rows import Change, Line, Row

_TRIES = 5
# What a history line may hold beside its key: what this package writes.
_SCALARS = {"S": str, "N": str, "BOOL": bool}
_UNREADABLE = (KeyError, ValueError, TypeError, ArithmeticError, AttributeError)
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Importing:
    """What importing needs. `now` tells milliseconds since 1970."""

    intake: Intake
    now: Callable[[], int]

    def take_in(self, request: ImportRequest) -> dict[str, Any]:
        """Takes all of it in, the history first; what goes wrong with one item is told of that one.

        `rows` tells of each row what became of it, `lines_added` and `lines_known` how many lines were missing and
        how many were there, `refused` what could not be taken in. Raises BadInput for an export from the future.
        """
        if request.exported_at > self.now():
            raise BadInput(f"exported_at {request.exported_at} lies in the future")
        refused: list[dict[str, str]] = []
        lines, known = self._lines(request, refused)
        rows = self._rows(request, lines, refused)
        added = sum(map(len, lines.values())) - known
        return {"rows": rows, "lines_added": added, "lines_known": known, "refused": refused}

    def _lines(self, request: ImportRequest, refused: list[dict[str, str]]) -> tuple[dict[Owner, list[Line]], int]:
        """The request's lines by owner, all written; and how many were there before."""
        lines: dict[Owner, list[Line]] = {}
        known = 0
        for item in request.lines:
            with _noting(item, refused):
                owner, line = _line(item)
                known += self._is_known(item, request.dry_run)
                lines.setdefault(owner, []).append(line)
        return lines, known

    def _rows(
        self, request: ImportRequest, lines: Mapping[Owner, list[Line]], refused: list[dict[str, str]]
    ) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        for item in request.rows:
            with _noting(item, refused):
                row = _row(item)
                told.append(self._take_in(row, lines.get(row.owner, []), request))
        return told

    def _is_known(self, item: Item, dry_run: bool) -> bool:
        ledger = self.intake.ledger
        return ledger.has_line(item) if dry_run else not ledger.add_line(item)

    def _take_in(self, kept: Row, lines: list[Line], request: ImportRequest) -> dict[str, Any]:
        for _ in range(_TRIES - 1):
            try:
                return self._taken_in(kept, lines, request)
            except LedgerConflict:
                continue
        return self._taken_in(kept, lines, request)

    def _taken_in(self, kept: Row, lines: list[Line], request: ImportRequest) -> dict[str, Any]:
        ledger = self.intake.ledger
        known = ledger.row(kept.owner)
        told = {line.id: line for line in [*lines, *ledger.lines_of(kept.owner)]}
        gone = frozenset(one for row in (known, kept) if row and known for one in self._gone(row, known, kept))
        how = Import(request.exported_at, self.now(), gone, request.moved)
        change = taken_in(known, kept, sorted(told.values(), key=lambda line: line.at), how)
        if change and not request.dry_run:
            ledger.save(_by(change, request.by), read=known.version if known else 0)
        return _told(known, change.row if change else known or kept, change is not None)

    def _gone(self, row: Row, known: Row, kept: Row) -> list[str]:
        """The row's domain, if the other row's is another and a fresh look does not find the owner there."""
        if known.domain_id == kept.domain_id or not row.domain_id:
            return []
        owner = row.owner
        return [row.domain_id] if self.intake.studio.is_gone(owner.kind, owner.name, row.domain_id) else []


@contextmanager
def _noting(item: Item, refused: list[dict[str, str]]) -> Iterator[None]:
    """Notes what goes wrong with one item, so that the others are taken in."""
    try:
        with typed_errors():
            yield
    except StudioRecoveryError as error:
        refused.append(refusal(_named(item), error))


def _told(known: Row | None, row: Row, changed: bool) -> dict[str, Any]:
    what = "unchanged" if not changed else "merged" if known else "added"
    return {
        "owner": str(row.owner),
        "what": what,
        "status": str(row.status),
        "reason": row.reason,
        "homes": added_homes(known, row) if changed else [],
        "replication": row.replication,
    }


def _by(change: Change, by: str) -> Change:
    """The change with who asked in its history line."""
    told: dict[str, str | int] = {"by": by} if by else {}
    return replace(change, lines=tuple(replace(line, details=line.details | told) for line in change.lines))


def _row(item: Item) -> Row:
    """The row in an item. Raises BadInput that says what is wrong with it."""
    try:
        row = row_from_item(item)
        _refuse_other_key(item, row.owner)
        refuse_if_odd(row)
    except _UNREADABLE as error:
        raise BadInput(f"a row cannot be read: {error!r}") from error
    return row


def _line(item: Item) -> tuple[Owner, Line]:
    """The history line in an item, and whose it is. Raises BadInput that says what is wrong with it."""
    try:
        owner, line = line_from_item(item)
        for name, value in item.items():
            ((kind, said),) = value.items()
            if type(said) is not _SCALARS[kind]:
                raise BadInput(f"a history line of {owner} cannot be taken in: {name} is {value}")
    except _UNREADABLE as error:
        raise BadInput(f"a history line cannot be read: {error!r}") from error
    owner_named(str(owner), "owner")
    _refuse_other_key(item, owner)
    if line.at <= 0 or "N" not in item["epoctime"] or not isinstance(line.what, str):
        raise BadInput(f"a history line of {owner} cannot be taken in: it has no time, or says nothing")
    return owner, line


def _refuse_other_key(item: Item, owner: Owner) -> None:
    if item["profile_name"] != {"S": owner.key}:
        raise BadInput(f"profile_name {item['profile_name']} is not the key of {owner}")


def _named(item: Item) -> str:
    """Whose an item says that it is; it may be anything."""
    names = (item.get(name) for name in ("profile_name", "domain_name"))
    return "@".join(str(name.get("S")) if isinstance(name, Mapping) else "?" for name in names)[:256]
