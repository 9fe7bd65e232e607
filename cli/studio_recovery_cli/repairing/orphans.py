"""Knows orphans: file systems that SageMaker made for a domain that is gone, whose homes they hold, what they cost."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from studio_recovery.owners import Owner, owner_named
from studio_recovery.rows import Line, Row
from studio_recovery.statuses import Word
from studio_recovery_cli import words
from studio_recovery_cli.outcomes import is_of_all
from studio_recovery_cli.planning.prices import Prices, Stored

TAG = "ManagedByAmazonSageMakerResource"
_DOMAIN_ARN = re.compile(r"arn:[a-z-]+:sagemaker:([a-z0-9-]+):([0-9]{12}):domain/(d-[a-z0-9-]+)")

# Writes a command line for whoever is to type it.
Typed = Callable[[str], str]


class State(StrEnum):
    """What the ledger says of an old home."""

    WAITING = "waiting"
    """Its files are still to be copied."""
    LAST = "last home"
    """The owner had no other since, and is copied from it when it is created again."""
    SET_ASIDE = "set aside"
    """Dormant: found empty, or rejected."""
    COPIED = "copied"
    """A recovery of it succeeded, or found nothing."""
    KNOWN = "known"
    """The history names it, and nothing more."""


@dataclass(frozen=True, slots=True)
class FileSystem:
    """A file system that SageMaker made for this domain. `several_zones`: as Studio's are, and as prices are for."""

    id: str
    domain_id: str
    created_at: int
    stored: Stored
    several_zones: bool = True


@dataclass(frozen=True, slots=True)
class OldHome:
    """A home on an orphan, whose it was, and when the ledger last heard of it (ms since 1970; 0: never said).

    `waits_for`: the owners who are still to get its files.
    """

    key: str
    owner: Owner
    state: State
    last_seen: int
    owner_lives: bool
    waits_for: tuple[Owner, ...] = ()

    @property
    def file_system_id(self) -> str:
        """The id of its file system."""
        return self.key.partition("/")[0]


@dataclass(slots=True)
class _Seen:
    last_seen: int = 0
    state: State = State.KNOWN
    waits_for: set[Owner] = field(default_factory=set)


@dataclass(slots=True)
class Homes:
    """Old homes on these file systems, as rows and history tell of them."""

    file_systems: Collection[str]
    _seen: dict[tuple[str, Owner], _Seen] = field(default_factory=dict)
    _living: set[Owner] = field(default_factory=set)
    _copied: dict[str, int] = field(default_factory=dict)

    def read(self, row: Row) -> None:
        """What a row says."""
        gone = row.deleted_at or row.home is None or row.home.file_system_id in self.file_systems
        if not gone:
            self._living.add(row.owner)
        if row.home:
            self._say(row.home.key, row.owner, row.deleted_at or row.event_time, State.LAST)
        for source in row.sources:
            state = State.SET_ASIDE if source.dormant else State.WAITING
            owner = owner_named(source.origin, "origin") if source.origin else row.owner
            # What another owner set aside says nothing of the owner's own wish.
            if owner == row.owner or state is State.WAITING:
                self._say(source.home.key, owner, source.left_at, state, row.owner)

    def hear(self, owner: Owner, line: Line) -> None:
        """What a line of the history says."""
        told = line.details
        if told.get("efs_sys_id") and told.get("efs_uid"):
            self._say(f"{told['efs_sys_id']}/{told['efs_uid']}", owner, line.at)
        if line.what in (Word.SUCCEEDED, Word.SKIPPED) and told.get("source") and is_of_all(told):
            self._copied[str(told["source"])] = line.at

    def all(self) -> Iterator[OldHome]:
        """The homes, sorted by file system and owner."""
        for (key, owner), seen in sorted(self._seen.items(), key=lambda item: (item[0][0], str(item[0][1]))):
            is_copied = seen.state is State.KNOWN and key in self._copied
            state = State.COPIED if is_copied else seen.state
            waits_for = tuple(sorted(seen.waits_for, key=str))
            yield OldHome(key, owner, state, seen.last_seen, owner in self._living, waits_for)

    def _say(self, key: str, owner: Owner, at: int, state: State = State.KNOWN, waits_for: Owner | None = None) -> None:
        if key.partition("/")[0] not in self.file_systems:
            return
        seen = self._seen.setdefault((key, owner), _Seen())
        seen.last_seen = max(seen.last_seen, at)
        if state is State.WAITING and waits_for:
            seen.waits_for.add(waits_for)
        # Whoever waits for it counts more than that it is somebody's last one, or set aside for another.
        if state is not State.KNOWN and seen.state is not State.WAITING:
            seen.state = state


def made_by_sagemaker(described: Iterable[Mapping[str, Any]], region: str, account: str) -> Iterator[FileSystem]:
    """Of file systems as DescribeFileSystems tells them, those that SageMaker made for a domain of this place."""
    for one in described:
        tags = {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])}
        found = _DOMAIN_ARN.fullmatch(tags.get(TAG, ""))
        if found and found.groups()[:2] == (region, account):
            created = round(one["CreationTime"].timestamp() * 1000)
            yield FileSystem(
                one["FileSystemId"], found[3], created, stored_of(one), not one.get("AvailabilityZoneName")
            )


def stored_of(described: Mapping[str, Any]) -> Stored:
    """What lies on a file system, by class. EFS meters every hour or so: a fresh one says 0."""
    size = described.get("SizeInBytes", {})
    infrequent, archive = int(size.get("ValueInIA") or 0), int(size.get("ValueInArchive") or 0)
    standard = int(size.get("Value") or 0) - infrequent - archive
    return Stored(max(0, standard), infrequent, archive, described.get("ThroughputMode") == "elastic")


def as_item(one: FileSystem, homes: Iterable[OldHome], prices: Prices | None, typed: Typed) -> dict[str, Any]:
    """An orphan as data."""
    own = [home for home in homes if home.file_system_id == one.id]
    cost = prices.month(one.stored) if prices and one.several_zones else None
    return {
        "file_system_id": one.id,
        "domain_id": one.domain_id,
        "domain_name": next((home.owner.domain_name for home in own), None),
        "created_at": words.iso(one.created_at),
        "size_bytes": {
            "standard": one.stored.standard,
            "infrequent_access": one.stored.infrequent_access,
            "archive": one.stored.archive,
            "total": one.stored.total,
        },
        "monthly_cost_usd": None if cost is None else round(cost, 4),
        "priced": prices.as_of if prices and cost is not None else None,
        "homes": [home_item(home, typed) for home in own],
    }


def home_item(home: OldHome, typed: Typed) -> dict[str, Any]:
    """An old home as data; its command restores it, if the owner is there to get it."""
    return {
        "home": home.key,
        "owner": str(home.owner),
        "state": str(home.state),
        "last_seen": words.iso(home.last_seen),
        "owner_exists": home.owner_lives,
        "waits_for": [str(owner) for owner in home.waits_for],
        "command": typed(f"restore {home.owner} --from {home.key}") if home.owner_lives else None,
    }


def of_gone_owners(rows: Iterable[Row], orphans: Collection[str]) -> Iterator[OldHome]:
    """The last homes, on file systems that are still a domain's, of owners who are gone."""
    for row in rows:
        if row.deleted_at and row.home and row.home.file_system_id not in orphans:
            yield OldHome(row.home.key, row.owner, State.LAST, row.deleted_at, owner_lives=False)
