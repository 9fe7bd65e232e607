"""examples/new-domain: network, domain and recovery in one apply; and gone without a trace although apps still run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment, TerraformError
from demo.homes import compare, look
from demo.ledger import Ledger
from demo.studio import Owner, wait_for
from demo.terraforms_domain import MadeDomain
from tests.conftest import TIME_SCALE, refused_for_good
from tests.e2e.terraforms_domain import holdings
from tools.iam_report import exemptions, use

ADA, EVE, GROUP = Owner("user", "ada"), Owner("user", "eve"), Owner("space", "reading-group")
USERS = {"users": ["ada", "eve"]}


@pytest.fixture
def own_cloud() -> Iterator[Cloud]:
    with local.running(TIME_SCALE, iam=True) as running:
        yield running
        assert refused_for_good(running) == []


def test_a_new_domain_is_made_recovers_from_the_first_minute_and_goes(own_cloud: Cloud, work: Path) -> None:
    before = holdings(own_cloud)
    deployment = Deployment(own_cloud, work, "examples/new-domain")
    deployment.apply(USERS)
    assert deployment.plan(USERS) == []
    outputs = deployment.output()
    assert (outputs["seed_result"]["protected"], outputs["seed_result"]["complete"]) == (3, True)

    domain = MadeDomain(own_cloud, outputs["domain_id"])
    ledger = Ledger(own_cloud, outputs["profile_table_name"], outputs["history_table_name"], domain.name)
    the_home_comes_back(own_cloud, domain, ledger)

    made = deployment.resources()
    with pytest.raises(TerraformError, match="deletion_protection"):
        deployment.destroy(USERS)
    assert deployment.resources() == made

    to_go = USERS | {"deletion_protection": False, "retain_home_file_system": False}
    deployment.apply(to_go)
    sketches = domain.create_private_space("sketches", "ada")
    domain.open_apps(ADA, GROUP)
    with pytest.raises(TerraformError, match=r"owners that Terraform did not make: space/sketches\. Nothing"):
        deployment.destroy(to_go)
    assert "module.studio_domain.aws_lambda_invocation.empty" in deployment.resources()
    assert domain.home(GROUP)

    domain.delete(sketches)
    deployment.destroy(to_go)
    assert deployment.resources() == []
    assert holdings(own_cloud) == before
    rights = use(own_cloud.ask("GET", "iam"), "studio-recovery-lab", exemptions())
    assert [right for right in rights.unused if right.role == "removal"] == []


def test_the_homes_stay_in_their_network_if_recovery_and_domain_go(own_cloud: Cloud, work: Path) -> None:
    deployment = Deployment(own_cloud, work, "examples/new-domain")
    variables = USERS | {"deletion_protection": False}
    deployment.apply(variables)
    domain = MadeDomain(own_cloud, deployment.output()["domain_id"])
    home = domain.work([ADA])[ADA]
    kept = look(own_cloud.disk, home)

    deployment.destroy(variables, "module.studio_recovery", "module.studio_domain")

    assert [address for address in deployment.resources() if address.startswith("module.")] == []
    ec2, efs = own_cloud.client("ec2"), own_cloud.client("efs")
    (system,) = efs.describe_file_systems()["FileSystems"]
    assert (system["FileSystemId"], look(own_cloud.disk, home)) == (home.file_system_id, kept)
    targets = efs.describe_mount_targets(FileSystemId=home.file_system_id)["MountTargets"]
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == len(targets) == 2
    groups = {group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"]} - {"default"}
    assert groups == {f"security-group-for-{way}-nfs-{domain.domain_id}" for way in ("inbound", "outbound")}


def the_home_comes_back(cloud: Cloud, domain: MadeDomain, ledger: Ledger) -> None:
    """Eve is deleted and made again."""
    old = domain.work([EVE])[EVE]
    kept = look(cloud.disk, old)
    domain.delete(EVE)
    wait_for("eve's end in the ledger", lambda: ledger.has_ended(EVE))
    new = domain.create(EVE)[EVE]
    wait_for("eve recovered", lambda: ledger.is_at_rest(EVE, new))
    assert {verdict.words for verdict in compare(kept, look(cloud.disk, new), new.uid)} == {"identical"}
