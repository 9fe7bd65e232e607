"""Removes what a run made: its task, locations and access points, found by the run's name and tag."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.aws.doors import Doors
from studio_recovery.aws.transfers import Task, Transfers
from studio_recovery.errors import CopyStillRunning
from studio_recovery.recovery import Made

_Found = TypeVar("_Found")


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

    def remove(
        self, run_id: str, file_systems: set[str], module: str, freed: Callable[[], Iterable[str]] = tuple
    ) -> list[str]:
        """Removes all that this run made on these file systems; what AWS refused, with its code.

        `freed` is called as soon as the task is gone, and tells what it could not do. Raises CopyStillRunning until no
        copy runs.
        """
        left: list[str] = []
        tasks = [task for task in _looked(lambda: self.transfers.tasks()[1], left) if task.run_id == run_id]
        self.stop_copies(tasks)
        locations = _looked(lambda: self._locations(tasks, run_id, file_systems), left)
        doors = _looked(lambda: self._doors(run_id, file_systems, module), left)
        _remove(self.transfers.delete_task, [task.arn for task in tasks], left)
        left.extend(freed())
        _remove(self.transfers.delete_location, locations, left)
        _remove(self.doors.close, doors, left)
        return left

    def things(self, module: str) -> Iterator[Made]:
        """Everything that runs of the module made and that is there: tasks, locations, access points."""
        for task in self.transfers.tasks()[1]:
            yield Made(task.arn, task.run_id, file_system_id=task.target.partition("/")[0])
        yield from self.transfers.locations_of(None)
        yield from self.doors.of_module(module)

    def _locations(self, tasks: list[Task], run_id: str, file_systems: set[str]) -> list[str]:
        """A task tells its locations; without one, the tags of all locations on the file systems are read."""
        if tasks:
            return [arn for task in tasks for arn in self.transfers.locations_between(task.arn)]
        return [location.name for location in self.transfers.locations_of(run_id, file_systems)]

    def _doors(self, run_id: str, file_systems: set[str], module: str) -> Iterator[str]:
        for system in sorted(file_systems):
            yield from (door.name for door in self.doors.of_run(system, module, run_id))


def _looked(look: Callable[[], Iterable[_Found]], left: list[str]) -> list[_Found]:
    """What is found; nothing, and a note of it, if AWS refused to tell."""
    try:
        return list(look())
    except ClientError as error:
        left.append(f"{error.operation_name} ({code(error)})")
        return []


def _remove(remove: Callable[[str], None], names: Iterable[str], left: list[str]) -> None:
    """Removes each, with a note of those that AWS refused to remove."""
    for name in names:
        try:
            remove(name)
        except ClientError as error:
            left.append(f"{name} ({code(error)})")


def systems_by_run(things: Iterable[Made]) -> dict[str, set[str]]:
    """The ids of the runs that made these things, each with the file systems that they belong to."""
    found: dict[str, set[str]] = {}
    for thing in things:
        found.setdefault(thing.run_id, set()).add(thing.file_system_id)
    return found
