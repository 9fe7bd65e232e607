"""Owners who are all made again at once: the whole chain with the product's own functions, in virtual time.

The cloud is the one of tests/histories: our SageMaker and DataSync, the real state machine walked state by state, and
lean doubles of the rest. The doubles change together with the product's functions, so nothing of them is kept twice.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from localcloud.datasync import CREATING_SECONDS
from localcloud.executions import SECONDS
from localcloud.service import Record
from tests.histories.chain import EVENT_SECONDS, Chain
from tests.histories.clients import Client
from tests.histories.cloud import PROFILES
from tests.histories.homes import File, Whose
from tests.histories.machine import COPY_TIMEOUT_SECONDS, Walk
from tests.histories.services import numbered
from tools.bench.lives import Life, Lives
from tools.bench.strands import Strands

QUOTA = 100
SHORTEST, LONGEST = 30.0, 90.0
# The subnets of a domain whose hundred copies take four addresses each.
ADDRESSES = 4_000
UNSETTLED = ("PENDING", "RUNNING")
STEP, PATIENCE = 60.0, 500_000.0
NOTES = "notes.txt"
OTHER_STATUSES = sum(seconds for status, seconds in SECONDS.items() if status != "cancel")
"""How many seconds a copy spends in DataSync's statuses beside what `takes` says."""
LONGEST_COPY = 8 * 24 * 3600
"""Seconds that a patient state machine gives to a copy."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm was like, in virtual seconds from the moment on at which the first event came."""

    owners: int
    makespan: float
    copies: tuple[float, ...]
    failed: int
    """Owners who are not recovered, or whose files are not there."""
    waits: tuple[float, ...]
    """For each recovery, from the start of its execution to its task."""
    transitions: tuple[int, ...]
    """Of each execution: states entered, and retries."""
    left_behind: int
    entered: float
    """When the first execution began."""
    lives: tuple[Life, ...]
    in_use: tuple[tuple[float, int], ...]
    quota: int = QUOTA

    @property
    def fairness(self) -> float:
        """The longest wait for a place by the median."""
        return max(self.waits) / median(self.waits)

    @property
    def gone(self) -> list[Life]:
        """The tasks that were deleted."""
        return [life for life in self.lives if life.deleted]

    @property
    def gaps(self) -> list[float]:
        """From each task's end to the CreateTask of who has its place next."""
        left = sorted(life.deleted for life in self.gone)
        came = sorted(life.created for life in self.gone)[self.quota :]
        return [later - sooner for sooner, later in zip(left, came, strict=False)]

    def ratio(self, creating: float = 0.0) -> float:
        """The makespan by its lower bound: all copies spread over all places, or the longest copy.

        `creating`: so many seconds does DataSync take a place for before its copy can begin.
        """
        taken = [copy + creating for copy in self.copies]
        return self.makespan / max(sum(taken) / self.quota, *taken)

    def row(self, head: Sequence[str], beside: dict[str, str]) -> tuple[str, ...]:
        """Its line in a table with this head; `beside` are the cells that say something else."""
        cells = beside | {
            "owners": f"{self.owners:,}",
            "makespan ratio": f"{self.ratio(CREATING_SECONDS):.2f}",
            "to the copies alone": f"{self.ratio():.2f}",
            "failed": str(self.failed),
            "transitions each": f"{mean(self.transitions):.1f}",
            "most": str(max(self.transitions)),
            "longest wait / median": f"{self.fairness:.1f}",
            "left behind": str(self.left_behind),
        }
        return tuple(cells[name] for name in head)


