"""Recovery, its end: writes the outcome down, and removes everything that the run made."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.advice import told_reason
from studio_recovery.announcements import Announcement, ending
from studio_recovery.aws.bus import Bus
from studio_recovery.aws.calls import code, typed_errors
from studio_recovery.aws.ledger import Ledger
from studio_recovery.claims import as_cancelled
from studio_recovery.errors import AwsRefused, LeftBehind
from studio_recovery.guard import OPEN, Guard
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.removal import Removal
from studio_recovery.handlers.runs import (
    copy_from,
    facts_of,
    failure_from,
    is_source_held,
    milliseconds,
    owner_of,
    run_from,
)
from studio_recovery.handlers.settings import bus, guard, ledger, places, removal, setting
from studio_recovery.outcome import Outcome, judge
from studio_recovery.recovery import Run
from studio_recovery.rows import Change, Line
from studio_recovery.settling import settle
from studio_recovery.statuses import HELD, SOURCE_HELD, Word

_logger = Logger()


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing needs. `bus` hears of runs by hand."""

    ledger: Ledger
    removal: Removal
    places: Places
    bus: Bus
    guard: Guard = OPEN

    def close(self, run: Run, event: Mapping[str, Any]) -> Outcome:
        """Stops what still copies, writes the outcome once, and removes what the run made.

        `event` holds `copy`, `copy_arn` and `failure` as the state machine last saw them, `closed_at`, and `give_up`:
        write down what cannot be removed instead of raising. Raises CopyStillRunning, LedgerConflict or LeftBehind,
        all of which pass.
        """
        copy = copy_from(event)
        started = self._stop_copies(run) if copy is None or not copy.has_ended else True
        # The machine remembers a copy also when its task is gone.
        outcome = judge(copy, failure_from(event), started or copy is not None or bool(event.get("copy_arn")))
        at = milliseconds(event["closed_at"])
        untold: list[str] = []
        if run.recovery.by_hand:
            untold = self._tell(run, outcome)
        else:
            outcome = self._write(run, outcome, at)
        self._remove(run, at, untold, bool(event.get("give_up")))
        return outcome

    def _stop_copies(self, run: Run) -> bool:
        """True if the run ever started a copy. Raises CopyStillRunning until none runs."""
        return any(self.removal.transfers.was_started(task.arn) for task in self.removal.end_copies(run.id))

    def _write(self, run: Run, outcome: Outcome, at: int) -> Outcome:
        """Writes the outcome; which one: a hold that is over by now blocks nobody, and the row asks anew."""
        owner = owner_of(run.recovery)
        row = self.ledger.row(owner)
        over = {HELD: row is not None and row.replication, SOURCE_HELD: not is_source_held(self.ledger, row, run)}
        if outcome.word is Word.BLOCKED and over.get(outcome.reason):
            outcome = Outcome(Word.SUPERSEDED, "released meanwhile")
        outcome = as_cancelled(row, run, outcome)
        match settle(row, run, outcome, at, self.guard):
            case Change() as change:
                self.ledger.save(change)
            case Line() as line if not self._was_told(run):
                self.ledger.write_line(owner, line)
        return outcome

    def _was_told(self, run: Run) -> bool:
        """True if the next run told the outcome of this one, which it stopped in the middle of its closing (law 5)."""
        lines = self.ledger.lines_of(owner_of(run.recovery))
        return any(line.what in set(Word) and line.details.get("execution_arn") == run.execution_arn for line in lines)

    def _remove(self, run: Run, at: int, untold: list[str], give_up: bool) -> None:
        homes = (run.recovery.source, run.recovery.target)
        systems = {home.file_system_id for home in homes}
        left = untold + self.removal.remove(run.id, systems, run.module, lambda: self.places.pass_on(run))
        if left and not give_up:
            raise LeftBehind(", ".join(left))
        if left and not run.recovery.by_hand:
            line = Line(
                "left behind",
                at,
                f"{run.id} left behind",
                {"left": ", ".join(left), "execution_arn": run.execution_arn},
            )
            self.ledger.write_line(owner_of(run.recovery), line)

    def _tell(self, run: Run, outcome: Outcome) -> list[str]:
        """Puts the outcome of a run by hand on the bus: no row tells of it. A note if AWS refused.

        A bus that does not listen keeps nothing else back.
        """
        what = ending(outcome.word)
        if what is None:
            return []
        asked = run.recovery
        ended = Announcement(
            what,
            asked.source,
            asked.target,
            reason=told_reason(outcome.word, outcome.reason),
            execution_arn=run.execution_arn,
            counts=outcome.counts,
        )
        try:
            self.bus.put([ended])
        except ClientError as error:
            return [f"PutEvents ({code(error)})"]
        except AwsRefused as refused:
            return [str(refused)]
        return []


@cache
def _closing() -> Closing:
    return Closing(ledger(), removal(), places(), bus(), guard())


def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, str]:
    """Closes both homes of the run in `event` (see Closing.close); the outcome's `word` and `reason`."""
    with typed_errors():
        run = run_from(event, setting("NAME"))
        outcome = _closing().close(run, event)
    _logger.info("closed", extra=facts_of(run) | {"outcome": outcome.word} | outcome.as_details())
    return {"word": outcome.word, "reason": outcome.reason}
