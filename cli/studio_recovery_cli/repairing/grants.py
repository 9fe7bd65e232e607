"""Knows how NFS is opened for people who work by hand, and closed again: which rules stand, whose, and what goes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from studio_recovery.aws.network import NFS_PORT, Maker, Network, Opening, Place
from studio_recovery.errors import CannotOpen, SourceGone
from studio_recovery.rows import Row
from studio_recovery_cli.exits import Trouble, Usage

_ID = re.compile(r"fs-[0-9a-z]{1,40}")
KEPT, ADDED, REVOKED = "kept", "added", "revoked"
# Of whom a rule is that this module may take back.
OURS = (Maker.HAND, Maker.RUN)


@dataclass(frozen=True, slots=True)
class Grant:
    """How NFS of a file system stands for DataSync. `group` is DataSync's; both are empty if no place is known."""

    file_system_id: str
    group: str
    targets: tuple[str, ...]
    rules: tuple[tuple[Opening, str], ...]

    @property
    def changed(self) -> bool:
        """True if a rule was added or revoked."""
        return any(change != KEPT for _, change in self.rules)

    def as_item(self) -> dict[str, Any]:
        """The grant as data."""
        return {
            "file_system_id": self.file_system_id,
            "datasync_group": self.group or None,
            "mount_target_groups": list(self.targets),
            "port": NFS_PORT,
            "open": any(change != REVOKED for _, change in self.rules),
            "changed": self.changed,
            "rules": [
                {
                    "rule_id": rule.rule_id,
                    "group_id": rule.group_id,
                    "admits": rule.admits,
                    "made_by": str(rule.maker),
                    "change": change,
                }
                for rule, change in self.rules
            ],
        }

    def draw(self, console: Console) -> None:
        """The grant for people."""
        for rule, change in self.rules:
            console.print(f"{change:<8}{line(rule)}", soft_wrap=True)
        is_open = self.as_item()["open"]
        state = "open to" if is_open else "closed to"
        console.print(
            f"{self.file_system_id}: NFS is {state} {self.group or 'DataSync'}.",
            style="green" if is_open else "yellow",
            soft_wrap=True,
        )


def line(rule: Opening) -> str:
    """A rule in words."""
    return f"{rule.rule_id} on {rule.group_id} admits {rule.admits} (made by {rule.maker.removeprefix('by ')})"


def checked(file_system_id: str) -> str:
    """The id, if it can be one. Raises Usage if not."""
    if not _ID.fullmatch(file_system_id):
        raise Usage(f"{file_system_id} is not a file system's id, such as fs-0123456789abcdef0")
    return file_system_id


def place_of(network: Network, file_system_id: str, module: str) -> Place:
    """Where DataSync can mount the file system. Raises Trouble if it cannot be mounted at all."""
    try:
        return network.place(file_system_id, module)
    except (CannotOpen, SourceGone) as error:
        raise Trouble(str(error)) from error


def check_opener(network: Network, place: Place) -> None:
    """Raises Trouble if no group of the mount target may be changed."""
    try:
        network.check_opener(place)
    except CannotOpen as error:
        raise Trouble(str(error)) from error


def granted(network: Network, place: Place, module: str) -> Grant:
    """Opens NFS where it is not open yet."""
    before = network.openings(place, module)
    if not before:
        network.open_by_hand(place, module)
    rules = [(rule, KEPT if before else ADDED) for rule in network.openings(place, module)]
    return Grant(place.file_system_id, place.datasync_group, place.mount_target_groups, tuple(rules))


def standing(network: Network, file_system_id: str, module: str) -> Grant:
    """What a revocation finds: also rules made by hand for a file system that cannot be mounted any more."""
    by_hand = network.opened_by_hand(file_system_id, module)
    try:
        place = network.place(file_system_id, module)
    except (CannotOpen, SourceGone):
        if not by_hand:
            raise
        return Grant(file_system_id, "", (), tuple((rule, KEPT) for rule in by_hand))
    rules = {rule.rule_id: rule for rule in [*network.openings(place, module), *by_hand]}
    found = tuple((rule, KEPT) for rule in rules.values())
    return Grant(file_system_id, place.datasync_group, place.mount_target_groups, found)


def revocable(grant: Grant) -> list[Opening]:
    """The rules that the module made, by hand or by its recoveries."""
    return [rule for rule, _ in grant.rules if rule.maker in OURS]


def revoked(network: Network, grant: Grant) -> Grant:
    """Takes back the rules that the module made."""
    ours = revocable(grant)
    for rule in ours:
        network.close(rule)
    rules = tuple((rule, REVOKED if rule in ours else KEPT) for rule, _ in grant.rules)
    return Grant(grant.file_system_id, grant.group, grant.targets, rules)


def warnings(rules: Iterable[Opening], under_way: Sequence[Row]) -> list[str]:
    """What whoever revokes these rules should know first."""
    said = []
    if any(rule.maker is Maker.RUN for rule in rules):
        said.append("A rule that a recovery made serves all recoveries; the next one that needs it makes it again.")
    if under_way:
        names = ", ".join(str(row.owner) for row in under_way[:5])
        more = f" and {len(under_way) - 5} more" if len(under_way) > 5 else ""
        said.append(f"Copies on this file system run now, and would lose it: {names}{more}.")
    return said
