"""Time as the local cloud knows it: statuses move because time passes, never because somebody looks."""
# ruff: noqa: D102 - the protocol says what the methods do

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

Action = Callable[[], None]
_log = logging.getLogger("localcloud")


class Clock(Protocol):
    """What the services need of time. All durations are seconds as AWS would need them, before scaling."""

    def now(self) -> float:
        """The present, in seconds since the epoch."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""

    def later(self, seconds: float, action: Action) -> None:
        """Carry out `action` once `seconds` have passed, whoever looks."""


class ScaledClock:
    """Real time, in which every wait is multiplied by `scale` (0.1 = ten times faster)."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._due: list[tuple[float, int, Action]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._workers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="localcloud-clock")
        threading.Thread(target=self._run, name="localcloud-clock", daemon=True).start()

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds * self.scale)

    def later(self, seconds: float, action: Action) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds * self.scale, next(self._order), action))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, action = heapq.heappop(self._due)
            self._workers.submit(_logged, action)


class VirtualClock:
    """A clock that stands still until a test moves it; `sleep` is `advance`."""

    def __init__(self, start: float = 1_767_225_600.0) -> None:
        self._now = start
        self._due: list[tuple[float, int, Action]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def later(self, seconds: float, action: Action) -> None:
        heapq.heappush(self._due, (self._now + seconds, next(self._order), action))

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, and carry out in order what comes due on the way."""
        end = self._now + seconds
        while self._due and self._due[0][0] <= end:
            moment, _, action = heapq.heappop(self._due)
            self._now = max(self._now, moment)
            action()
        self._now = max(self._now, end)


def _logged(action: Action) -> None:
    try:
        action()
    except Exception:  # noqa: BLE001 - the clock must go on
        _log.exception("an action of the clock failed")
