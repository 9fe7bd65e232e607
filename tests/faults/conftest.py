"""An account in one process, and a deployment on a local cloud; nothing may be left after a fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Network, Studio, wait_for
from localcloud.inprocess import InProcessCloud
from tests.aws.conftest import empty_lab
from tests.aws.lab import Lab
from tests.statemachine.conftest import behave_well
from tests.statemachine.machine import Machine


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Lab]:
    with InProcessCloud(tmp_path) as cloud:
        lab = empty_lab(cloud)
        lab.create_domain()
        lab.delivered = len(cloud.events)
        yield lab


@pytest.fixture(scope="session")
def shared(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Machine:
    return Machine(cloud, outputs, Studio(cloud, "lab-of-faults", network))


@pytest.fixture
def chain(shared: Machine) -> Iterator[Machine]:
    """The whole chain, with IAM enforced. Law 6: nothing is left once the fault is over and a seed has run."""
    yield shared
    behave_well(shared.cloud)
    shared.cloud.behave(lose_events=False, delay_events=0, repeat_events=0, creations_fail=False)
    wait_for("nothing left", lambda: shared.seed()["complete"] and shared.left() == [])
