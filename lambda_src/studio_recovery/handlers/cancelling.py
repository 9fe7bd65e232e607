"""Ends the copy of a run that an admin cancelled; the state machine then closes both homes as after any other end."""

from dataclasses import dataclass
from enum import StrEnum

from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.transfers import Task, Transfers
from studio_recovery.waiting_line import Turn


class Stopped(StrEnum):
    """What there was to end."""

    COPY = "copy"
    TASK = "task"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What cancelling needs."""

    transfers: Transfers
    line: WaitingLine

    def end(self, run_id: str) -> Stopped:
        """Cancels the run's copy; or removes its task if no copy has begun, so that none can.

        Without a task there is nothing to end: who makes it looks at the row again before anything is copied.
        """
        mine = next((task for task in self.transfers.tasks()[1] if task.run_id == run_id), None)
        if mine is None:
            return Stopped.NOTHING
        if not self.transfers.was_started(mine.arn) and self.transfers.delete_idle_task(mine.arn):
            return Stopped.TASK
        return self._cancel(mine)

    def wake(self, turn: Turn) -> None:
        """Lets a run go on that waits in line, so that it sees at once that it was cancelled."""
        if waiting := self.line.find(turn):
            self.line.wake(waiting)

    def _cancel(self, task: Task) -> Stopped:
        copies = list(self.transfers.copies_of(task.arn))
        for copy in copies:
            self.transfers.cancel(copy)
        return Stopped.COPY if copies else Stopped.NOTHING
