"""How the local cloud misbehaves on request: faults of single calls, and lasting bad behaviour."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any, Literal


class Killed(BaseException):
    """The function that made a call is dead: no `except Exception` of its own has a say in it."""


@dataclass
class Fault:
    """The next `times` calls of an operation (after the first `after` ones) fail, lose their answer, or are late.

    `service` and `operation` may be patterns, such as `Describe*`. `when="after"`: the call is carried out and its
    answer lost. `delay` is in real seconds. `seconds`: from when it is asked for, however many calls there are, in
    seconds as AWS counts them. `members` are further members of the error. `kills` names the function that dies.
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
    seconds: float = 0.0
    members: dict[str, Any] = field(default_factory=dict)
    kills: str = ""

    def concerns(self, service: str, operation: str) -> bool:
        """Whether it is about calls of this operation."""
        return fnmatchcase(service, self.service) and fnmatchcase(operation, self.operation)


@dataclass
class Behaviour:
    """Switches that last until they are set back."""

    ignore_access_points: bool = False
    """DataSync behaves as if no location had an access point: root writes, into the access point's directory."""
    lose_events: bool = False
    """CloudTrail's events never reach the bus."""
    delay_events: int = 0
    """So many seconds later than usual a call's event reaches the bus: one that is not delayed overtakes it."""
    repeat_events: int = 0
    """So many times more than once each of CloudTrail's events reaches the bus."""
    creations_fail: bool = False
    """A profile or space made meanwhile stays Pending for minutes, and is Failed then."""
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
    domain_names_repeat: bool = False
    """A domain may have the name of another one, which no page of AWS rules out in words."""
    sagemaker_rate: int = 0
    """Calls a second that SageMaker answers, a second's worth at once; what is more is throttled. 0: all."""

    def set(self, changes: dict[str, Any]) -> None:
        """Change the named switches; raises ValueError for a name that is none."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in changes.items():
            if name not in known or not isinstance(value, known[name]):
                raise ValueError(f"no behaviour {name}={value!r}; there are {known}")
            setattr(self, name, value)


class Throttle:
    """A token bucket, as AWS throttles: so many calls a second, and a second's worth at once. `now`: in seconds.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html says how; SageMaker publishes no rates.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._filled = 0.0
        self._tokens = 0.0

    def takes(self, rate: int) -> bool:
        """Whether one more call goes through now; one that does not takes nothing away."""
        now = self._now()
        self._tokens = min(float(rate), self._tokens + (now - self._filled) * rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Faults:
    """The faults that were asked for, and the count of every call that came in.

    `now`: the time in seconds; `scale`: how much of it passes in a second of AWS.
    """

    def __init__(self, now: Callable[[], float] = time.time, scale: float = 1.0) -> None:
        self.behaviour = Behaviour()
        self.kill: Callable[[str], None] = _die
        """Ends the function of this name, which is in the middle of a call."""
        self._now, self._scale = now, scale
        self._throttle = Throttle(now)
        self._throttled: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        self._faults: list[tuple[Fault, float | None]] = []
        self._lock = threading.Lock()

    def add(self, **fault: Any) -> None:
        """Ask for a fault; the names and their meaning are those of `Fault`."""
        asked = Fault(**fault)
        with self._lock:
            self._faults.append((asked, self._now() + asked.seconds * self._scale if asked.seconds else None))

    def clear(self) -> None:
        """Behave well again, as far as single calls go."""
        with self._lock:
            self._faults.clear()

    def calls(self) -> dict[str, int]:
        """How often each `service:Operation` was called."""
        with self._lock:
            return dict(sorted(self._calls.items()))

    def throttled(self) -> dict[str, int]:
        """How often each `service:Operation` was throttled; these calls are counted in `calls` as well."""
        with self._lock:
            return dict(sorted(self._throttled.items()))

    def next(self, service: str, operation: str) -> Fault | None:
        """Count a call, and say what is to go wrong with it."""
        with self._lock:
            self._calls[f"{service}:{operation}"] += 1
            rate = self.behaviour.sagemaker_rate
            if service == "sagemaker" and rate and not self._throttle.takes(rate):
                self._throttled[f"{service}:{operation}"] += 1
                return Fault(service, operation, "ThrottlingException", 400, message="Rate exceeded")
            for fault, end in self._faults:
                lasts = fault.times > 0 if end is None else self._now() < end
                if not lasts or not fault.concerns(service, operation):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None


def _die(function: str) -> None:
    raise Killed(function)
