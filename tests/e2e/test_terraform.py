"""The module stays applied, and goes without a trace."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment, TerraformError
from demo.homes import write
from demo.ledger import Ledger
from demo.leftovers import standing_rules
from demo.studio import Owner, Studio, make_network, wait_for

ADA = Owner("user", "ada")
LISTS = {
    ("dynamodb", "list_tables"): "TableNames",
    ("lambda", "list_functions"): "Functions",
    ("lambda", "list_event_source_mappings"): "EventSourceMappings",
    ("stepfunctions", "list_state_machines"): "stateMachines",
    ("sqs", "list_queues"): "QueueUrls",
    ("events", "list_rules"): "Rules",
    ("iam", "list_roles"): "Roles",
    ("logs", "describe_log_groups"): "logGroups",
    ("ec2", "describe_security_groups"): "SecurityGroups",
    ("ec2", "describe_security_group_rules"): "SecurityGroupRules",
    ("datasync", "list_tasks"): "Tasks",
    ("datasync", "list_locations"): "Locations",
    ("efs", "describe_access_points"): "AccessPoints",
    ("efs", "describe_file_systems"): "FileSystems",
}


@pytest.fixture
def own_cloud() -> Iterator[Cloud]:
    with local.running(0.02, iam=True) as running:
        yield running
        assert running.denied() == []


def everything(cloud: Cloud) -> dict[str, int]:
    """How many things of each kind the account holds."""
    return {
        operation: len(getattr(cloud.client(service), operation)().get(field, []))
        for (service, operation), field in LISTS.items()
    }


def test_a_second_plan_changes_nothing(deployment: Deployment, variables: dict[str, Any]) -> None:
    assert deployment.plan(variables) == []


def test_destroy_is_refused_under_protection_and_otherwise_leaves_nothing(own_cloud: Cloud, work: Path) -> None:
    network = make_network(own_cloud)
    studio = Studio(own_cloud, "lab", network)
    studio.create(ADA)
    before = everything(own_cloud)
    variables = {"vpcs": {"studio": network.vpc_id}}
    deployment = Deployment(own_cloud, work, "examples/existing-domains")
    deployment.apply(variables)
    outputs = deployment.output()
    recover(own_cloud, studio, Ledger(own_cloud, outputs["profile_table_name"], outputs["history_table_name"], "lab"))
    assert standing_rules(own_cloud, "studio-recovery").total() == 1
    made = deployment.resources()

    with pytest.raises(TerraformError, match="deletion_protection"):
        deployment.destroy(variables)

    assert deployment.resources() == made

    deployment.apply(variables | {"deletion_protection": False})
    deployment.destroy(variables | {"deletion_protection": False})

    assert deployment.resources() == []
    assert everything(own_cloud) == before


def recover(cloud: Cloud, studio: Studio, ledger: Ledger) -> None:
    """Let ada, whom the seed took in, be deleted and come back."""
    studio.open_apps(ADA)
    old = studio.home(ADA)
    write(cloud.disk, old, "notebook.ipynb", b"{}")
    wait_for("ada in the ledger", lambda: ledger.knows(ADA, old))
    studio.delete(ADA)
    new = studio.create(ADA)[ADA]
    wait_for("ada recovered", lambda: ledger.is_at_rest(ADA, new))
