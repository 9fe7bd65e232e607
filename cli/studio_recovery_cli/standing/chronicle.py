"""Knows what the history tells of many owners: read once, not owner by owner."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from studio_recovery.aws.ledger import Ledger
from studio_recovery.homes import Home
from studio_recovery.offers import Past
from studio_recovery.owners import Owner
from studio_recovery.rows import Line, Row

# The history of more owners is read by one scan.
ONE_BY_ONE = 25


class Chronicle:
    """All that the history tells."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lines: dict[Owner, list[Line]] = defaultdict(list)
        for owner, line in ledger.lines():
            self._lines[owner].append(line)

    def row(self, owner: Owner) -> Row | None:
        """The owner's row."""
        return self._ledger.row(owner)

    def lines_of(self, owner: Owner) -> list[Line]:
        """What happened to an owner, the oldest first."""
        return sorted(self._lines.get(owner, ()), key=lambda line: Decimal(line.id))

    def homes_of(self, owner: Owner) -> Iterator[Home]:
        """The homes that an owner had, the oldest first."""
        for line in self.lines_of(owner):
            if "efs_uid" in line.details:
                told = {name: str(line.details.get(name, "")) for name in ("efs_sys_id", "efs_uid", "domain_id")}
                yield Home(told["efs_sys_id"], told["efs_uid"], told["domain_id"])


def past_of(ledger: Ledger, owners: int) -> Past:
    """What tells of so many owners with few calls."""
    return ledger if owners <= ONE_BY_ONE else Chronicle(ledger)
