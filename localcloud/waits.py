"""botocore's waits on a virtual clock: those between two tries, and those of its adaptive pace.

It knows where botocore waits: `time.sleep` in `endpoint`, and the clock and the condition of `retries.bucket`.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

from botocore import endpoint
from botocore.retries import bucket

from localcloud.clock import VirtualClock

# At today's seconds a float does not tell less from nothing, and a wait for nothing would never end.
SHORTEST = 0.001


class _Condition(threading.Condition):
    """A condition that nobody else fulfils: waiting lets the time pass."""

    def __init__(self, clock: VirtualClock, lock: Any) -> None:
        super().__init__(lock)
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.sleep(max(timeout or 0.0, SHORTEST))
        return False


@contextmanager
def virtual_waits(clock: VirtualClock) -> Iterator[None]:
    """While it lasts, botocore waits by moving this clock on; clients made before wait for their pace as ever."""
    time = SimpleNamespace(time=clock.now, sleep=clock.sleep)
    locks = SimpleNamespace(Lock=threading.Lock, Condition=partial(_Condition, clock))
    with ExitStack() as replaced:
        replaced.enter_context(_replaced(endpoint, time=time))
        replaced.enter_context(_replaced(bucket, time=time, threading=locks))
        yield


@contextmanager
def _replaced(module: ModuleType, **names: Any) -> Iterator[None]:
    kept = {name: getattr(module, name) for name in names}
    vars(module).update(names)
    try:
        yield
    finally:
        vars(module).update(kept)
