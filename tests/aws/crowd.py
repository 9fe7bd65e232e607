"""Many profiles in twenty domains, and a SageMaker that answers ten calls a second: how the seed gets through them."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.inprocess import REGION, InProcessCloud
from studio_recovery.aws.calls import client
from studio_recovery.aws.studio import Studio
from tests.aws.conftest import empty_lab
from tests.aws.lab import Lab

DOMAINS = 20
RATE = 10
LATENCY_SECONDS = 0.02
WRITES = ("Put", "Update", "Delete", "TransactWrite", "BatchWrite", "Create", "Start", "Stop", "Cancel")


@dataclass(frozen=True, slots=True)
class Figures:
    """What it took to get through once: results of the invocations, calls, and virtual seconds."""

    told: tuple[dict[str, Any], ...]
    answered: int
    throttled: int
    writes: int
    seconds: float

    @property
    def lower_bound(self) -> float:
        """The seconds below which nobody gets so many answers."""
        return self.answered / RATE

    @property
    def ratio(self) -> float:
        """How much longer it took than it must."""
        return self.seconds / self.lower_bound


@contextmanager
def crowd(profiles: int, folder: Path) -> Iterator[Lab]:
    """A lab with so many profiles of which no event told, spread over the domains."""
    with InProcessCloud(folder) as cloud, _in_a_function():
        lab = empty_lab(cloud)
        cloud.behaviour.lose_events = True
        sagemaker = cloud.client("sagemaker")
        domains = [lab.create_domain(DomainName=f"lab-{number}") for number in range(DOMAINS)]
        for number in range(profiles):
            sagemaker.create_user_profile(DomainId=domains[number % DOMAINS], UserProfileName=f"user-{number}")
        cloud.clock.advance(60)
        cloud.behaviour.sagemaker_rate = RATE
        cloud.latency = LATENCY_SECONDS
        yield lab


def seed_until_complete(lab: Lab, lambda_seconds: float) -> Figures:
    """Invoke the seed, one invocation after the other, until it says that it got through all."""
    cloud = lab.cloud
    calls, throttled, began = Counter(cloud.faults.calls()), Counter(cloud.faults.throttled()), cloud.clock.now()
    told: list[dict[str, Any]] = []
    while not told or not told[-1]["complete"]:
        told.append(lab.seeded(seconds=lambda_seconds, studio=_patient(lab)))
        if told[-1]["to_look_at"] and not told[-1]["looked_at"]:
            raise RuntimeError(f"the seed gets nowhere: {told[-1]}")
    calls, throttled = Counter(cloud.faults.calls()) - calls, Counter(cloud.faults.throttled()) - throttled
    asked = sum(count for name, count in calls.items() if name.startswith("sagemaker:"))
    return Figures(
        tuple(told),
        asked - throttled.total(),
        throttled.total(),
        sum(count for name, count in calls.items() if name.partition(":")[2].startswith(WRITES)),
        cloud.clock.now() - began,
    )


def _patient(lab: Lab) -> Studio:
    """Studio through a client as the seed makes it, new as in a new function."""
    return Studio(client("sagemaker", patient=True), lab.cloud.clock.sleep)


@contextmanager
def _in_a_function() -> Iterator[None]:
    """The Region stands in the environment, as it does in Lambda."""
    os.environ["AWS_DEFAULT_REGION"] = REGION
    try:
        yield
    finally:
        del os.environ["AWS_DEFAULT_REGION"]
