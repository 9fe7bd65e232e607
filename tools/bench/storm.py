"""The storm: 10, 100 and 1,000 owners re-created at once, in virtual time on the whole chain."""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from localcloud.datasync import CREATING_SECONDS
from tools.bench.crowd import Storm, storm
from tools.bench.table import Table

OWNERS, SMALL = (10, 100, 1_000), (10, 100)
WORST_RATIO, WORST_FAIRNESS, MOST_TRANSITIONS = 1.2, 4.0, 1.5
HEAD = (
    "owners",
    "makespan ratio",
    "to the copies alone",
    "failed",
    "transitions each",
    "most",
    "longest wait / median",
    "left behind",
    "peak memory",
    "CPU each",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A storm, and what its process took: bytes at most, and seconds of CPU."""

    storm: Storm
    memory: int
    cpu: float

    def row(self) -> tuple[str, ...]:
        """Its line in the table."""
        storm = self.storm
        return (
            f"{storm.owners:,}",
            f"{storm.ratio(CREATING_SECONDS):.2f}",
            f"{storm.ratio():.2f}",
            str(storm.failed),
            f"{mean(storm.transitions):.1f}",
            str(max(storm.transitions)),
            f"{storm.fairness:.1f}",
            str(storm.left_behind),
            f"{self.memory / 2**20:.0f} MB",
            f"{1000 * self.cpu / storm.owners:.0f} ms",
        )


def measure(small: bool) -> Table:
    """The table, in processes of their own unless it is the small one."""
    found = [measured(owners) for owners in SMALL] if small else apart(OWNERS)
    return Table(HEAD, tuple(one.row() for one in found), tuple(_missed([one.storm for one in found])))


def render(table: Table) -> str:
    """The table, and the machine on which it came about."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{table.markdown()}\nMeasured with {os.cpu_count()} cores and {memory / 2**30:.0f} GB of memory.\n"


def measured(owners: int) -> Measured:
    """A storm in this process."""
    began = time.process_time()
    found = storm(owners)
    return Measured(found, _peak(), time.process_time() - began)


def apart(sizes: Iterable[int]) -> list[Measured]:
    """Storms in processes of their own, two at a time, the largest first."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn, max_tasks_per_child=1) as processes:
        found = processes.map(measured, sorted(sizes, reverse=True))
        return sorted(found, key=lambda one: one.storm.owners)


def _peak() -> int:
    """The most memory that this process ever had, in bytes."""
    told = Path("/proc/self/status")
    if told.exists():
        line = next(line for line in told.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _missed(storms: list[Storm]) -> Iterator[str]:
    few = mean(storms[0].transitions)
    for one in storms:
        each = mean(one.transitions)
        if (ratio := one.ratio(CREATING_SECONDS)) > WORST_RATIO:
            yield f"{one.owners} owners: makespan {ratio:.2f} times the lower bound, more than {WORST_RATIO}"
        if one.failed:
            yield f"{one.owners} owners: {one.failed} not recovered"
        if one.fairness > WORST_FAIRNESS:
            yield f"{one.owners} owners: the longest wait is {one.fairness:.1f} times the median"
        if each > MOST_TRANSITIONS * few:
            yield f"{one.owners} owners: {each:.1f} transitions each, {few:.1f} at {storms[0].owners}"
