"""No test sees the AWS settings of the person who runs it; those that need the whole chain share one deployment."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.studio import Network, make_network
from tests.refusals import for_good
from tests.statemachine.machine import WALKED

TIME_SCALE = 0.02
RUNBOOK = "https://git.example.com/docs/operating.md"
# The last file of this folder looks back at what the others did with their deployment.
TOGETHER = "tests/statemachine/"
# What takes minutes comes first: at the end there are small files left for whichever worker is free.
LONG = (
    "tests/e2e/test_security.py",
    "tests/security/test_",
    TOGETHER,
    "tests/e2e/",
    "tests/cli/test_",
    "tests/faults/",
    "tests/terraform/",
    "tests/histories/",
    "tests/bench/",
    "tests/aws/",
)

local.forget_the_callers_aws()
# A shell tells what it starts in the background to ignore Ctrl-C. What tests start must not inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """Of two workers each takes whole files; each has a cloud and a deployment of its own, if it needs them."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """How tests are shared between workers."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first, each as it is."""
    items.sort(key=lambda item: next((i for i, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much of the state machine was walked, whichever worker walked it."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    told = [pair for report in reports for pair in getattr(report, "user_properties", ())]
    for said in dict.fromkeys(said for name, said in told if name == WALKED):
        terminalreporter.write_line(f"{WALKED}: {said}")


def refused_for_good(cloud: Cloud) -> list[str]:
    """What IAM refused and ought not to have."""
    return for_good(cloud.ask("GET", "iam")["decisions"])


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """A local cloud for the whole session; suites that need less have a `cloud` of their own."""
    with local.running(TIME_SCALE, iam=True) as running:
        yield running
        assert refused_for_good(running) == []


@pytest.fixture(scope="session")
def network(cloud: Cloud) -> Network:
    return make_network(cloud)


@pytest.fixture(scope="session")
def other_network(cloud: Cloud) -> Network:
    """A second VPC; no subnet of it lies in a zone of the first."""
    return make_network(cloud, zones="c", block="10.30")


@pytest.fixture(scope="session")
def variables(network: Network, other_network: Network) -> dict[str, Any]:
    vpcs = {"studio": network.vpc_id, "other": other_network.vpc_id}
    # A test that wants the schedule asks for it: elsewhere it would now and then be quicker than an event.
    return {"vpcs": vpcs, "seed_schedule": "rate(30 days)", "runbook_url": RUNBOOK}


@pytest.fixture(scope="session")
def deployment(cloud: Cloud, variables: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    applied = Deployment(cloud, tmp_path_factory.mktemp("module"))
    applied.apply(variables)
    return applied


@pytest.fixture(scope="session")
def outputs(deployment: Deployment) -> dict[str, Any]:
    return deployment.output()
