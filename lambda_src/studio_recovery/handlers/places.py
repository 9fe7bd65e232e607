"""Hands out places for tasks: to who comes while there is room, and else to who has waited in line the longest.

Three things are looked at in this order: who waits, who was called, which tasks exist. Everybody moves the same way, so
nobody is missed; who is seen twice counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery.aws.calls import code, typed_errors
from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.transfers import Task, Transfers
from studio_recovery.errors import AwsBusy, AwsRefused
from studio_recovery.handlers.log import Logger
from studio_recovery.recovery import Run
from studio_recovery.waiting_line import Room, Turn, lapsed, may_begin, unheld

# Who is gone is found when it is called, and whoever else calls is met in the line: so many pages are read of it.
_MOST_LOOKS, _PAGE = 10, 50
_logger = Logger()


class Answer(Enum):
    """What came of calling somebody: it goes on, it is gone, or somebody else moved it just then."""

    AWAKE = "awake"
    GONE = "gone"
    MOVED = "moved"


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
        return waiting + self.line.called(self._most_called, before=mine)

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
        """Calls those who have waited the longest, as many as there are places that nobody holds; how many.

        Raises AwsBusy if there is no end of those who are gone, or if others are faster again and again.
        """
        calls = 0
        for _ in range(_MOST_LOOKS):
            waiting, called = self.line.waiting(self._most_waiting), self.line.called(self._most_called)
            if late := list(lapsed(called, self.now())):
                for turn in late:
                    self.line.back(turn)
                continue
            free = self._free(called) if waiting else 0
            answers: list[Answer] = []
            for turn in waiting:
                if free == answers.count(Answer.AWAKE):
                    return calls
                answers.append(self._call(turn))
                calls += answers[-1] is Answer.AWAKE
                if answers[-1] is Answer.MOVED:
                    break
            else:
                if len(waiting) < self._most_waiting:
                    return calls
        raise AwsBusy(f"after {_MOST_LOOKS} looks at the line it is not known whether somebody is to be called")

    def pass_on(self, run: Run) -> list[str]:
        """The run leaves and the next is called; a note if AWS refused, which must keep nothing else back."""
        try:
            self.leave(run)
            self.call_next()
        except ClientError as error:
            return [f"the next in line was not called ({error.operation_name}: {code(error)})"]
        except (BotoCoreError, AwsBusy) as error:
            return [f"the next in line was not called ({error})"]
        return []

    @property
    def _most_waiting(self) -> int:
        """So many are read of those who wait: all that can be called, and not few, as some may be gone."""
        return max(_PAGE, self.room.most)

    @property
    def _most_called(self) -> int:
        """Twice as many: those whose tasks are there by now have not all left."""
        return 2 * self._most_waiting

    def _free(self, called: list[Turn]) -> int:
        in_account, tasks = self.transfers.tasks()
        return unheld(self.room.free(in_account, len(tasks)), called, {task.run_id for task in tasks})

    def _call(self, turn: Turn) -> Answer:
        at = self.now()
        if not self.line.call(turn, at):
            return Answer.MOVED
        try:
            with typed_errors():
                awake = self.line.wake(turn)
        except (AwsBusy, AwsRefused) as error:
            # It may have heard it. If not, its place lapses, and it is called again.
            _logger.warning("a call that was not answered", extra={"run": turn.run_id, "reason": str(error)})
            return Answer.AWAKE
        if not awake:
            self.line.forget(turn, at)
        return Answer.AWAKE if awake else Answer.GONE


def turn_of(run: Run) -> Turn:
    """Where the run stands: by when its execution began, however often it comes back."""
    return Turn(run.started_at, run.id)
