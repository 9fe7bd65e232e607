"""The deployed state machine; after each test the local cloud behaves well again."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Network, Studio
from tests.statemachine.machine import Machine

BAD = {"break_copies": False, "skip_files": False, "copies_hang": False, "tasks_stay_creating": False}


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Machine:
    return Machine(cloud, outputs, Studio(cloud, "lab-of-paths", network))


@pytest.fixture
def machine(deployed: Machine) -> Iterator[Machine]:
    yield deployed
    behave_well(deployed.cloud)


def behave_well(cloud: Cloud) -> None:
    """Take all faults and bad behaviour back."""
    cloud.ask("DELETE", "faults")
    cloud.behave(**BAD, task_quota=100)
