"""The storm: 10, 100 and 1,000 owners re-created at once, in virtual time on the whole chain."""

import multiprocessing
import os
import resource
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean

from localcloud.datasync import CREATING_SECONDS
from tools.bench.crowd import QUOTA, Storm, storm
from tools.bench.plots import Plot
from tools.bench.table import Table

OWNERS, SMALL = (10, 100, 1_000), (10, 100)
BARS, SAMPLES = 40, 240
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
        memory, cpu = f"{self.memory / 2**20:.0f} MB", f"{1000 * self.cpu / self.storm.owners:.0f} ms"
        return self.storm.row(HEAD, {"peak memory": memory, "CPU each": cpu})


def measure(small: bool) -> Table:
    """The table, in processes of their own unless it is the small one."""
    found = [measured(owners) for owners in SMALL] if small else apart(OWNERS)
    storms = [one.storm for one in found]
    rows = tuple(one.row() for one in found)
    after = f"{stages(storms[-1])}\n{machine()}"
    return Table(HEAD, rows, tuple(missed(storms)), after, tuple(pictures(storms[-1])))


def measured(owners: int) -> Measured:
    """A storm in this process."""
    began = time.process_time()
    found = storm(owners)
    return Measured(found, _peak(), time.process_time() - began)


@cache
def apart(sizes: tuple[int, ...]) -> list[Measured]:
    """Storms in processes of their own, two at a time, the largest first."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn, max_tasks_per_child=1) as processes:
        found = processes.map(measured, sorted(sizes, reverse=True))
        return sorted(found, key=lambda one: one.storm.owners)


def stages(storm: Storm) -> str:
    """Where the time of a place goes, in a sentence."""
    gone, gaps = storm.gone, storm.gaps
    parts = [
        f"{mean(life.started - life.created for life in gone):.1f} s from CreateTask to the start of the copy",
        f"{mean(life.ended - life.started for life in gone):.1f} s of copying",
        f"{mean(life.seen - life.ended for life in gone):.1f} s until its end is seen",
        f"{mean(life.deleted - life.seen for life in gone):.1f} s until the task is deleted",
        *([f"{mean(gaps):.1f} s until the next one's CreateTask"] if gaps else []),
    ]
    return f"A place among {storm.owners:,} owners, on average: {', '.join(parts)}.\n"


def machine() -> str:
    """On what this came about, in a sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"Measured with {os.cpu_count()} cores and {memory / 2**30:.0f} GB of memory.\n"


def pictures(storm: Storm) -> Iterator[tuple[str, str]]:
    """How long who waited for a place, and how many places were in use."""
    owners, longest = f"{storm.owners:,} owners at once", max(storm.waits)
    width = longest / BARS
    counts = Counter(min(int(wait / width), BARS - 1) for wait in storm.waits)
    heights = [float(counts[bar]) for bar in range(BARS)]
    waits = Plot(f"How long they wait for a place, {owners}", "seconds", "owners", (longest, max(heights)))
    yield "storm-waits.svg", waits.bars(heights, width)
    moments = [moment for moment, _ in storm.in_use]
    shown = [storm.makespan * sample / SAMPLES for sample in range(SAMPLES + 1)]
    used = [float(storm.in_use[bisect_right(moments, at) - 1][1]) if at >= moments[0] else 0.0 for at in shown]
    places = Plot(f"Places in use, {owners}", "seconds since the first event", "tasks", (storm.makespan, 1.1 * QUOTA))
    yield "storm-places.svg", places.lines({"in use": list(zip(shown, used, strict=True))})


def _peak() -> int:
    """The most memory that this process ever had, in bytes."""
    told = Path("/proc/self/status")
    if told.exists():
        line = next(line for line in told.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def missed(storms: list[Storm]) -> Iterator[str]:
    """The bounds that these storms miss; the first is the smallest, for the transitions."""
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
