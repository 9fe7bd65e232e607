"""Finds what a row lacks whose execution died: an outcome, or another request for its recovery.

Whether an execution has died is asked of Step Functions, never guessed from age.
"""

from collections.abc import Callable
from dataclasses import dataclass

from studio_recovery.aws.executions import UNKNOWN, End, Executions, execution_arn
from studio_recovery.guard import OPEN, Guard
from studio_recovery.handlers.passes import Pass
from studio_recovery.homes import Home
from studio_recovery.observe import arm
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Recovery, Run, pending_recovery
from studio_recovery.rows import Change, Line, Row
from studio_recovery.settling import let_go, settle
from studio_recovery.statuses import Status, Word

# The stream hands a PENDING row on within seconds: who asked for it again at once would only make a second execution.
_HANDED_ON_WITHIN_MS = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Ends:
    """How executions ended. `running` are those that a listing showed to run; of any other Step Functions is asked."""

    executions: Executions
    running: frozenset[str] = frozenset()

    def of(self, execution_arn: str) -> End | None:
        """How and when the execution ended, or None while it runs."""
        return None if execution_arn in self.running else self.executions.end(execution_arn)


@dataclass(frozen=True, slots=True)
class Mending:
    """What mending needs. `module` is the module's name; `now` tells milliseconds since 1970."""

    executions: Executions
    module: str
    state_machine_arn: str
    now: Callable[[], int]
    guard: Guard = OPEN

    def ends(self, under_way: Pass, *, listed: bool) -> Ends:
        """Unless nobody needs it, one listing tells which executions run, however many rows wait for theirs."""
        running: set[str] = set()
        if listed:
            with under_way.noting("the executions that run"):
                running |= set(self.executions.running(self.state_machine_arn))
        return Ends(self.executions, frozenset(running))

    def change(self, row: Row, ends: Ends) -> Change | None:
        """What is to be written for a row that asks for work, is worked at or has not settled; None: all is well."""
        match row.status:
            case Status.RUNNING:
                return self._finished(row, ends)
            case Status.PENDING:
                return self._begun(row, ends)
            case _:
                return self._let_go(row, ends)

    def arn(self, run_id: str) -> str:
        """The ARN of a run's execution."""
        return execution_arn(self.state_machine_arn, run_id)

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
        end = ends.of(self.arn(asked.execution_name)) if asked else None
        if asked is None or end is None:
            return None
        if end.status == UNKNOWN:
            return self._asked_again(row)
        run = Run(asked, self.module, self.arn(asked.execution_name), end.at)
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
