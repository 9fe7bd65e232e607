"""The life of a Studio resource: Pending, InService, Updating, Deleting, gone. Time alone moves it on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from localcloud.clock import Action, Clock
from localcloud.service import Record, Refusal


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Moves records from status to status as the clock goes on; `lock` is held while it does."""

    clock: Clock
    lock: threading.RLock

    def begin(self, record: Record, seconds: float, then: Action | None = None, end: str = "InService") -> Record:
        """Pending now, and after `seconds` InService or another `end`; `then` is what happens at that moment."""
        record |= {"CreationTime": self.clock.now()}
        self._move(record, "Pending", seconds, then, end)
        return record

    def change(self, record: Record, changes: Record, seconds: float) -> Record:
        """Updating now, with the changes, and InService again after `seconds`."""
        self._refuse_if_dying(record)
        record |= changes
        self._move(record, "Updating", seconds)
        return record

    def end(self, record: Record, seconds: float, gone: Callable[[], object]) -> None:
        """Deleting now; `gone` takes the record away after `seconds`."""
        self._refuse_if_dying(record)
        record.update(Status="Deleting", LastModifiedTime=self.clock.now())
        self.clock.later(seconds, lambda: self._locked(gone))

    def _move(
        self, record: Record, status: str, seconds: float, then: Action | None = None, end: str = "InService"
    ) -> None:
        record.update(Status=status, LastModifiedTime=self.clock.now())

        def settle() -> None:
            if record["Status"] == status:
                record.update(Status=end, LastModifiedTime=self.clock.now())
                if then:
                    then()

        self.clock.later(seconds, lambda: self._locked(settle))

    def _locked(self, action: Callable[[], object]) -> None:
        with self.lock:
            action()

    def _refuse_if_dying(self, record: Record) -> None:
        if record["Status"] == "Deleting":
            raise Refusal("ResourceInUse", f"{name_of(record)} is being deleted.")


def name_of(record: Record) -> str:
    """The name of an app, profile, space or domain."""
    return _first(record, ("AppName", "UserProfileName", "SpaceName", "DomainName"))


def arn_of(record: Record) -> str:
    """The ARN of an app, profile, space or domain."""
    return _first(record, ("AppArn", "UserProfileArn", "SpaceArn", "DomainArn"))


def _first(record: Record, names: tuple[str, ...]) -> str:
    return str(next(record[name] for name in names if name in record))
