"""Removes what a run made: its task, locations and access points, found by the run's name and tag."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.aws.doors import Doors
from studio_recovery.aws.transfers import Task, Transfers
from studio_recovery.errors import CopyStillRunning


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing needs: the tasks and locations, and the access points."""

    transfers: Transfers
    doors: Doors

    def stop_copies(self, tasks: Iterable[Task]) -> None:
        """Cancels the copies of these tasks. Raises CopyStillRunning until they have ended."""
        copies = [copy for task in tasks if task.busy for copy in self.transfers.copies_of(task.arn)]
        for copy in copies:
            self.transfers.cancel(copy)
        if copies:
            raise CopyStillRunning(f"{', '.join(copies)} was cancelled and has not ended yet")

    def remove(self, run_id: str | None, file_systems: set[str], module: str) -> list[str]:
        """Removes all that this run (None: any run of the module) made on these file systems.

        What could not be removed, with AWS's reason. Raises CopyStillRunning until no copy runs.
        """
        _, tasks = self.transfers.tasks()
        mine = [task for task in tasks if run_id in (None, task.run_id)]
        self.stop_copies(mine)
        doors = [door.name for system in sorted(file_systems) for door in self.doors.of_run(system, module, run_id)]
        locations = [location.name for location in self.transfers.locations_of(file_systems, run_id)]
        left = _removed(self.transfers.delete_task, [task.arn for task in mine])
        left += _removed(self.transfers.delete_location, locations)
        return left + _removed(self.doors.close, doors)


def _removed(remove: Callable[[str], None], names: Iterable[str]) -> list[str]:
    """Removes each; those that AWS refused to remove, with its code."""
    left = []
    for name in names:
        try:
            remove(name)
        except ClientError as error:
            left.append(f"{name} ({code(error)})")
    return left
