"""Watches whom the product calls: no place for a task is given to two (law 9)."""

from dataclasses import dataclass, field

from studio_recovery.waiting_line import HELD_FOR_MS
from tests.histories.chain import Actor
from tests.histories.cloud import Cloud
from tests.histories.machine import Walk
from tests.histories.truth import Truth


@dataclass
class PlacesWatch:
    """`called` are, by run, those that were woken, and when."""

    truth: Truth
    cloud: Cloud
    max_concurrent: int
    actors: list[Actor]
    called: dict[str, tuple[Walk, float]] = field(default_factory=dict)

    def woken(self, walk: Walk) -> None:
        """A run that waited in line is woken. With all that take a place it must be within what is allowed.

        Whom a cancel wakes is to end, and gets no place.
        """
        if self.actors and self.actors[-1].name == "admin":
            return
        now = self.cloud.clock.now()
        self.called[walk.name] = walk, now
        tasks = {task["Name"].rpartition(":")[2] for task in self.cloud.transfers.tasks().values()}
        coming = {name for name, (one, at) in self.called.items() if one is walk or _comes(one, now - at)}
        self.truth.tell(f"{walk.name[:6]} is called")
        if len(tasks | coming) > self.max_concurrent:
            self.truth.breaks(9, f"{walk.name} is called, and {sorted(tasks | coming - {walk.name})} have the places")


def _comes(walk: Walk, seconds: float) -> bool:
    """Whether one that was called is still about to make its task. Who has to try again may have let its place go."""
    is_opening = walk.status == "RUNNING" and walk.at in ("Wait for a place", "Open both homes")
    return is_opening and not walk.retries and seconds * 1000 < HELD_FOR_MS
