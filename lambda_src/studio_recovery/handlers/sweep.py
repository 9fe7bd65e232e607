"""Finishes what executions left behind that died: rows without an outcome, and tasks, locations and access points.

Whether an execution has died is asked of Step Functions, never guessed from age.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from studio_recovery.aws.executions import Executions, execution_arn
from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import CopyStillRunning, LedgerConflict
from studio_recovery.handlers.removal import Removal
from studio_recovery.nouns import Change, Row, Status, Word
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Recovery, Run, settle


@dataclass(frozen=True, slots=True)
class Sweep:
    """What sweeping needs. `module` is the module's name."""

    ledger: Ledger
    executions: Executions
    removal: Removal
    module: str
    state_machine_arn: str

    def run(self) -> dict[str, int]:
        """How many rows were finished, and of how many dead runs something was removed."""
        rows = list(self.ledger.rows())
        finished = sum(self._finish(row) for row in rows if row.status is Status.RUNNING)
        systems = set(chain.from_iterable(row.file_systems for row in rows))
        dead = [run_id for run_id in sorted(self._runs_with_things(systems)) if self._has_ended(run_id)]
        return {"finished": finished, "swept": sum(self._remove(run_id, systems) for run_id in dead)}

    def _finish(self, row: Row) -> bool:
        """Writes FAILED for a row whose execution ended without writing; somebody else may be faster."""
        end = self.executions.end(row.execution_arn)
        source = row.source(row.copying)
        if end is None or source is None or row.home is None:
            return False
        asked = Recovery(source.home, row.home, row.owner.key, row.owner.domain_name, row.request_id)
        run = Run(asked, self.module, row.execution_arn, end.at)
        reason = f"its execution ended as {end.status} without an outcome"
        change = settle(row, run, Outcome(Word.FAILED, reason, copy_started=True), end.at)
        try:
            self.ledger.save(change) if isinstance(change, Change) else self.ledger.write_line(row.owner, change)
        except LedgerConflict:
            return False
        return True

    def _runs_with_things(self, systems: set[str]) -> set[str]:
        """The ids of all runs of which a task, a location or an access point is there."""
        _, tasks = self.removal.transfers.tasks()
        systems |= {task.target.partition("/")[0] for task in tasks}
        return {task.run_id for task in tasks} | set(self._tagged(systems))

    def _tagged(self, systems: Iterable[str]) -> Iterator[str]:
        yield from (found.run_id for found in self.removal.transfers.locations_of(set(systems), None))
        for system in systems:
            yield from (door.run_id for door in self.removal.doors.of_run(system, self.module, None))

    def _has_ended(self, run_id: str) -> bool:
        return not self.executions.is_running(execution_arn(self.state_machine_arn, run_id))

    def _remove(self, run_id: str, systems: set[str]) -> bool:
        """Removes what a dead run made; a copy that still runs is cancelled, and the next sweep removes the rest."""
        try:
            return not self.removal.remove(run_id, systems, self.module)
        except CopyStillRunning:
            return False
