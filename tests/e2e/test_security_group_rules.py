"""`security_group_rules = "terraform"`: the workflow touches no group, and modules/studio-access owns the rules."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.studio import Owner, Studio, make_network
from tests.e2e.lab import Lab
from tests.statemachine.machine import Machine

ADA = Owner("user", "ada")
# As a team writes it that owns the rules: one instance for each domain, the deleted one too.
ACCESS = """
variable "domain_ids" { type = set(string) }
variable "vpc_id" { type = string }
variable "group_id" { type = string }

module "studio_access" {
  source   = "../modules/studio-access"
  for_each = var.domain_ids

  domain_id                  = each.key
  vpc_id                     = var.vpc_id
  datasync_security_group_id = var.group_id
}
"""


@pytest.fixture
def own_cloud() -> Iterator[Cloud]:
    with local.running(0.02, iam=True) as running:
        yield running
        assert running.denied() == []


@pytest.fixture
def access(own_cloud: Cloud, tmp_path: Path) -> Deployment:
    """The team's own configuration."""
    folder = tmp_path / "team"
    (folder / "access").mkdir(parents=True)
    (folder / "access" / "main.tf").write_text(ACCESS)
    return Deployment(own_cloud, folder, "access")


def rules(cloud: Cloud) -> dict[str, tuple[str, ...]]:
    """Every rule of every group: on which group it stands, whom it admits, and the port."""
    pages = cloud.client("ec2").get_paginator("describe_security_group_rules").paginate()
    found = [rule for page in pages for rule in page["SecurityGroupRules"]]
    return {
        rule["SecurityGroupRuleId"]: (
            rule["GroupId"],
            rule.get("ReferencedGroupInfo", {}).get("GroupId", ""),
            str(rule.get("FromPort")),
        )
        for rule in found
    }


def inbound_group(cloud: Cloud, domain_id: str) -> str:
    named = [{"Name": "group-name", "Values": [f"security-group-for-inbound-nfs-{domain_id}"]}]
    return str(cloud.client("ec2").describe_security_groups(Filters=named)["SecurityGroups"][0]["GroupId"])


def rights(cloud: Cloud, role: str) -> list[dict[str, Any]]:
    """The statements of all policies of a role."""
    iam = cloud.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    read = [json.loads(document) if isinstance(document, str) else document for document in documents]
    return [statement for document in read for statement in document["Statement"]]


def test_a_recovery_changes_no_group_and_needs_the_rules_that_terraform_makes(
    own_cloud: Cloud, work: Path, access: Deployment
) -> None:
    """The domain is replaced and its old file system kept; both file systems need a rule before ada's files come."""
    network = make_network(own_cloud)
    old_domain = Studio(own_cloud, "lab", network)
    untouched = rules(own_cloud)
    variables = {
        "vpcs": {"studio": network.vpc_id},
        "security_group_rules": "terraform",
        "deletion_protection": False,
    }
    deployment = Deployment(own_cloud, work)
    deployment.apply(variables)
    outputs = deployment.output()
    datasync = outputs["datasync_security_group_ids"]["studio"]
    lab = Lab(own_cloud, outputs, old_domain)
    lab.move_in(ADA)
    lab.move_out(ADA)
    old_domain.end()
    lab.studio = new_domain = Studio(own_cloud, "lab", network)
    machine = Machine(own_cloud, outputs, new_domain)
    before = rules(own_cloud)

    new = new_domain.create(ADA)

    failed = machine.at_rest(ADA, "FAILED")
    old_group = inbound_group(own_cloud, old_domain.domain_id)
    assert f"CannotOpen: {old_group} must admit {datasync} on TCP 2049" in failed["reason"]
    assert f"file system {old_domain.file_system_id}" in failed["reason"]
    assert "modules/studio-access" in failed["reason"]
    assert (rules(own_cloud), machine.left()) == (before, [])
    actions = [action for one in rights(own_cloud, f"{outputs['name']}-open-homes") for action in one["Action"]]
    assert [action for action in actions if "SecurityGroupIngress" in action or action == "ec2:CreateTags"] == []

    given = {
        "domain_ids": [old_domain.domain_id, new_domain.domain_id],
        "vpc_id": network.vpc_id,
        "group_id": datasync,
    }
    access.apply(given)
    machine.ask_again(ADA)

    machine.at_rest(ADA, "SUCCEEDED")
    assert lab.files(new[ADA]) == {"ada.txt": lab.words(ADA)}
    made = {rule for name, rule in rules(own_cloud).items() if name not in before}
    groups = {inbound_group(own_cloud, domain.domain_id) for domain in (old_domain, new_domain)}
    assert made == {(group, datasync, "2049") for group in groups}
    assert access.plan(given) == []

    access.destroy(given)
    deployment.destroy(variables)

    assert rules(own_cloud).items() >= untouched.items()
    assert not any(datasync in rule for rule in rules(own_cloud).values())
    assert (access.resources(), deployment.resources()) == ([], [])
