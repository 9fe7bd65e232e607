"""Makes the task of a run: finds where both homes can be mounted, opens a door into each, and joins them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from studio_recovery.aws.doors import Doors
from studio_recovery.aws.network import Network, Place
from studio_recovery.aws.options import Options
from studio_recovery.aws.transfers import Transfers
from studio_recovery.errors import AccountFull, CannotOpen, SourceGone
from studio_recovery.handlers.side_by_side import Doing, one_after_the_other
from studio_recovery.homes import Home
from studio_recovery.recovery import Run
from studio_recovery.sources import Source

# DataSync makes so many network interfaces for each side of a task
# (docs.aws.amazon.com/datasync/latest/userguide/required-network-interfaces.html).
_ADDRESSES, _SIDES = 2, 2


@dataclass(frozen=True, slots=True)
class Mounts:
    """What every copy of this deployment uses: the two access roles, and DataSync's log group.

    `options`: how files are copied. `opens_nfs`: a missing rule is added; else somebody else owns the rules.
    """

    read_role_arn: str
    write_role_arn: str
    log_group_arn: str
    options: Options = field(default_factory=Options)
    opens_nfs: bool = True


@dataclass(frozen=True, slots=True)
class Making:
    """What making a task needs. `doing` does what is to be done for both homes."""

    network: Network
    doors: Doors
    transfers: Transfers
    mounts: Mounts
    doing: Doing = one_after_the_other

    def task(self, run: Run, source: Source | None, again: bool, creating: int) -> str:
        """The ARN of the run's task, new; what an earlier try made of it is used if it is made `again`.

        `creating` tasks are being made. Raises AccountFull, SourceGone or CannotOpen.
        """
        homes = {"source": run.recovery.source, "target": run.recovery.target}
        found = self.doing(lambda side: self._place(homes[side], side, run), homes)
        places = dict(zip(homes, found, strict=True))
        _find_addresses(found, creating)
        systems = {home.file_system_id for home in homes.values()}
        earlier = {made.side: made.name for made in (self.transfers.locations_of(run.id, systems) if again else ())}
        folders = {"target": source.selection.into if source else ""}

        def located(side: str) -> str:
            known = earlier.get(side)
            return known or self._location(places[side], homes[side], side, run, folders.get(side, ""))

        locations = dict(zip(homes, self.doing(located, homes), strict=True))
        return self.transfers.create_task(locations, run, self.mounts.log_group_arn, self._how(source))

    def _place(self, home: Home, side: str, run: Run) -> Place:
        try:
            place = self.network.place(home.file_system_id, run.module)
        except SourceGone as gone:
            if side == "source":
                raise
            raise CannotOpen(f"the target's {gone}") from gone
        if self.mounts.opens_nfs:
            self.network.open_nfs(place, run)
        else:
            self.network.check_nfs(place)
        return place

    def _location(self, place: Place, home: Home, side: str, run: Run, into: str) -> str:
        door = self.doors.open(home, side, run, into)
        role = self.mounts.read_role_arn if side == "source" else self.mounts.write_role_arn
        return self.transfers.location(place, door, role, side, run)

    def _how(self, source: Source | None) -> dict[str, Any]:
        """How the task copies from this source. A run by hand has none that remembers, so it verifies everything."""
        if source is None:
            return self.mounts.options.as_request(verify_everything=True, fill_gaps=False)
        return self.mounts.options.as_request(source.unfinished, source.older, source.selection)


def _find_addresses(places: Collection[Place], creating: int) -> None:
    """Raises AccountFull while a subnet has no addresses for another task, and for the tasks that are being made.

    Where those will stand is not told, so each counts everywhere; it is over within seconds.
    """
    free = {place.subnet_arn: place.free_addresses for place in places}
    for subnet, needed in Counter(place.subnet_arn for place in places).items():
        left = free[subnet] - creating * _ADDRESSES * _SIDES
        if left < needed * _ADDRESSES:
            name = subnet.rpartition("/")[2]
            made = f", {creating} tasks are being made" if creating else ""
            raise AccountFull(f"{name} has {free[subnet]} free addresses{made}: a copy takes {needed * _ADDRESSES}")
