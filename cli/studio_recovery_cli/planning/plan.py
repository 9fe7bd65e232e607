"""Knows a plan: what would be copied from where to where, how much, how long and for how much money. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from studio_recovery.answers import says
from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery.waiting_line import Room
from studio_recovery_cli import words
from studio_recovery_cli.planning.mounts import Mount
from studio_recovery_cli.planning.prices import Prices
from studio_recovery_cli.planning.sizes import Speed

DATASYNC, HISTORY = "datasync", "history"
# DataSync makes two network interfaces for each location, and a copy has two.
ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How many bytes a copy is expected to move; `by` says who tells: DATASYNC, HISTORY, or nobody."""

    bytes_: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Tasks:
    """DataSync's tasks: the `room` for them, and how many the account and the module have now."""

    room: Room
    in_account: int
    ours: int

    @property
    def free(self) -> int:
        """How many copies can begin now."""
        return self.room.free(self.in_account, self.ours)

    @property
    def at_once(self) -> int:
        """How many copies can run side by side."""
        return max(1, self.room.free(self.in_account - self.ours, 0))


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: the owner's row as it asks for it, and the size that is expected."""

    row: Row
    size: Size

    @property
    def runs(self) -> bool:
        """True if it is being copied now."""
        return self.row.status is Status.RUNNING

    @property
    def source(self) -> str:
        """The home that is copied."""
        if self.runs and self.row.copying:
            return self.row.copying
        return self.row.next_source.home.key if self.row.next_source else ""

    @property
    def target(self) -> str:
        """The home that it is copied into."""
        return self.row.home.key if self.row.home else ""

    @property
    def after(self) -> list[Source]:
        """The homes that fill the gaps after it, the newest first: each, if the copy before it ended well."""
        waiting = sorted(self.row.sources, key=lambda source: source.order, reverse=True)
        return [source for source in waiting if not source.dormant and source.home.key != self.source]

    @property
    def then(self) -> list[str]:
        """The same, by file system and uid."""
        return [source.home.key for source in self.after]

    @property
    def file_systems(self) -> list[str]:
        """The file systems of both homes."""
        return [key.partition("/")[0] for key in (self.source, self.target)]


@dataclass(frozen=True, slots=True)
class Left:
    """An owner for whom nothing is copied, and why; `row` is how it would stand then."""

    row: Row
    refusal: str = ""

    @property
    def why(self) -> str:
        """Why nothing is copied."""
        return self.refusal or says(self.row)


@dataclass(frozen=True, slots=True)
class Plan:
    """Copies and all that speaks for or against them."""

    copies: Sequence[Copy]
    left: Sequence[Left]
    mounts: Sequence[Mount]
    tasks: Tasks
    speed: Speed
    prices: Prices | None

    @property
    def known(self) -> list[int]:
        """The sizes that somebody tells."""
        return [copy.size.bytes_ for copy in self.copies if copy.size.bytes_ is not None]

    @property
    def unknown(self) -> int:
        """How many copies there are of which nobody knows the size."""
        return len(self.copies) - len(self.known)

    @property
    def seconds(self) -> float | None:
        """How long all of them may take side by side; None if no size is known. Those of unknown size are left out."""
        each = [self.speed.seconds(size) for size in self.known]
        return max(*each, sum(each) / self.tasks.at_once) if each else None

    @property
    def cost(self) -> float | None:
        """What the copies of known size cost in dollars; None if no size or no price is known."""
        if self.prices is None or not self.known:
            return None
        return sum(self.prices.recovery(size) for size in self.known)

    @property
    def troubles(self) -> list[str]:
        """What would keep copies from running, in sentences."""
        return list(self._troubles())

    def _troubles(self) -> Iterator[str]:
        sources = {copy.file_systems[0] for copy in self.copies}
        targets = {copy.file_systems[1] for copy in self.copies}
        for mount in self.mounts:
            if mount.trouble and not (mount.is_gone and mount.file_system in sources - targets):
                yield mount.trouble
            elif mount.is_gone:
                yield f"{mount.trouble}: a copy from it ends SKIPPED"
            elif mount.free_addresses is not None and mount.free_addresses < ADDRESSES:
                yield (
                    f"{mount.subnet} has {mount.free_addresses} free addresses, and a copy needs {ADDRESSES} there"
                    f" ({2 * ADDRESSES} if both homes are mounted from it)"
                )


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as data (plan_fields.FIELDS)."""
    tasks = plan.tasks
    return {
        "copies": [_copy(copy, plan) for copy in plan.copies],
        "not_copied": [
            {
                "owner": str(left.row.owner),
                "status": str(left.row.status),
                "reason": left.row.reason or None,
                "why": left.why,
            }
            for left in plan.left
        ],
        "total": {
            "copies": len(plan.copies),
            "of_unknown_size": plan.unknown,
            "expected_bytes": sum(plan.known) if plan.known else None,
            "estimated_seconds": _whole(plan.seconds),
            "estimated_cost_usd": _cents(plan.cost),
        },
        "assumed": {
            "bytes_per_second": round(plan.speed.bytes_per_second),
            "speed_of_copies": plan.speed.copies,
            "priced": plan.prices.as_of if plan.prices else None,
        },
        "file_systems": [mount.as_data() for mount in plan.mounts],
        "room": {
            "task_quota": tasks.room.task_quota,
            "tasks_in_account": tasks.in_account,
            "max_concurrent": tasks.room.max_concurrent,
            "tasks_of_this_deployment": tasks.ours,
            "free": tasks.free,
        },
        "troubles": plan.troubles,
        "month": None,
    }


def _copy(copy: Copy, plan: Plan) -> dict[str, Any]:
    source, size = copy.row.source(copy.source), copy.size.bytes_
    chosen = source.selection.as_map() if source else {}
    return {
        "owner": str(copy.row.owner),
        "status": str(copy.row.status),
        "from": copy.source,
        "from_owner": (source.origin if source else "") or str(copy.row.owner),
        "to": copy.target,
        "selection": chosen or None,
        "verifies_everything": bool(source and source.unfinished),
        "then": copy.then,
        "expected_bytes": size,
        "expected_by": copy.size.by or None,
        "estimated_seconds": None if size is None else _whole(plan.speed.seconds(size)),
        "estimated_cost_usd": None if size is None or not plan.prices else _cents(plan.prices.recovery(size)),
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _cents(dollars: float | None) -> float | None:
    return None if dollars is None else round(dollars, 6)


def left_at(copy: Copy) -> str:
    """When the owner of the home was seen to be gone; nothing if nobody saw it."""
    source = copy.row.source(copy.source)
    return words.moment(source.left_at) if source and source.left_at else ""
