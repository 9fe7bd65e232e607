"""Recovery, its beginning: claims the row, and opens both homes for one DataSync task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.executions import Executions
from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.options import options_from_json
from studio_recovery.aws.studio import Studio
from studio_recovery.aws.transfers import Task, Transfers
from studio_recovery.claims import claim, refuse_if_cancelled
from studio_recovery.errors import AccountFull, AwsBusy, NoApp, NoRoom, Superseded, TargetBusy
from studio_recovery.gauges import of_tasks
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.making import Making, Mounts
from studio_recovery.handlers.metrics import emit
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.removal import Removal
from studio_recovery.handlers.runs import facts_of, is_source_held, owner_of, run_from
from studio_recovery.handlers.settings import executions, ledger, network, places, removal, setting, studio
from studio_recovery.handlers.side_by_side import side_by_side
from studio_recovery.recovery import Run, run_id_of
from studio_recovery.rows import Line, Row
from studio_recovery.settling import replaced
from studio_recovery.sources import Source

_logger = Logger()


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening needs. `apps` is the Studio in which the owner must have an app first (None: nobody waits).

    `tell_tasks` hears how many tasks the account has.
    """

    ledger: Ledger
    executions: Executions
    removal: Removal
    places: Places
    making: Making
    apps: Studio | None = None
    tell_tasks: Callable[[int], None] = lambda _: None

    def open(self, run: Run, again: bool = True) -> str:
        """Claims the row and makes the run's task; its ARN. The same call `again` finds what was made before.

        Raises Superseded, Cancelled, Held, SourceHeld or OtherOwner if the copy may not begin; NoRoom, AccountFull,
        TargetBusy, NoApp or CopyStillRunning if it may begin later; SourceGone or CannotOpen if it cannot.
        """
        source = None if run.recovery.by_hand else self._claim(run)
        try:
            mine = self._task(run, source, again)
        except (AccountFull, TargetBusy):
            # For as long as it waits for something else, the place is somebody else's.
            self._pass_on(run)
            raise
        self.places.leave(run)
        if not run.recovery.by_hand:
            # Who cancelled the run since its claim found no task to remove.
            refuse_if_cancelled(self.ledger.row(owner_of(run.recovery)), run)
        return mine

    def _task(self, run: Run, source: Source | None, again: bool) -> str:
        """The run's task, which was there or is made now that there is a place for it."""
        ahead = self.places.take(run)
        in_account, tasks = self._transfers.tasks()
        self.tell_tasks(in_account)
        self._end_orphans(run, tasks)
        mine = next((task.arn for task in tasks if task.run_id == run.id), None)
        if mine is None:
            if not self.places.is_left(ahead, in_account, tasks):
                raise self._no_room(run, again, in_account, len(tasks))
            mine = self.making.task(run, source, again, sum(task.creating for task in tasks))
        self._keep_the_place(run, mine)
        return mine

    def _pass_on(self, run: Run) -> None:
        if troubles := self.places.pass_on(run):
            _logger.warning("nobody was called", extra={"run": run.id, "reason": ", ".join(troubles)})

    @property
    def _transfers(self) -> Transfers:
        return self.removal.transfers

    def _claim(self, run: Run) -> Source:
        """Makes the row this run's; the source to copy."""
        row = self.ledger.row(owner_of(run.recovery))
        change, source = claim(row, run, source_held=is_source_held(self.ledger, row, run))
        if change and row:
            self._wait_for_app(row)
            half_written, ended = self._end_replaced(row, run) if row.unsettled else (False, ())
            change, source = claim(row, run, half_written)
            # In one with the claim: whose own outcome came first has changed the row.
            change = change and replace(change, lines=(*change.lines, *ended))
        if change:
            self.ledger.save(change)
        return source

    def _wait_for_app(self, row: Row) -> None:
        if self.apps and not self.apps.has_app(row.owner, row.domain_id):
            raise NoApp(f"no app of {row.owner} is in service: the copy begins when one is (wait_for_app)")

    def _end_replaced(self, row: Row, run: Run) -> tuple[bool, tuple[Line, ...]]:
        """Ends the execution that claimed the row before, waits for the end of its copy, and removes what it made.

        True if its copy may have left half-written files; and the outcome of one that was stopped before its own.
        """
        arn, run_id = row.unsettled, run_id_of(row.unsettled)
        ran = self.executions.is_running(arn)
        self.executions.stop(arn, f"replaced by {run.id}")
        # Not left to the removal: that goes on where AWS refuses to tell.
        tasks = self.removal.end_copies(run_id)
        started = any(self._transfers.was_started(task.arn) for task in tasks)
        self.removal.remove(run_id, row.file_systems, run.module)
        end = self.executions.end(arn)
        stopped = (replaced(run_id, run.recovery, arn, end.at),) if end and end.status == "ABORTED" else ()
        return started or not (ran or (end and end.status == "SUCCEEDED")), stopped

    def _end_orphans(self, run: Run, tasks: list[Task]) -> None:
        """Raises TargetBusy while another execution copies into the target; a copy without execution is cancelled."""
        rivals = [task for task in self._rivals(run, tasks) if task.busy]
        alive = [task for task in rivals if self._is_alive(task, run)]
        if alive:
            raise TargetBusy(f"{alive[0].label} copies into {run.recovery.target.key}")
        self.removal.stop_copies(rivals)

    def _keep_the_place(self, run: Run, mine: str) -> None:
        """Looks again, now that the task is made: others may have been as quick, or the execution may be gone.

        Of two runs into one target, and of too many new tasks, those with the older tasks go first; the others, and a
        run whose execution was stopped meanwhile, remove what they made.
        """
        _, tasks = self._transfers.tasks()
        for rival in self._rivals(run, tasks):
            if self._is_alive(rival, run) and self._transfers.is_older(rival.arn, mine):
                self._remove_mine(run, mine)
                raise TargetBusy(f"{rival.label} was first to copy into {run.recovery.target.key}")
        if self._is_too_many(mine, tasks):
            self._remove_mine(run, mine)
            raise NoRoom(f"{len(tasks)} tasks were made at once")
        if not self.executions.is_running(run.execution_arn):
            self._remove(run)
            self._pass_on(run)
            raise Superseded("the execution was stopped")

    def _is_too_many(self, mine: str, tasks: list[Task]) -> bool:
        """True if older tasks have all places. One that copies is not asked for its age: it is not removed any more."""
        others = [task for task in tasks if task.arn != mine]
        idle = [task.arn for task in others if not task.busy]
        room = self.places.room.max_concurrent - (len(others) - len(idle))
        return len(idle) >= room and sum(self._transfers.is_older(arn, mine) for arn in idle) >= room

    def _remove_mine(self, run: Run, mine: str) -> None:
        """Raises AwsBusy if the task stays: a place that it holds would be nobody's."""
        if left := [thing for thing in self._remove(run) if thing.startswith(mine)]:
            raise AwsBusy(f"not removed: {left[0]}")

    def _remove(self, run: Run) -> list[str]:
        homes = (run.recovery.source, run.recovery.target)
        return self.removal.remove(run.id, {home.file_system_id for home in homes}, run.module)

    def _rivals(self, run: Run, tasks: list[Task]) -> list[Task]:
        return [task for task in tasks if task.target == run.recovery.target.key and task.run_id != run.id]

    def _is_alive(self, task: Task, run: Run) -> bool:
        return self.executions.is_running(run.execution_arn_of(task.run_id))

    def _no_room(self, run: Run, again: bool, in_account: int, ours: int) -> NoRoom:
        """Who waits in line stands on nothing: what an earlier try made is removed."""
        if again:
            self._remove(run)
        room = self.places.room
        tasks = f"{in_account} of {room.task_quota} tasks, {ours} of our {room.max_concurrent}"
        return NoRoom(f"no place for another task: {tasks}")


def _tell_tasks(tasks: int) -> None:
    emit(of_tasks(tasks, int(setting("TASK_QUOTA"))), setting("NAME"))


@cache
def _opening() -> Opening:
    mounts = Mounts(
        setting("READ_ROLE_ARN"),
        setting("WRITE_ROLE_ARN"),
        setting("DATASYNC_LOG_GROUP_ARN"),
        options_from_json(setting("COPY")),
        setting("SECURITY_GROUP_RULES") == "workflow",
    )
    making = Making(network(), removal().doors, removal().transfers, mounts, side_by_side)
    apps = studio() if setting("WAIT_FOR_APP") == "true" else None
    return Opening(ledger(), executions(), removal(), places(), making, apps, _tell_tasks)


def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, str]:
    """Opens both homes of the run in `event` (`input`, `execution_arn`, `started_at`, `retry`); the task's ARN.

    `retry` is the number of tries before this one: Step Functions runs a state once, unless it retries it
    (docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
    """
    with typed_errors():
        run = run_from(event, setting("NAME"))
        task_arn = _opening().open(run, again=event["retry"] > 0)
    _logger.info("opened", extra=facts_of(run) | {"task_arn": task_arn})
    return {"task_arn": task_arn}
