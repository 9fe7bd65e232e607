"""Hands out places for tasks: to who comes while there is room, and else to who has waited in line the longest.

Three things are looked at in this order: who waits, who was called, which tasks exist. Everybody moves the same way, so
nobody is missed; who is seen twice counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery.aws.calls import code
from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.transfers import Task, Transfers
from studio_recovery.recovery import Run
from studio_recovery.waiting_line import Room, Turn, lapsed, may_begin, unheld

# Who is gone is found when it is called: so many pages of the line, each as long as there can be tasks.
_MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class Places:
    """What handing out needs. `now` tells milliseconds since 1970."""

    line: WaitingLine
    transfers: Transfers
    room: Room
    now: Callable[[], int]

    def take(self, run: Run) -> list[Turn]:
        """The run takes a place, before it looks whether there is one; who goes before it.

        Of many who take one at once the first ones keep theirs. Nobody who waits goes before one that was called.
        """
        mine = turn_of(run)
        was_called = self.line.hold(mine, self.now())
        waiting = [] if was_called else self.line.waiting(self.room.most, before=mine)
        # Twice as many: those whose tasks are there by now have not all left.
        return waiting + self.line.called(2 * self.room.most, before=mine)

    def is_left(self, ahead: list[Turn], in_account: int, tasks: list[Task]) -> bool:
        """True if those who go before leave a place for another task."""
        return may_begin(self.room.free(in_account, len(tasks)), ahead, {task.run_id for task in tasks})

    def leave(self, run: Run) -> None:
        """The run has its task, or needs none any more."""
        self.line.leave(turn_of(run))

    def wait(self, run: Run, token: str) -> int:
        """The run stands in line; then the first are called if there is room, so that none was missed; how many."""
        began = turn_of(run)
        self.line.enter(Turn(began.since, began.run_id, token))
        return self.call_next()

    def call_next(self) -> int:
        """Calls those who have waited the longest, as many as there are places that nobody holds; how many."""
        calls = 0
        for _ in range(_MOST_PAGES):
            waiting, called = self.line.waiting(self.room.most), self.line.called(2 * self.room.most)
            if late := list(lapsed(called, self.now())):
                for turn in late:
                    self.line.back(turn)
                continue
            if not waiting:
                break
            free = self._free(called)
            answered = self._called(waiting, free)
            calls += answered
            if answered == free or len(waiting) < self.room.most:
                break
        return calls

    def pass_on(self, run: Run) -> list[str]:
        """The run leaves and the next is called; a note if AWS refused, which must keep nothing else back."""
        try:
            self.leave(run)
            self.call_next()
        except ClientError as error:
            return [f"the next in line was not called ({error.operation_name}: {code(error)})"]
        except BotoCoreError as error:
            return [f"the next in line was not called ({error})"]
        return []

    def _free(self, called: list[Turn]) -> int:
        in_account, tasks = self.transfers.tasks()
        return unheld(self.room.free(in_account, len(tasks)), called, {task.run_id for task in tasks})

    def _called(self, waiting: list[Turn], free: int) -> int:
        """Calls the first of these for so many places; how many of the places are taken then."""
        taken = 0
        for turn in waiting:
            if taken == free:
                break
            taken += self._call(turn)
        return taken

    def _call(self, turn: Turn) -> bool:
        """False if it waits no longer, and the place is still free. One that somebody else called has taken it."""
        if not self.line.call(turn, self.now()):
            return True
        try:
            awake = self.line.wake(turn)
        except (ClientError, BotoCoreError):
            # It may have heard it. If not, its place lapses, and it is called again.
            return True
        if not awake:
            self.line.leave(turn)
        return awake


def turn_of(run: Run) -> Turn:
    """Where the run stands: by when its execution began, however often it comes back."""
    return Turn(run.started_at, run.id)
