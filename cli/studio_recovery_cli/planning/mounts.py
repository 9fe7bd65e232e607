"""Knows whether and where a file system can be mounted now: place, NFS, free addresses, and how much it holds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio_recovery.errors import CannotOpen, SourceGone

if TYPE_CHECKING:
    from studio_recovery.aws.network import Place
    from studio_recovery_cli.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system as a copy would find it. `trouble` says what keeps it from being mounted.

    `bytes_`: all that it holds, None if it is gone. `nfs_open`: None if it cannot be mounted. `opened_by_recovery`: the
    rule that is missing is added by the recovery.
    """

    file_system: str
    bytes_: int | None = None
    vpc: str = ""
    subnet: str = ""
    free_addresses: int | None = None
    nfs_open: bool | None = None
    opened_by_recovery: bool = False
    trouble: str = ""

    @property
    def is_gone(self) -> bool:
        """True if there is no such file system any more."""
        return self.bytes_ is None

    def as_data(self) -> dict[str, Any]:
        """What a plan tells of it."""
        return {
            "file_system": self.file_system,
            "bytes": self.bytes_,
            "vpc": self.vpc or None,
            "subnet": self.subnet or None,
            "free_addresses": self.free_addresses,
            "nfs_open": self.nfs_open,
            "opened_by_recovery": self.opened_by_recovery,
            "trouble": self.trouble or None,
        }


def mount_of(deployment: "Deployment", file_system: str, opens_nfs: bool) -> Mount:
    """How a copy would find this file system. `opens_nfs`: recoveries add a rule that is missing."""
    try:
        place = deployment.network.place(file_system, deployment.name)
    except SourceGone as gone:
        return Mount(file_system, trouble=str(gone))
    except CannotOpen as refused:
        return Mount(file_system, _bytes(deployment, file_system), trouble=str(refused))
    subnet_id = place.subnet_arn.rpartition("/")[2]
    subnet = deployment.client("ec2").describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
    is_open = bool(deployment.network.openings(place, deployment.name))
    trouble = "" if is_open else _why_not_opened(deployment, place, opens_nfs)
    return Mount(
        file_system=file_system,
        bytes_=_bytes(deployment, file_system),
        vpc=subnet["VpcId"],
        subnet=subnet_id,
        free_addresses=subnet["AvailableIpAddressCount"],
        nfs_open=is_open,
        opened_by_recovery=not is_open and not trouble,
        trouble=trouble,
    )


def _why_not_opened(deployment: "Deployment", place: "Place", opens_nfs: bool) -> str:
    """What would keep a recovery from adding the rule that is missing; nothing if it adds it."""
    try:
        if opens_nfs:
            deployment.network.check_opener(place)
        else:
            deployment.network.check_nfs(place)
    except CannotOpen as refused:
        return str(refused)
    return ""


def _bytes(deployment: "Deployment", file_system: str) -> int:
    found = deployment.client("efs").describe_file_systems(FileSystemId=file_system)["FileSystems"][0]
    return int(found["SizeInBytes"]["Value"])
