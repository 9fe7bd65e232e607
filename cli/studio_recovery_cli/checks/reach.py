"""Knows whether DataSync reaches the homes: mount targets, the way through security groups, and free addresses.

What is looked at is what a recovery would take: Network.place chooses the same subnet and groups.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from studio_recovery.aws.network import NFS_PORT, Network, Place
from studio_recovery.errors import CannotOpen, SourceGone
from studio_recovery_cli.checks.file_systems import FileSystem
from studio_recovery_cli.checks.finding import Finding, all_of, bad, warning

WAY, ADDRESSES = "mount targets", "free addresses"
# Two network interfaces for each of the two locations:
# docs.aws.amazon.com/datasync/latest/userguide/required-network-interfaces.html
ADDRESSES_OF_A_COPY = 4
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Reach:
    """How DataSync would come to a file system. `refusal`: why not at all; `is_open`: NFS is let in already;
    `may_open`: a recovery may let it in, since SageMaker made the group; `free`: the subnet's free addresses."""

    file_system: FileSystem
    refusal: str = ""
    subnet: str = ""
    free: int = 0
    is_open: bool = True
    may_open: bool = True
    datasync_group: str = ""
    groups: tuple[str, ...] = ()


def find(network: Network, ec2: Any, file_systems: Iterable[FileSystem], module: str) -> list[Reach]:
    """How DataSync would come to each of these file systems; several are looked at side by side."""
    with ThreadPoolExecutor(_AT_ONCE, "reach") as pool:
        return list(pool.map(lambda one: _reach(network, ec2, one, module), file_systems))


def _reach(network: Network, ec2: Any, file_system: FileSystem, module: str) -> Reach:
    try:
        place = network.place(file_system.id, module)
    except (CannotOpen, SourceGone) as refused:
        return Reach(file_system, refusal=str(refused))
    subnet = place.subnet_arn.rpartition("/")[2]
    return Reach(
        file_system,
        subnet=subnet,
        free=ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"],
        is_open=bool(network.openings(place, module)),
        may_open=_may_open(network, place),
        datasync_group=place.datasync_group,
        groups=place.mount_target_groups,
    )


def _may_open(network: Network, place: Place) -> bool:
    try:
        network.check_opener(place)
    except CannotOpen:
        return False
    return True


def ways(reaches: Sequence[Reach], who_opens: str) -> list[Finding]:
    """Whether each file system can be mounted; `who_opens` is the module's security_group_rules."""
    found = [finding for reach in reaches if (finding := _way(reach, who_opens))]
    shut = sum(not reach.is_open for reach in reaches)
    later = f"; {shut} will be opened to DataSync by the first recovery" if shut else ""
    return all_of(WAY, found, f"DataSync reaches {_count(reaches)}{later}")


def _way(reach: Reach, who_opens: str) -> Finding | None:
    if reach.refusal:
        return bad(WAY, reach.refusal, "Until then every recovery from or to it fails.")
    if reach.is_open:
        return None
    groups, rule = " or ".join(reach.groups), f"TCP {NFS_PORT} from {reach.datasync_group}"
    said = f"{reach.file_system} lets DataSync in nowhere: {groups} must admit {rule}"
    if who_opens == "terraform":
        return bad(WAY, said, f"Apply modules/studio-access, or: studio-recovery grant {reach.file_system.id}")
    if not reach.may_open:
        return bad(WAY, said, "No recovery may add it, since SageMaker did not make the group: add the rule yourself.")
    return None


def addresses(reaches: Sequence[Reach], max_concurrent: int) -> list[Finding]:
    """Whether the subnets hold as many recoveries at once as the module's max_concurrent lets begin."""
    reached = [reach for reach in reaches if not reach.refusal]
    found = [finding for reach in reached if (finding := _address(reach, max_concurrent))]
    least = min((reach.free for reach in reached), default=0)
    said = f"{least} or more in each subnet, enough for {max_concurrent} recoveries at once"
    return all_of(ADDRESSES, found, said if reached else "no subnet to look at")


def _address(reach: Reach, max_concurrent: int) -> Finding | None:
    at_once = reach.free // ADDRESSES_OF_A_COPY
    if at_once >= max_concurrent:
        return None
    said = f"{reach.subnet} of {reach.file_system} has {reach.free}, enough for {at_once} recoveries at once"
    if not at_once:
        return bad(ADDRESSES, said, "Free some: every recovery there waits until then. Apps take addresses, too.")
    remedy = f"max_concurrent is {max_concurrent}: set it to {at_once}, or free addresses; more recoveries wait."
    return warning(ADDRESSES, said, remedy)


def _count(reaches: Sequence[Reach]) -> str:
    return "1 file system" if len(reaches) == 1 else f"{len(reaches)} file systems"
