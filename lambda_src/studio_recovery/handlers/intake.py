"""Takes an owner in: reads its rows, looks at it afresh, decides, and writes; anew if somebody else wrote first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.studio import Studio
from studio_recovery.errors import LedgerConflict
from studio_recovery.guard import OPEN, Guard
from studio_recovery.observe import Absent, Observation, Present, Sighting, Unprotected, observe
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Change, Row

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking in needs: where to look, and where to write."""

    studio: Studio
    ledger: Ledger
    guard: Guard = OPEN

    def take_in(self, kind: Kind, name: str, domain_id: str, sighting: Sighting, patience: float) -> list[Change]:
        """Brings the rows of this owner in line with what SageMaker says now; the changes that were written.

        Raises NotReady after `patience` seconds of an unfinished creation or deletion, LedgerConflict if others keep
        writing.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._take_in(kind, name, domain_id, sighting, patience)
            except LedgerConflict:
                continue
        return self._take_in(kind, name, domain_id, sighting, patience)

    def foresee(
        self,
        kind: Kind,
        name: str,
        domain_id: str,
        sighting: Sighting,
        patience: float,
        as_if: Callable[[Row], Row] = lambda row: row,
    ) -> list[Change]:
        """What take_in would write now; nothing is written. Raises NotReady as it does.

        `as_if`: the row that would stand in the place of one in the ledger, after what was foreseen before.
        """
        rows = [as_if(row) for row in self.ledger.rows_named(Owner(kind, name, ""))]
        seen = self.studio.look(kind, name, domain_id, patience)
        return list(self._changes(rows, seen, replace(sighting, now=self.ledger.now())))

    def _take_in(self, kind: Kind, name: str, domain_id: str, sighting: Sighting, patience: float) -> list[Change]:
        written = self.foresee(kind, name, domain_id, sighting, patience)
        for change in written:
            self.ledger.save(change)
        return written

    def _changes(self, rows: list[Row], seen: Observation, sighting: Sighting) -> Iterator[Change]:
        if isinstance(seen, Absent):
            decided = [observe(row, seen, sighting, self.guard) for row in rows]
        else:
            row = next((row for row in rows if row.owner.domain_name == seen.owner.domain_name), None)
            decided = [observe(row, self._with_gone(row, seen), sighting, self.guard)]
        yield from (change for change in decided if change)

    def _with_gone(self, row: Row | None, seen: Present | Unprotected) -> Present | Unprotected:
        """`seen`, with the proof that the row's present home has lost its owner in another domain."""
        if row is None or not row.domain_id or row.domain_id == seen.domain_id:
            return seen
        owner = row.owner
        if not self.studio.is_gone(owner.kind, owner.name, row.domain_id):
            return seen
        return replace(seen, gone=frozenset({row.domain_id}))
