"""Finishes what executions that died left behind: rows without an outcome, tasks, locations and access points.

Whether an execution has died is asked of Step Functions, never guessed from age.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio_recovery.aws.executions import UNKNOWN, End, Executions, execution_arn
from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import CopyStillRunning, LedgerConflict
from studio_recovery.guard import OPEN, Guard
from studio_recovery.handlers.passes import Pass
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.removal import Removal, systems_by_run
from studio_recovery.nouns import Change, Home, Line, Row, Status, Word, digest
from studio_recovery.observe import arm
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Made, Recovery, Run, let_go, pending_recovery, settle

# The stream hands a PENDING row on within seconds: who asked for it again at once would only make a second execution.
_HANDED_ON_WITHIN_MS = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Dead:
    """What died: rows to finish or to ask for again, and things that runs left behind."""

    changes: tuple[Change, ...] = ()
    things: tuple[Made, ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """How executions ended. `running` are those that a listing showed to run; of any other Step Functions is asked."""

    executions: Executions
    running: frozenset[str] = frozenset()

    def of(self, execution_arn: str) -> End | None:
        """How and when the execution ended, or None while it runs."""
        return None if execution_arn in self.running else self.executions.end(execution_arn)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What sweeping needs. `module` is the module's name; `now` tells milliseconds since 1970."""

    ledger: Ledger
    executions: Executions
    removal: Removal
    places: Places
    module: str
    state_machine_arn: str
    now: Callable[[], int]
    guard: Guard = OPEN

    def find(self, rows: Iterable[Row], under_way: Pass) -> Dead:
        """Who and what died; nothing is written or removed.

        The rows come in another order in each pass, so that the same ones are not left out whenever the time is short.
        """
        busy = [row for row in rows if row.status in (Status.RUNNING, Status.PENDING) or row.unsettled]
        things: list[Made] = []
        with under_way.noting("what runs left behind"):
            things += self.removal.things(self.module)
        ends = self._ends(under_way) if busy or things else Ends(self.executions)
        changes: list[Change] = []
        for row in under_way.each(sorted(busy, key=lambda row: digest(str(row.owner), str(under_way.at)))):
            with under_way.noting(str(row.owner)):
                changes += self._mended(row, ends)
        dead: set[str] = set()
        for run_id in systems_by_run(things):
            with under_way.noting(f"run {run_id}"):
                dead |= {run_id} if ends.of(self._arn(run_id)) else set()
        return Dead(tuple(changes), tuple(thing for thing in things if thing.run_id in dead))

    def finish(self, dead: Dead, under_way: Pass) -> tuple[list[Change], int]:
        """Writes and removes what was found; what was written, and of how many runs nothing is left."""
        written: list[Change] = []
        for change in under_way.each(dead.changes):
            with under_way.noting(str(change.row.owner)):
                written += [change] if self._write(change) else []
        swept = 0
        for run_id, systems in under_way.each(systems_by_run(dead.things).items()):
            with under_way.noting(f"what run {run_id} left behind"):
                swept += self._remove(run_id, systems, under_way)
        # Also when nothing was swept: who freed a place may have died before it called.
        with under_way.noting("the line of those who wait for a place"):
            self.places.call_next()
        return written, swept

    def _ends(self, under_way: Pass) -> Ends:
        """One listing tells which executions run, however many rows wait for theirs."""
        running: set[str] = set()
        with under_way.noting("the executions that run"):
            running |= set(self.executions.running(self.state_machine_arn))
        return Ends(self.executions, frozenset(running))

    def _mended(self, row: Row, ends: Ends) -> list[Change]:
        match row.status:
            case Status.RUNNING:
                change = self._finished(row, ends)
            case Status.PENDING:
                change = self._begun(row, ends)
            case _:
                change = self._let_go(row, ends)
        return [change] if change else []

    def _let_go(self, row: Row, ends: Ends) -> Change | None:
        """A row that had moved on from an execution which is over by now: nothing of it is being copied any more."""
        end = ends.of(row.unsettled)
        if end is None:
            return None
        at = end.at or self.now()
        reason = f"its execution ended as {end.status} without an outcome, and the row had moved on"
        outcome = Outcome(Word.FAILED, reason, copy_started=True)
        told: dict[str, str | int] = {"execution_arn": row.unsettled, "reason": reason, "source": row.copying}
        line = Line("let go", at, f"{row.unsettled} let go", told)
        return Change(let_go(row, outcome), (line,))

    def _finished(self, row: Row, ends: Ends) -> Change | None:
        """FAILED for a row whose execution ended without writing its outcome."""
        end = ends.of(row.execution_arn)
        if end is None or row.home is None:
            return None
        file_system_id, _, uid = row.copying.partition("/")
        source = Home(file_system_id, uid)
        asked = Recovery(source, row.home, row.owner.key, row.owner.domain_name, row.request_id)
        return self._failed(row, Run(asked, self.module, row.execution_arn, end.at), end, copy_started=True)

    def _begun(self, row: Row, ends: Ends) -> Change | None:
        """A new request for a PENDING row that nobody started; FAILED if its execution ended before its claim."""
        asked = pending_recovery(row)
        end = ends.of(self._arn(asked.execution_name)) if asked else None
        if asked is None or end is None:
            return None
        if end.status == UNKNOWN:
            return self._asked_again(row)
        run = Run(asked, self.module, self._arn(asked.execution_name), end.at)
        return self._failed(row, run, end, copy_started=False)

    def _asked_again(self, row: Row) -> Change | None:
        at = self.now()
        if at - row.event_time < _HANDED_ON_WITHIN_MS:
            return None
        again = arm(row, at, self.guard)
        details: dict[str, str | int] = {"status": again.status, "reason": "nobody started its recovery"}
        return Change(again, (Line("asked for again", at, f"{row.request_id} asked for again", details),))

    def _failed(self, row: Row, run: Run, end: End, copy_started: bool) -> Change | None:
        reason = f"its execution ended as {end.status} without an outcome"
        at = end.at or self.now()
        change = settle(row, run, Outcome(Word.FAILED, reason, copy_started=copy_started), at, self.guard)
        return change if isinstance(change, Change) else None

    def _arn(self, run_id: str) -> str:
        return execution_arn(self.state_machine_arn, run_id)

    def _write(self, change: Change) -> bool:
        """False if somebody else was faster."""
        try:
            self.ledger.save(change)
        except LedgerConflict:
            return False
        return True

    def _remove(self, run_id: str, systems: set[str], under_way: Pass) -> bool:
        """Removes what a dead run made; a copy that still runs is cancelled, and the next pass removes the rest."""
        try:
            left = self.removal.remove(run_id, systems, self.module)
        except CopyStillRunning:
            return False
        under_way.troubles.extend(f"could not be removed: {thing}" for thing in left)
        return not left
