"""A virtual clock under which many functions are at work at once: who waits lets the others go on.

Each has a thread of its own, but one at a time runs, in the order of the times that they wait for: the same storm gives
the same figures every time, and what this machine takes to compute is no part of them.
"""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from localcloud.clock import Action, VirtualClock

Given = TypeVar("Given")
Made = TypeVar("Made")
A_MOMENT = 0.05


def _closed() -> threading.Lock:
    """A gate that one thread waits at and another opens; a lock is ten times quicker than a semaphore."""
    gate = threading.Lock()
    gate.acquire()
    return gate


class Strand:
    """A thread that carries out one action after the other, and can stop in the middle of one."""

    def __init__(self, clock: "Strands") -> None:
        self._clock = clock
        self._go = _closed()
        self.work: Action | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def go_on(self) -> None:
        """Let it begin its work, or go on where it stopped, until it stops or is done."""
        self._go.release()

    def stop(self) -> None:
        """Called on its own thread: let the clock go on, until it lets this one go on."""
        self._clock.free()
        self._go.acquire()

    def _run(self) -> None:
        while self._go.acquire() and self.work:
            error: BaseException | None = None
            try:
                self.work()
            except BaseException as raised:  # noqa: BLE001 - it is raised again where the clock runs
                error = raised
            self._clock.done(self, error)


class Strands(VirtualClock):
    """The clock. `advance` on a strand waits for so long; elsewhere it lets so much time pass for all of them."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[Strand] = []
        self._free = _closed()
        self._running: Strand | None = None
        self._error: BaseException | None = None

    def advance(self, seconds: float) -> None:
        """Wait, or let time pass."""
        if strand := self._running:
            super().later(seconds, lambda: self._hand_over(strand))
            strand.stop()
        else:
            super().advance(seconds)

    def later(self, seconds: float, action: Action) -> None:
        """Carry out `action` once `seconds` have passed, on a strand."""
        super().later(seconds, lambda: self._begin(action))

    def side_by_side(self, work: Callable[[Given], Made], items: Iterable[Given]) -> list[Made]:
        """What the work makes of each item, all at once; as `map`, for whoever would use threads. Raises as it does."""
        asked, made = list(items), dict[int, Made]()
        errors: list[Exception] = []

        def one(number: int) -> None:
            try:
                made[number] = work(asked[number])
            except Exception as error:  # noqa: BLE001 - it is raised again by who asked
                errors.append(error)

        for number in range(len(asked)):
            self.later(0, partial(one, number))
        while len(made) + len(errors) < len(asked):
            self.advance(A_MOMENT)
        if errors:
            raise errors[0]
        return [made[number] for number in range(len(asked))]

    def free(self) -> None:
        """The strand that ran waits."""
        self._free.release()

    def done(self, strand: Strand, error: BaseException | None) -> None:
        """The strand that ran has nothing more to do."""
        self._error = error
        self._idle.append(strand)
        self._free.release()

    def close(self) -> None:
        """Let the threads of the strands that have nothing to do end."""
        while self._idle:
            strand = self._idle.pop()
            strand.work = None
            strand.go_on()

    def _begin(self, action: Action) -> None:
        strand = self._idle.pop() if self._idle else Strand(self)
        strand.work = action
        self._hand_over(strand)

    def _hand_over(self, strand: Strand) -> None:
        """Runs a strand until it waits or is done. Raises what its work raised."""
        self._running = strand
        strand.go_on()
        self._free.acquire()
        self._running = None
        if error := self._error:
            self._error = None
            raise error
