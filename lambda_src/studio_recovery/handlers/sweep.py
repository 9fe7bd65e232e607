"""Finishes what executions that died left behind: rows without an outcome, tasks, locations and access points.

Whether an execution has died is asked of Step Functions, never guessed from age.
"""

from dataclasses import dataclass
from itertools import chain

from studio_recovery.aws.executions import UNKNOWN, End, Executions, execution_arn
from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import CopyStillRunning, LedgerConflict
from studio_recovery.handlers.removal import Removal
from studio_recovery.nouns import Change, Home, Row, Status, Word
from studio_recovery.observe import arm
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Recovery, Run, pending_recovery, settle


@dataclass(frozen=True, slots=True)
class Sweep:
    """What sweeping needs. `module` is the module's name."""

    ledger: Ledger
    executions: Executions
    removal: Removal
    module: str
    state_machine_arn: str

    def run(self) -> dict[str, int]:
        """How many rows were finished or asked for again, and of how many dead runs something was removed."""
        rows, _ = self.ledger.rows()
        changes = [self._finished(row) if row.status is Status.RUNNING else self._begun(row) for row in rows]
        written = [self._write(change) for change in changes if change]
        systems = set(chain.from_iterable(row.file_systems for row in rows))
        runs = self.removal.runs_with_things(systems, self.module)
        dead = [run_id for run_id in sorted(runs) if self._end(run_id)]
        return {"finished": sum(written), "swept": sum(self._remove(run_id, runs[run_id]) for run_id in dead)}

    def _finished(self, row: Row) -> Change | None:
        """FAILED for a row whose execution ended without writing its outcome."""
        end = self.executions.end(row.execution_arn)
        if end is None or row.home is None:
            return None
        source = Home(*row.copying.split("/"))
        asked = Recovery(source, row.home, row.owner.key, row.owner.domain_name, row.request_id)
        return self._failed(row, Run(asked, self.module, row.execution_arn, end.at), end, copy_started=True)

    def _begun(self, row: Row) -> Change | None:
        """A new request for a PENDING row that nobody started; FAILED if its execution ended before its claim."""
        asked = pending_recovery(row)
        end = self._end(asked.execution_name) if asked else None
        if asked is None or end is None:
            return None
        if end.status == UNKNOWN:
            return Change(arm(row))
        arn = execution_arn(self.state_machine_arn, asked.execution_name)
        return self._failed(row, Run(asked, self.module, arn, end.at), end, copy_started=False)

    def _failed(self, row: Row, run: Run, end: End, copy_started: bool) -> Change | None:
        reason = f"its execution ended as {end.status} without an outcome"
        change = settle(row, run, Outcome(Word.FAILED, reason, copy_started=copy_started), end.at)
        return change if isinstance(change, Change) else None

    def _write(self, change: Change) -> bool:
        """False if somebody else was faster."""
        try:
            self.ledger.save(change)
        except LedgerConflict:
            return False
        return True

    def _end(self, run_id: str) -> End | None:
        return self.executions.end(execution_arn(self.state_machine_arn, run_id))

    def _remove(self, run_id: str, systems: set[str]) -> bool:
        """Removes what a dead run made; a copy that still runs is cancelled, and the next sweep removes the rest."""
        try:
            return not self.removal.remove(run_id, systems, self.module)
        except CopyStillRunning:
            return False
