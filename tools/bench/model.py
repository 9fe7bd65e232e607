"""Three thousand and ten thousand owners in a model, which is held against the whole chain where that can be had.

The model knows places, who is next, and how long each stage of a place's life takes. The stages are measured in a storm
of 300 owners; when the end of a copy is seen, and when who waits in line looks again, the real state machine says.
"""

import heapq
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from statistics import mean, median

from localcloud.datasync import CREATING_SECONDS
from tests.histories.clients import LATENCY
from tests.histories.machine import evaluated, states
from tools.bench.crowd import LONGEST, QUOTA, SHORTEST, Storm
from tools.bench.storm import MOST_TRANSITIONS, WORST_FAIRNESS, WORST_RATIO, apart
from tools.bench.table import Table

MEASURED, CHECKED, OWNERS = 300, (10, 100, 1_000), (3_000, 10_000)
TOLERANCE = 0.03
LOOK, LINE = "Wait for the copy", "Wait for a place"
HEAD = ("owners", "how", "makespan ratio", "to the copies alone", "transitions each", "longest wait / median")


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a place's life in seconds; `begun` is when the first execution began."""

    begun: float
    opening: float
    creating: float
    closing: float
    handing_on: float
    transitions: float
    """Of an execution that need not wait, without its looks at the copy."""


def measure(small: bool) -> Table:
    """The chain's figures and the model's beside each other, then the model's alone."""
    checked = CHECKED[:2] if small else CHECKED
    found = {one.storm.owners: one.storm for one in apart(tuple(sorted({*checked, MEASURED})))}
    stages = stages_of(found[MEASURED])
    modelled = {owners: model(owners, stages) for owners in (*checked, *OWNERS)}
    missed = [*_apart(found, modelled), *_missed(modelled)]
    told = [(word, one[owners]) for owners in checked for word, one in (("chain", found), ("model", modelled))]
    told += [("model", modelled[owners]) for owners in OWNERS]
    return Table(HEAD, tuple(one.row(HEAD, {"how": word}) for word, one in told), tuple(missed))


def stages_of(storm: Storm) -> Stages:
    """How long the stages took in a storm that had more owners than places."""
    looked = mean(_looks(copy)[0] for copy in storm.copies)
    return Stages(
        begun=storm.entered,
        opening=min(storm.waits),
        creating=median(life.started - life.created for life in storm.gone),
        closing=median(life.deleted - life.seen for life in storm.gone),
        handing_on=mean(storm.gaps),
        transitions=mean(storm.transitions) - 3 * looked - mean(_in_line(wait) for wait in storm.waits),
    )


def model(owners: int, stages: Stages, seed: int = 1) -> Storm:
    """So many owners, who have places one after the other."""
    lengths = random.Random(seed + 1)  # noqa: S311 - no secret
    free = [0.0] * QUOTA
    copies, waits, transitions, end = list[float](), list[float](), list[int](), 0.0
    for _ in range(owners):
        created = max(heapq.heappop(free), stages.begun + stages.opening)
        copies.append(lengths.uniform(SHORTEST, LONGEST))
        waits.append(created - stages.begun)
        looks, seen = _looks(copies[-1])
        transitions.append(round(stages.transitions + 3 * looks + _in_line(waits[-1])))
        left = created + stages.creating + seen + stages.closing
        end = max(end, left)
        heapq.heappush(free, left + stages.handing_on)
    return Storm(owners, end, tuple(copies), 0, tuple(waits), tuple(transitions), 0, stages.begun, (), ())


def _looks(copy: float) -> tuple[int, float]:
    """How often a copy of this length is looked at, and when its end is seen."""
    waited = seen = 0.0
    looks = 0
    while seen < copy:
        seconds = _until_next_look(waited)
        waited, seen, looks = waited + seconds, seen + seconds + LATENCY, looks + 1
    return looks, seen


def _in_line(wait: float) -> int:
    """How many states one enters more who waits so long for a place."""
    waited = 0.0
    entered = 0
    while waited < wait - CREATING_SECONDS and LINE in states():
        waited += _patience(waited)
        entered += 2
    return entered


@cache
def _until_next_look(waited: float) -> float:
    return float(evaluated(states()[LOOK]["Seconds"], {"waited": waited}))


@cache
def _patience(waited: float) -> float:
    context = {"State": {"EnteredTime": _iso(waited)}, "Execution": {"StartTime": _iso(0)}}
    return float(evaluated(states()[LINE]["TimeoutSeconds"], {"states": {"context": context}}))


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _apart(found: dict[int, Storm], modelled: dict[int, Storm]) -> Iterator[str]:
    for owners in found.keys() & modelled.keys():
        for what, real, told in (
            ("makespan", found[owners].makespan, modelled[owners].makespan),
            ("transitions", mean(found[owners].transitions), mean(modelled[owners].transitions)),
        ):
            if abs(told / real - 1) > TOLERANCE:
                yield f"{owners} owners: the model says {what} {told:.1f}, the chain {real:.1f}"


def _missed(modelled: dict[int, Storm]) -> Iterable[str]:
    few = mean(modelled[CHECKED[0]].transitions)
    for owners in OWNERS:
        one = modelled[owners]
        figures = one.ratio(CREATING_SECONDS), one.fairness, mean(one.transitions) / few
        bounds = WORST_RATIO, WORST_FAIRNESS, MOST_TRANSITIONS
        if any(figure > bound for figure, bound in zip(figures, bounds, strict=True)):
            yield f"{owners} owners: makespan, fairness or transitions too high: {figures}"
