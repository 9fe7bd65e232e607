"""Knows whose turn it is: places for tasks go to recoveries in the order in which these began, each place to one.

Who finds no place waits in line until it is called. Who was called, or came while there was room, holds a place until
its task is made: from then on the task takes it. Times are milliseconds since 1970.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

# Opening takes seconds, at most five minutes. Whoever has made no task by then may have died.
HELD_FOR_MS = 3 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Turn:
    """A recovery in line: when its execution began, and its run. It waits at a state machine's token, or was called."""

    since: int
    run_id: str
    token: str = ""
    called_at: int = 0

    @property
    def order(self) -> tuple[int, str]:
        """Who began first goes first."""
        return self.since, self.run_id


@dataclass(frozen=True, slots=True)
class Room:
    """How many tasks the account may have in this Region, and how many of them may be ours."""

    task_quota: int
    max_concurrent: int

    @property
    def most(self) -> int:
        """So many tasks of ours there can be at most."""
        return min(self.task_quota, self.max_concurrent)

    def free(self, in_account: int, ours: int) -> int:
        """How many more tasks there may be."""
        return max(0, min(self.task_quota - in_account, self.max_concurrent - ours))


def may_begin(free: int, ahead: Iterable[Turn], at_work: Collection[str]) -> bool:
    """True if a place is left by those who go first. `at_work`: the runs that have a task, which are none of them."""
    return len({turn.run_id for turn in ahead} - set(at_work)) < free


def unheld(free: int, called: Iterable[Turn], at_work: Collection[str]) -> int:
    """How many of the free places nobody holds who was called and has no task yet."""
    return max(0, free - len({turn.run_id for turn in called} - set(at_work)))


def lapsed(called: Iterable[Turn], now: int) -> Iterator[Turn]:
    """Those who were called, or took a place, so long ago that it counts no longer."""
    yield from (turn for turn in called if turn.called_at + HELD_FOR_MS <= now)
