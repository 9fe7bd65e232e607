"""examples/domain-replacement: Terraform replaces the domain, and every home comes back by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.homes import Entry, Home, compare, look
from demo.ledger import Ledger
from demo.leftovers import leftovers, standing_rules
from demo.studio import Owner, make_network, wait_for
from demo.terraforms_domain import MadeDomain
from tests.conftest import TIME_SCALE, refused_for_good
from tests.e2e.terraforms_domain import holdings

ADA, EVE = Owner("user", "ada"), Owner("user", "eve")
GROUP, DRAFTS = Owner("space", "reading-group"), Owner("space", "drafts")
GUEST = Owner("user", "guest")
MADE_BY_TERRAFORM = (ADA, EVE, GROUP, DRAFTS)
SPACES = {
    "reading-group": {"owner": "ada", "sharing": "Shared"},
    "drafts": {"owner": "eve"},
}
# Of each domain: a file system with two mount targets, and two groups with three rules each.
KEPT = {
    "efs:describe_file_systems": 2,
    "ec2:describe_network_interfaces": 4,
    "ec2:describe_security_groups": 4,
    "ec2:describe_security_group_rules": 12,
}


@pytest.fixture
def own_cloud() -> Iterator[Cloud]:
    with local.running(TIME_SCALE, iam=True) as running:
        yield running
        assert refused_for_good(running) == []


def test_terraform_replaces_the_domain_and_every_home_comes_back(own_cloud: Cloud, work: Path) -> None:
    network = make_network(own_cloud)
    elsewhere = make_network(own_cloud, block="10.30")
    key = own_cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    before = holdings(own_cloud)
    variables = {
        "vpc_id": network.vpc_id,
        "subnet_ids": list(network.subnet_ids),
        "users": ["ada", "eve"],
        "spaces": SPACES,
        "deletion_protection": False,
        "delete_unknown_owners": True,
    }
    deployment = Deployment(own_cloud, work, "examples/domain-replacement")
    deployment.apply(variables)
    assert deployment.plan(variables) == []

    old = MadeDomain(own_cloud, deployment.output()["domain_id"])
    old.create(GUEST)
    a_guest_comes_back(old, ledger_of(own_cloud, deployment))
    assert standing_rules(own_cloud, "studio-recovery").total() == 1
    sketches = old.create_private_space("sketches", "ada")
    homes = old.work([*MADE_BY_TERRAFORM, sketches])
    kept = {owner: look(own_cloud.disk, home) for owner, home in homes.items()}

    assert_replaced_and_watched_meanwhile(deployment.plan(variables | {"kms_key_id": key}))
    variables["other_vpcs"] = [elsewhere.vpc_id]
    deployment.apply(variables)
    variables |= {
        "vpc_id": elsewhere.vpc_id,
        "subnet_ids": list(elsewhere.subnet_ids),
        "other_vpcs": [network.vpc_id],
        "kms_key_id": key,
    }
    assert_replaced_and_watched_meanwhile(deployment.plan(variables))
    deployment.apply(variables)
    assert deployment.plan(variables) == []

    new = MadeDomain(own_cloud, deployment.output()["domain_id"])
    assert (new.domain_id != old.domain_id, new.name) == (True, old.name)
    assert (new.describe()["KmsKeyId"], new.describe()["VpcId"]) == (key, elsewhere.vpc_id)
    ledger = ledger_of(own_cloud, deployment)
    for owner in MADE_BY_TERRAFORM:
        comes_back(own_cloud, ledger, owner, new.home(owner), kept[owner])
    comes_back(own_cloud, ledger, sketches, new.home(new.create_private_space("sketches", "ada")), kept[sketches])

    new.open_apps(*MADE_BY_TERRAFORM, sketches)
    deployment.destroy(variables)
    assert deployment.resources() == []
    assert {kind: count - before[kind] for kind, count in holdings(own_cloud).items() if count != before[kind]} == KEPT
    assert (leftovers(own_cloud, "studio-recovery"), standing_rules(own_cloud, "studio-recovery").total()) == ([], 0)
    assert {owner: look(own_cloud.disk, home) for owner, home in homes.items()} == kept


def ledger_of(cloud: Cloud, deployment: Deployment) -> Ledger:
    outputs = deployment.output()
    return Ledger(cloud, outputs["profile_table_name"], outputs["history_table_name"], "lab")


def assert_replaced_and_watched_meanwhile(planned: list[str]) -> None:
    """The plan replaces the domain, and touches nothing of the recovery."""
    assert "module.studio_domain.aws_sagemaker_domain.studio: replace" in planned
    assert [change for change in planned if change.startswith("module.studio_recovery.")] == []


def a_guest_comes_back(domain: MadeDomain, ledger: Ledger) -> None:
    """A recovery opens NFS in the domain's VPC."""
    first = domain.work([GUEST])[GUEST]
    wait_for("the guest in the ledger", lambda: ledger.knows(GUEST, first))
    domain.delete(GUEST)
    second = domain.create(GUEST)[GUEST]
    wait_for("the guest recovered", lambda: ledger.is_at_rest(GUEST, second))


def comes_back(cloud: Cloud, ledger: Ledger, owner: Owner, new: Home, kept: dict[str, Entry]) -> None:
    """Everything that the owner had lies in the new home, and is the owner's."""
    wait_for(f"{owner} recovered", lambda: ledger.is_at_rest(owner, new))
    assert {verdict.words for verdict in compare(kept, look(cloud.disk, new), new.uid)} == {"identical"}
