"""How long it takes from a call to the start of its copy, and from the end of a copy to its outcome: our share.

Owners come back one after the other, each to a copy of another length, in virtual time: AWS answers each call within
50 ms. Left out is what others take: CloudTrail's delivery and SageMaker's making of a profile (the later of both), and
DataSync's making of a task and its copy. A second of computing counts nothing here; see cold_start and memory.
"""

import random
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from localcloud.datasync import CREATING_SECONDS
from localcloud.sagemaker import SECONDS as STUDIO_SECONDS
from localcloud.service import Record
from tests.histories.chain import EVENT_SECONDS, Fate
from tests.histories.cloud import PROFILES
from tests.histories.services import numbered
from tools.bench import real
from tools.bench.crowd import STEP, Crowd
from tools.bench.stages import Delay, rows
from tools.bench.table import Table

OWNERS, FEW_OWNERS = 400, 40
APART = 307.3
"""Seconds from one owner to the next: copies overlap, and none waits for a place."""
SHORTEST, LONGEST = 30.0, 24 * 3600.0
LATEST = 10.0
"""How many seconds later than usual CloudTrail may tell of a call."""
REAL_OWNERS = 24
HEAD = ("", "median", "99 of 100", "most")
MOST_TO_START = 5.0


class Passing(Crowd):
    """Owners who come back one after the other. What happened to each row is noted, with its time."""

    def __init__(self, seed: int) -> None:
        self.noted: dict[str, dict[str, float]] = {}
        super().__init__(seed)
        self.chance = random.Random(seed)  # noqa: S311 - no secrets
        self.be_patient()
        self.copies_take(lambda: SHORTEST * (LONGEST / SHORTEST) ** self.chance.random())

    def come_back(self, owners: int) -> list[tuple[float, float]]:
        """Each is made again, some time after the one before; when, and how long others took for it."""
        called = []
        for number in range(owners):
            late = self.chance.uniform(0.0, LATEST)
            self.event_fates.append(Fate(late=late))
            called.append((self.time.now(), max(EVENT_SECONDS + late, STUDIO_SECONDS["user-profile"])))
            asked = {"DomainId": self.domain_id, "UserProfileName": f"user-{number:05}"}
            self.cloud.studio.call("create_user_profile", asked)
            self.time.advance(APART)
        return called

    def _noted(self, table: str, old: Record | None, new: Record) -> None:
        super()._noted(table, old, new)
        if table == PROFILES:
            times = self.noted.setdefault(new["profile_name"]["S"].rpartition("/")[2], {})
            times[new["replication_status"]["S"]] = self.time.now()


def measure(small: bool) -> Table:
    """Median and 99th percentile of each stage; `small`: in virtual time only."""
    told = delays(FEW_OWNERS if small else OWNERS)
    virtual = [(f"virtual: {name}", *values) for name, *values in rows(told)]
    if small:
        return Table(HEAD, tuple(virtual), tuple(missed(told)))
    seen = real.delays(REAL_OWNERS)
    measured = [(f"real: {name}", *values) for name, *values in rows(seen)]
    return Table(HEAD, (*virtual, *measured), (*missed(told), *missed(seen)))


def delays(owners: int, seed: int = 1) -> list[Delay]:
    """What so many recoveries took."""
    with numbered():
        crowd = Passing(seed)
        crowd.move_in(owners)
        crowd.everybody(owners, "delete_user_profile")
        crowd.time.advance(2 * STEP)
        called = crowd.come_back(owners)
        crowd.until(crowd.at_rest)
        return list(_delays(crowd, called))


def _delays(crowd: Passing, called: list[tuple[float, float]]) -> Iterator[Delay]:
    lives = {life.run: life for life in crowd.lives.all.values()}
    for name, walk in crowd.cloud.states.walks.items():
        owner, life = walk.input["profile_name"].rpartition("/")[2], lives[name]
        (call, before), times = called[int(owner.rpartition("-")[2])], crowd.noted[owner]
        begun = (call + before, times["PENDING"], walk.started, life.created, life.started - CREATING_SECONDS)
        stages = tuple(later - earlier for earlier, later in pairwise(begun))
        yield Delay(stages, life.ended - life.started, times["SUCCEEDED"] - life.ended, before)


def missed(told: list[Delay]) -> Iterator[str]:
    """Which bounds these recoveries miss."""
    if (middle := median(one.start for one in told)) > MOST_TO_START:
        yield f"{middle:.1f} s from the call to the start of the copy, more than {MOST_TO_START:.0f} s"
    if late := [one for one in told if one.outcome > one.allowed]:
        yield f"{len(late)} of {len(told)} outcomes come later than the larger of 10 s and a tenth of the copy"
