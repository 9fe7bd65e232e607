"""Use case 5: `examples/existing-domains` takes in the domains that are there, and those that others add later."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment, TerraformError
from demo.homes import write
from demo.leftovers import standing_rules
from demo.studio import Network, Owner, Studio, make_network
from tests.conftest import RUNBOOK, TIME_SCALE
from tests.e2e.inventory import everything
from tests.e2e.lab import Lab

ADA, EVE, READING_GROUP = Owner("user", "ada"), Owner("user", "eve"), Owner("space", "reading-group")
GRACE = Owner("user", "grace")


@dataclass(frozen=True)
class Example:
    """The example, applied to an account that had a domain with owners before, and what the account held then."""

    cloud: Cloud
    network: Network
    studio: Studio
    deployment: Deployment
    variables: dict[str, Any]
    held: dict[str, int]

    def lab(self, studio: Studio) -> Lab:
        return Lab(self.cloud, self.deployment.output(), studio)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    with local.running(TIME_SCALE, iam=True) as cloud:
        network = make_network(cloud)
        studio = Studio(cloud, "lab", network)
        for owner, home in studio.create(ADA, EVE, READING_GROUP).items():
            studio.open_apps(owner)
            write(cloud.disk, home, "notebook.ipynb", str(owner).encode())
        held = everything(cloud)
        deployment = Deployment(cloud, tmp_path_factory.mktemp("example"), "examples/existing-domains")
        variables = {"vpcs": {"studio": network.vpc_id}, "runbook_url": RUNBOOK}
        deployment.apply(variables)
        yield Example(cloud, network, studio, deployment, variables, held)
        assert cloud.denied() == []


def test_owners_that_were_there_before_are_taken_in_at_apply_and_come_back(example: Example) -> None:
    """The seed says what it found; a user and a space that are re-created afterwards get their files back."""
    lab = example.lab(example.studio)
    found = lab.outputs["seed_result"]
    assert (found["domains"], found["owners"], found["protected"], found["unprotected"]) == (1, 3, 3, 0)
    assert found["complete"]
    lab.move_out(ADA, READING_GROUP)

    homes = example.studio.create(ADA, READING_GROUP)

    lab.recovered(homes)
    assert {owner: lab.files(home) for owner, home in homes.items()} == {
        owner: {"notebook.ipynb": str(owner).encode()} for owner in homes
    }
    assert lab.statuses(homes) == {"SUCCEEDED"}
    assert lab.history(EVE) == ["seeded"]


def test_a_domain_that_another_team_adds_later_is_taken_in_by_itself(example: Example) -> None:
    """Nobody applies anything: the users of the new domain are known from the start, and come back."""
    later = example.lab(Studio(example.cloud, "lab-of-another-team", example.network))
    later.move_in(GRACE)
    later.move_out(GRACE)

    homes = later.studio.create(GRACE)

    later.recovered(homes)
    assert later.files(homes[GRACE]) == {"grace.txt": later.words(GRACE)}
    assert later.statuses(homes) == {"SUCCEEDED"}
    later.studio.delete(GRACE)
    later.studio.end(keep_files=False)


def test_its_alarms_lead_to_the_runbook_that_the_caller_named(example: Example) -> None:
    found = example.cloud.client("cloudwatch").describe_alarms(AlarmNames=["studio-recovery-failed"])
    (alarm,) = found["MetricAlarms"]
    assert f"\nRead on: {RUNBOOK}#failed\n" in alarm["AlarmDescription"]


def test_the_applied_example_is_what_was_planned(example: Example) -> None:
    assert example.deployment.plan(example.variables) == []


def test_destroy_is_refused_under_protection_and_otherwise_leaves_nothing(example: Example) -> None:
    """The last test of this file: after it the example is gone."""
    lab = example.lab(example.studio)
    lab.move_out(EVE)
    lab.recovered(example.studio.create(EVE))
    assert standing_rules(example.cloud, "studio-recovery").total() == 1
    deployment, unprotected = example.deployment, example.variables | {"deletion_protection": False}
    made = deployment.resources()

    with pytest.raises(TerraformError, match="deletion_protection"):
        deployment.destroy(example.variables)

    assert deployment.resources() == made

    deployment.apply(unprotected)
    deployment.destroy(unprotected)

    assert deployment.resources() == []
    assert everything(example.cloud) == example.held
