"""examples/own-key: everything that is kept lies under the caller's key, the functions run where the caller says, and
homes come back all the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.studio import Owner, Studio, make_network
from tests.conftest import TIME_SCALE, refused_for_good
from tests.e2e.lab import Lab
from tests.security.sizes import LONGEST_MANAGED_POLICY, longest

ADA = Owner("user", "ada")
NAME = "studio-recovery"
# As wide as an organisation's may be: nothing but what a recovery never needs is kept out.
BOUNDARY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["iam:Put*", "sagemaker:Delete*", "s3:*"], "Resource": "*"},
    ],
}


@pytest.fixture
def own_cloud() -> Iterator[Cloud]:
    with local.running(TIME_SCALE, iam=True) as running:
        yield running
        assert refused_for_good(running) == []


def keys(cloud: Cloud, outputs: dict[str, Any]) -> dict[str, str | None]:
    """The key under which each thing lies."""
    tables = {name: outputs[f"{name}_table_name"] for name in ("profile", "history")}
    tables["places"] = f"{NAME}-studioPlaces"
    described = {name: cloud.client("dynamodb").describe_table(TableName=table) for name, table in tables.items()}
    queue = cloud.client("sqs").get_queue_attributes(
        QueueUrl=outputs["failure_queue_url"], AttributeNames=["KmsMasterKeyId"]
    )
    topic = cloud.client("sns").get_topic_attributes(TopicArn=outputs["topic_arn"])["Attributes"]
    machine = cloud.client("stepfunctions").describe_state_machine(stateMachineArn=outputs["state_machine_arn"])
    schedule = cloud.client("scheduler").get_schedule(Name=f"{NAME}-seed", GroupName=f"{NAME}-seed")
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    functions = cloud.client("lambda").list_functions()["Functions"]
    return {
        **{f"table {name}": found["Table"]["SSEDescription"]["KMSMasterKeyArn"] for name, found in described.items()},
        "queue": queue["Attributes"]["KmsMasterKeyId"],
        "topic": topic["KmsMasterKeyId"],
        "machine": machine["encryptionConfiguration"].get("kmsKeyId"),
        "schedule": schedule.get("KmsKeyArn"),
        **{f"log {group['logGroupName']}": group.get("kmsKeyId") for group in groups if NAME in group["logGroupName"]},
        **{f"function {one['FunctionName']}": one.get("KMSKeyArn") for one in functions},
    }


def needless(cloud: Cloud, role: str) -> set[str]:
    """The services by way of which a role may use the key, though it may not call them and is not theirs."""
    iam = cloud.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    statements = [statement for policy in policies for statement in policy["Statement"]]
    actions = {
        action
        for one in statements
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    ways = [
        one["Condition"]["StringLike"]["kms:ViaService"]
        for one in statements
        if "kms:ViaService" in one.get("Condition", {}).get("StringLike", {})
    ]
    services = {way.partition(".")[0] for listed in ways for way in ([listed] if isinstance(listed, str) else listed)}
    return services - {action.partition(":")[0] for action in actions} - {"lambda", "scheduler"}


def test_all_of_it_lies_under_the_callers_key_and_homes_come_back(own_cloud: Cloud, tmp_path: Path) -> None:
    network = make_network(own_cloud)
    studio = Studio(own_cloud, "lab", network)
    iam = own_cloud.client("iam")
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(BOUNDARY))["Policy"]["Arn"]
    group = own_cloud.client("ec2").create_security_group(
        GroupName="functions", Description="To AWS", VpcId=network.vpc_id
    )["GroupId"]
    variables = {
        "vpcs": {"studio": network.vpc_id},
        "permissions_boundary": boundary,
        "functions_vpc": {"subnet_ids": list(network.subnet_ids), "security_group_ids": [group]},
        "deletion_protection": False,
    }
    deployment = Deployment(own_cloud, tmp_path / "example", "examples/own-key")
    deployment.apply(variables)
    outputs = deployment.output()

    assert deployment.plan(variables) == []
    found = keys(own_cloud, outputs)
    assert len(found) > 19
    assert {what: key for what, key in found.items() if key != outputs["kms_key_arn"]} == {}

    functions = own_cloud.client("lambda").list_functions()["Functions"]
    assert {tuple(sorted(one["VpcConfig"]["SubnetIds"])) for one in functions} == {tuple(sorted(network.subnet_ids))}
    assert [one["VpcConfig"]["SecurityGroupIds"] for one in functions] == [[group]] * len(functions)

    operator = longest(outputs["operator_policy_json"], NAME)
    assert ("ReadWhatTheKeyEncrypts" in operator, len(operator) <= LONGEST_MANAGED_POLICY) == (True, True), len(
        operator
    )

    lab = Lab(own_cloud, outputs, studio)
    files = lab.files(lab.move_in(ADA)[ADA])
    lab.move_out(ADA)
    homes = studio.create(ADA)
    lab.recovered(homes)
    assert (lab.files(homes[ADA]), lab.statuses(homes)) == (files, {"SUCCEEDED"})

    roles = [role for role in iam.list_roles()["Roles"] if role["RoleName"].startswith(f"{NAME}-")]
    assert len(roles) >= 11
    assert {role["Path"] for role in roles} == {"/platform/"}
    assert {role["RoleName"]: needless(own_cloud, role["RoleName"]) for role in roles} == {
        role["RoleName"]: set() for role in roles
    }
    bounds = [iam.get_role(RoleName=role["RoleName"])["Role"].get("PermissionsBoundary", {}) for role in roles]
    assert {bound.get("PermissionsBoundaryArn") for bound in bounds} == {boundary}

    deployment.destroy(variables)
    assert deployment.resources() == []
