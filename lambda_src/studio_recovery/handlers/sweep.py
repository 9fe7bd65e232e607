"""Finishes what executions that died left behind: rows without an outcome, tasks, locations and access points."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import CopyStillRunning, LedgerConflict
from studio_recovery.handlers.mending import Mending
from studio_recovery.handlers.passes import Pass
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.removal import Removal, systems_by_run
from studio_recovery.names import digest
from studio_recovery.recovery import Made, run_id_of
from studio_recovery.rows import Change, Row
from studio_recovery.statuses import UNDER_WAY

# A copy that is cancelled ends within seconds; who waits longer than this is left to the next pass.
_PATIENCE_SECONDS = (1, 2, 4, 8, 15)


@dataclass(frozen=True, slots=True)
class Dead:
    """What died: rows to finish or to ask for again, and things that runs left behind.

    `claims` are the ids of those dead runs that rows still take for theirs.
    """

    changes: tuple[Change, ...] = ()
    claims: tuple[str, ...] = ()
    things: tuple[Made, ...] = ()


@dataclass(frozen=True, slots=True)
class Sweep:
    """What sweeping needs. `sleep` waits for so many seconds."""

    ledger: Ledger
    removal: Removal
    places: Places
    mending: Mending
    sleep: Callable[[float], None]

    def find(self, rows: Iterable[Row], under_way: Pass) -> Dead:
        """Who and what died; nothing is written or removed.

        The rows come in another order in each pass, so that the same ones are not left out whenever the time is short.
        """
        busy = [row for row in rows if row.status in UNDER_WAY or row.unsettled]
        things: list[Made] = []
        with under_way.noting("what runs left behind"):
            things += self.removal.things(self.mending.module)
        ends = self.mending.ends(under_way, listed=bool(busy or things))
        changes: list[Change] = []
        claims: list[str] = []
        for row in under_way.each(sorted(busy, key=lambda row: digest(str(row.owner), str(under_way.at)))):
            with under_way.noting(str(row.owner)):
                if mended := self.mending.change(row, ends):
                    changes.append(mended)
                    claims += [run_id_of(row.unsettled)] if row.unsettled and not mended.row.copying else []
        dead: set[str] = set()
        for run_id in systems_by_run(things):
            with under_way.noting(f"run {run_id}"):
                dead |= {run_id} if ends.of(self.mending.arn(run_id)) else set()
        return Dead(tuple(changes), tuple(claims), tuple(thing for thing in things if thing.run_id in dead))

    def finish(self, dead: Dead, under_way: Pass) -> tuple[list[Change], int]:
        """Removes and writes what was found; what was written, and of how many runs nothing is left.

        A row is let go only when its copy has ended: whoever copies next must not meet it (law 9).
        """
        systems = systems_by_run(dead.things)
        copying = set(dead.claims)
        swept = 0
        for run_id in under_way.each(sorted(copying | set(systems))):
            with under_way.noting(f"what run {run_id} left behind"):
                self._end_copies(run_id)
                copying.discard(run_id)
                if run_id in systems:
                    swept += self._remove(run_id, systems[run_id], under_way)
        written: list[Change] = []
        for change in under_way.each(dead.changes):
            with under_way.noting(str(change.row.owner)):
                if run_id_of(change.row.execution_arn) not in copying:
                    written += [change] if self._write(change) else []
        # Also when nothing was swept: who freed a place may have died before it called.
        with under_way.noting("the line of those who wait for a place"):
            self.places.call_next()
        return written, swept

    def _end_copies(self, run_id: str) -> None:
        """Cancels what a dead run copies, and waits for a while. Raises CopyStillRunning if it takes longer."""
        for seconds in _PATIENCE_SECONDS:
            try:
                self.removal.end_copies(run_id)
            except CopyStillRunning:
                self.sleep(seconds)
            else:
                return
        self.removal.end_copies(run_id)

    def _write(self, change: Change) -> bool:
        """False if somebody else was faster."""
        try:
            self.ledger.save(change)
        except LedgerConflict:
            return False
        return True

    def _remove(self, run_id: str, systems: set[str], under_way: Pass) -> bool:
        """True if nothing is left of what a dead run made."""
        left = self.removal.remove(run_id, systems, self.mending.module)
        under_way.troubles.extend(f"could not be removed: {thing}" for thing in left)
        return not left
