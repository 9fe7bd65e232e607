"""An incident, from the shell only: what happened, what would be done, do it, what failed and why, mend it.

Two domains are replaced while the rule is switched off. Terraform owns the rules on Studio's groups here, so a recovery
whose group lets nothing in fails until somebody opens it.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.homes import Home
from demo.leftovers import leftovers
from demo.studio import Network, Owner, Studio, make_network, wait_for
from tests.cli.shell import Result, Shell, shell_of
from tests.e2e.lab import Homes, Lab

ADA, GROUP = Owner("user", "ada"), Owner("space", "reading-group")
GRACE = Owner("user", "grace")


@pytest.fixture
def own_cloud() -> Iterator[Cloud]:
    with local.running(0.02, iam=True) as running:
        yield running
        assert running.denied() == []


@pytest.fixture
def own_network(own_cloud: Cloud) -> Network:
    return make_network(own_cloud)


@pytest.fixture
def own_outputs(own_cloud: Cloud, own_network: Network, work: Path) -> dict[str, Any]:
    deployment = Deployment(own_cloud, work)
    vpcs = {"studio": own_network.vpc_id}
    deployment.apply({"vpcs": vpcs, "security_group_rules": "terraform", "seed_schedule": "rate(30 days)"})
    return deployment.output()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "module"


@pytest.fixture
def shell(own_cloud: Cloud, own_outputs: dict[str, Any], tmp_path: Path) -> Shell:
    home = tmp_path / "home"
    home.mkdir()
    return shell_of(own_cloud, "people-on-call", own_outputs["operator_policy_json"], home)


def typed(shell: Shell, *words: str) -> Result:
    """A command that must end well."""
    told = shell.process(*words)
    assert told.status == 0, told.err
    return told


def state(shell: Shell) -> dict[str, Any]:
    said: dict[str, Any] = typed(shell, "status", "--output", "json").data
    return said


def replaced(lab: Lab, network: Network, *owners: Owner) -> Homes:
    """Delete the domain and make it and its owners again; nobody tells the module."""
    lab.studio.delete(*owners)
    lab.studio.end()
    lab.studio = Studio(lab.cloud, lab.studio.name, network)
    return lab.studio.create(*owners)


def is_quiet(shell: Shell) -> bool:
    told = state(shell)
    return bool(told["progress"] == [])


def test_a_replaced_domain_is_brought_back_from_the_shell(
    own_cloud: Cloud, own_network: Network, own_outputs: dict[str, Any], shell: Shell
) -> None:
    lab = Lab(own_cloud, own_outputs, Studio(own_cloud, "lab", own_network))
    annex = Lab(own_cloud, own_outputs, Studio(own_cloud, "annex", own_network))
    before = lab.move_in(ADA, GROUP) | annex.move_in(GRACE)
    for one in (lab, annex):
        typed(shell, "grant", one.studio.file_system_id, "--yes")
    assert "Nothing needs" in typed(shell, "status").out

    # The rule is off, and both domains are replaced.
    own_cloud.client("events").disable_rule(Name="studio-recovery-created")
    after = replaced(lab, own_network, ADA, GROUP) | replaced(annex, own_network, GRACE)
    typed(shell, "grant", lab.studio.file_system_id, "--yes")

    # What is the state?
    told = typed(shell, "status")
    assert "6 owners are not as the ledger says: studio-recovery seed" in told.out
    assert "the rule that hears of new owners is switched off: studio-recovery doctor" in told.out
    assert shell.process("status", "--check").status == 3

    # What would happen?
    would = typed(shell, "seed", "--dry-run")
    for owner, name in ((ADA, "lab"), (GROUP, "lab"), (GRACE, "annex")):
        ways = f"{owner}@{name} +seeded +PENDING +{key(before[owner])} +{key(after[owner])}"
        assert re.search(ways, would.out), would.out
    assert lab.files(after[ADA]) == {}

    # Do it.
    typed(shell, "seed")
    wait_for("recoveries at rest", partial(is_quiet, shell))
    assert lab.files(after[ADA]) == lab.files(before[ADA]) == {"ada.txt": lab.words(ADA)}
    assert annex.files(after[GRACE]) == {}

    # Did it work?
    assert "1 recovery waits for you: studio-recovery failures" in typed(shell, "status").out
    failed = shell.process("failures")
    assert "user/grace@annex  FAILED" in failed.out
    assert "keeps DataSync's group" in failed.out
    assert f"\n    studio-recovery grant {annex.studio.file_system_id}\n" in failed.out
    assert "\n    studio-recovery retry user/grace@annex\n" in failed.out

    # Mend it.
    typed(shell, "grant", annex.studio.file_system_id, "--yes")
    own_cloud.client("events").enable_rule(Name="studio-recovery-created")
    typed(shell, "retry", "user/grace@annex", "--yes")
    assert "SUCCEEDED" in typed(shell, "show", "user/grace@annex", "--follow").out
    assert annex.files(after[GRACE]) == {"grace.txt": annex.words(GRACE)}
    assert "Nothing needs a person" in typed(shell, "status", "--check").out
    assert leftovers(own_cloud, own_outputs["name"]) == []


def key(home: Home) -> str:
    return f"{home.file_system_id}/{home.uid}"
