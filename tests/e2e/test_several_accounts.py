"""Use case 9: `examples/multi-account` applies the module to two accounts, and each recovers its own homes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.homes import write
from demo.leftovers import leftovers
from demo.studio import Owner, Studio, make_network
from tests.conftest import TIME_SCALE
from tests.e2e.inventory import everything
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")
ACCOUNTS = {"development": "222233334444", "production": "333344445555"}
NAME = "studio-recovery"


@pytest.fixture
def tools() -> Iterator[Cloud]:
    """A cloud, seen by the account in which Terraform runs."""
    with local.running(TIME_SCALE, iam=True) as running:
        yield running
        assert running.denied() == []


def may_be_assumed(account: Cloud, by: str) -> str:
    """The ARN of a role that may do everything in an account, and that another account may assume."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{by}:root"}}
    rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam = account.client("iam")
    iam.create_role(RoleName="terraform", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    iam.put_role_policy(RoleName="terraform", PolicyName="all", PolicyDocument=json.dumps({"Statement": [rights]}))
    return f"arn:aws:iam::{account.account}:role/terraform"


def seen(account: Cloud) -> dict[str, Any]:
    """What an account can see of recoveries: its rows, its history, its executions and its copies."""
    tables = [f"{NAME}-studioUser", f"{NAME}-studioUserHistory"]
    rows = {table: account.client("dynamodb").scan(TableName=table)["Items"] for table in tables}
    machine = f"arn:aws:states:eu-west-1:{account.account}:stateMachine:{NAME}-recovery"
    executions = account.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    copies = account.client("datasync").list_task_executions()["TaskExecutions"]
    return rows | {"executions": len(executions), "copies": len(copies), "rules": everything(account)}


def test_two_accounts_are_looked_after_from_one_configuration_and_know_nothing_of_each_other(
    tools: Cloud, work: Path
) -> None:
    """Domains, users and uids are equal in both; what happens in one account is neither seen nor done in the other."""
    accounts = {label: tools.seen_by(number) for label, number in ACCOUNTS.items()}
    labs = {}
    variables: dict[str, Any] = {"deletion_protection": False}
    for label, account in accounts.items():
        network = make_network(account)
        variables[label] = {"role_arn": may_be_assumed(account, tools.account), "vpcs": {"studio": network.vpc_id}}
        outputs = {
            "name": NAME,
            "profile_table_name": f"{NAME}-studioUser",
            "history_table_name": f"{NAME}-studioUserHistory",
            "state_machine_arn": f"arn:aws:states:eu-west-1:{account.account}:stateMachine:{NAME}-recovery",
        }
        labs[label] = Lab(account, outputs, Studio(account, "lab", network))
    nothing = everything(tools)
    held = {label: everything(account) for label, account in accounts.items()}
    deployment = Deployment(tools, work, "examples/multi-account")
    deployment.apply(variables)

    assert deployment.plan(variables) == []
    told = deployment.output()
    assert told["state_machine_arns"] == {label: lab.outputs["state_machine_arn"] for label, lab in labs.items()}
    assert told["profile_table_names"] == {label: lab.outputs["profile_table_name"] for label, lab in labs.items()}
    assert {found["domains"] for found in told["seed_results"].values()} == {1}
    for label, lab in labs.items():
        (other,) = (account for name, account in accounts.items() if name != label)
        before = seen(other)
        (old,) = lab.move_in(ADA).values()
        write(tools.disk, old, "account.txt", label.encode())
        files = lab.files(old)
        lab.move_out(ADA)

        homes = lab.studio.create(ADA)

        lab.recovered(homes)
        assert lab.files(homes[ADA]) == files
        assert lab.statuses(homes) == {"SUCCEEDED"}
        assert lab.uids(homes[ADA]) == {(homes[ADA].uid, 0)}
        assert leftovers(lab.cloud, NAME) == []
        assert seen(other) == before
    assert everything(tools) == nothing

    deployment.destroy(variables)

    assert deployment.resources() == []
    assert {label: everything(account) for label, account in accounts.items()} == held
    assert everything(tools) == nothing
