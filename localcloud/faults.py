"""How the local cloud misbehaves on request: faults of single calls, and lasting bad behaviour."""

import threading
from collections import Counter
from dataclasses import dataclass, fields
from typing import Any, Literal


@dataclass
class Fault:
    """The next `times` calls of an operation (after the first `after` ones) fail, lose their answer, or are late.

    `when="after"`: the call is carried out and its answer lost. `delay` is in real seconds.
    """

    service: str
    operation: str
    error: str | None = None
    status: int = 500
    times: int = 1
    after: int = 0
    when: Literal["before", "after"] = "before"
    delay: float = 0.0
    message: str = "The local cloud was told to fail."


@dataclass
class Behaviour:
    """Switches that last until they are set back."""

    ignore_access_points: bool = False
    """DataSync behaves as if no location had an access point: root writes, into the access point's directory."""
    lose_events: bool = False
    """CloudTrail's events never reach the bus."""
    uid_after_pending: bool = False
    """A profile's or space's uid is only told once it is InService."""
    tasks_stay_creating: bool = False
    """A task made meanwhile never becomes available."""
    copies_hang: bool = False
    """A copy that comes to TRANSFERRING meanwhile stays there until it is cancelled."""
    break_copies: bool = False
    """Copies end in ERROR half way, in the middle of a file."""
    skip_files: bool = False
    """Copies end in SUCCESS without their first file, and say so."""
    task_quota: int = 100
    """DataSync tasks per account and Region."""
    access_point_quota: int = 10_000
    """Access points per file system."""

    def set(self, changes: dict[str, Any]) -> None:
        """Change the named switches; raises ValueError for a name that is none."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in changes.items():
            if name not in known or not isinstance(value, known[name]):
                raise ValueError(f"no behaviour {name}={value!r}; there are {known}")
            setattr(self, name, value)


class Faults:
    """The faults that were asked for, and the count of every call that came in."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self._calls: Counter[str] = Counter()
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, **fault: Any) -> None:
        """Ask for a fault; the names and their meaning are those of `Fault`."""
        with self._lock:
            self._faults.append(Fault(**fault))

    def clear(self) -> None:
        """Behave well again, as far as single calls go."""
        with self._lock:
            self._faults.clear()

    def calls(self) -> dict[str, int]:
        """How often each `service:Operation` was called."""
        with self._lock:
            return dict(sorted(self._calls.items()))

    def next(self, service: str, operation: str) -> Fault | None:
        """Count a call, and say what is to go wrong with it."""
        with self._lock:
            self._calls[f"{service}:{operation}"] += 1
            for fault in self._faults:
                if (fault.service, fault.operation) != (service, operation) or fault.times <= 0:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None