class Crowd(Chain):
    """The chain, in which each copy takes its time and everything that is measured is noted."""

    quota = QUOTA
    """So many tasks may the module have."""

    def __init__(self, seed: int) -> None:
        self.time = Strands()
        super().__init__(self._noted, self.time)
        self.max_concurrent = self.quota
        self.doing = self.time.side_by_side
        self.tries: Counter[str] = Counter()
        self.statuses: dict[str, str] = {}
        self.settled = 0.0
        chance, lengths = random.Random(seed), random.Random(seed + 1)  # noqa: S311 - no secrets
        cloud = self.cloud
        cloud.states.jitter = chance.random
        cloud.ec2.free_addresses = ADDRESSES
        self.copies_take(lambda: lengths.uniform(SHORTEST, LONGEST))
        self.lives = Lives(cloud.transfers.call, self.time.now)
        cloud.clients["datasync"] = Client(self.lives.call, self.time, cloud.troubles)
        cloud.once = Client(self.lives.call, self.time, cloud.troubles, repeats=False)
        self.domain_id = cloud.create_domain("lab")
        self.time.advance(STEP)

    def copies_take(self, seconds: Callable[[], float]) -> None:
        """Each copy takes as long as this says, with all of DataSync's statuses."""
        self.cloud.transfers.takes = lambda _: seconds() - OTHER_STATUSES

    def be_patient(self) -> None:
        """Copies may take longer than the two hours that the state machine gives them unless it is told otherwise."""
        states = self.cloud.states
        longer = json.dumps(states.definition).replace(str(COPY_TIMEOUT_SECONDS), str(LONGEST_COPY))
        states.definition = json.loads(longer)

    def move_in(self, owners: int) -> None:
        """So many owners are created, each with a file."""
        self.everybody(owners, "create_user_profile")
        self.until(lambda: len(self.statuses) == owners)
        for home in self.homes(owners):
            fs_id, _, uid = home.partition("/")
            self.cloud.homes.root(fs_id)[f"{uid}/{NOTES}"] = File(home, int(uid), Whose(""))

    def everybody(self, owners: int, does: str) -> None:
        """All owners are created, or deleted, at once."""
        for number in range(owners):
            self.cloud.studio.call(does, {"DomainId": self.domain_id, "UserProfileName": _name(number)})

    def made_again(self, owners: int) -> None:
        """The storm has begun: nobody does anything more."""

    def until(self, done: Callable[[], bool]) -> None:
        """Lets time pass until this is so. Raises TimeoutError."""
        end = self.time.now() + PATIENCE
        while not done():
            if self.time.now() > end:
                raise TimeoutError(Counter(self.statuses.values()))
            self.time.advance(STEP)

    def recovered(self, owners: int) -> int:
        """How many owners have their file, and a row that says so."""
        files = [NOTES in self.cloud.homes.of(home) for home in self.homes(owners)]
        return sum(
            there and self.statuses[f"user/{_name(number)}"] == "SUCCEEDED" for number, there in enumerate(files)
        )

    def homes(self, owners: int) -> list[str]:
        """The home of each owner, `fs-id/uid`."""
        domain = self.cloud.studio.domains()[self.domain_id]
        records = [self.cloud.studio.lives("user", self.domain_id, _name(number)) for number in range(owners)]
        return [f"{domain['HomeEfsFileSystemId']}/{one['HomeEfsFileSystemUid']}" for one in records if one]

    def at_rest(self) -> bool:
        """Whether every row is settled, and no execution runs."""
        return not self.cloud.states.running() and not set(self.statuses.values()) & set(UNSETTLED)

    def _noted(self, table: str, _: Record | None, new: Record) -> None:
        if table == PROFILES:
            status = self.statuses[new["profile_name"]["S"]] = new["replication_status"]["S"]
            self.settled = self.settled if status in UNSETTLED else self.time.now()

    def _work(self, resource: str, arguments: Record, walk: Walk) -> Record:
        self.tries[walk.name] += 1
        return super()._work(resource, arguments, walk)


def _name(number: int) -> str:
    return f"user-{number:05}"


def storm(owners: int, design: Callable[[int], Crowd] = Crowd, seed: int = 1) -> Storm:
    """So many owners with a file each are deleted, and all made again at once."""
    with numbered():
        crowd = design(seed)
        crowd.move_in(owners)
        crowd.everybody(owners, "delete_user_profile")
        crowd.time.advance(2 * STEP)
        began = crowd.time.now() + EVENT_SECONDS
        crowd.everybody(owners, "create_user_profile")
        crowd.made_again(owners)
        crowd.until(lambda: crowd.time.now() > began + STEP and crowd.at_rest())
        crowd.time.close()
        return _told(crowd, owners, began)


def _told(crowd: Crowd, owners: int, began: float) -> Storm:
    walks = crowd.cloud.states.walks
    tasks = {name: sum(entered in tasks_of(crowd) for entered in walk.entered) + 1 for name, walk in walks.items()}
    lives = tuple(crowd.lives.all.values())
    return Storm(
        owners,
        crowd.settled - began,
        tuple(life.ended - life.started for life in lives if life.started),
        owners - crowd.recovered(owners),
        tuple(life.created - walks[life.run].started for life in lives),
        tuple(len(walk.entered) + 1 + crowd.tries[name] - tasks[name] for name, walk in walks.items()),
        len(crowd.cloud.transfers.things()) + len(crowd.cloud.efs.points),
        min(walk.started for walk in walks.values()) - began,
        lives,
        tuple((moment - began, count) for moment, count in crowd.lives.in_use()),
        crowd.quota,
    )


def tasks_of(crowd: Crowd) -> set[str]:
    """The states that do something, each try of which is counted."""
    return {name for name, state in crowd.cloud.states.definition.items() if state["Type"] == "Task"}
