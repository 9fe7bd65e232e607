"""One lab for each test: two subnets in two zones, DataSync's group, both tables, a state machine, and the domain."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.inprocess import InProcessCloud
from tests.aws.lab import HISTORY, NAME, PLACES, PROFILES, Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with InProcessCloud(tmp_path) as cloud:
        empty = empty_lab(cloud)
        empty.create_domain()
        empty.delivered = len(cloud.events)
        yield empty


@pytest.fixture
def empty_account(tmp_path: Path) -> Iterator[Lab]:
    with InProcessCloud(tmp_path) as cloud:
        yield empty_lab(cloud)


@pytest.fixture
def recreated(lab: Lab) -> Lab:
    """Ada left her notes, and was made again."""
    lab.come_back({"notebook.ipynb": "{}", "notes.txt": "remember"})
    return lab


def empty_lab(cloud: InProcessCloud) -> Lab:
    ec2 = cloud.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{cloud.region}{zone}")
        for n, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(
        GroupName=f"{NAME}-datasync",
        Description="DataSync",
        VpcId=vpc_id,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": NAME, "Value": NAME}]}],
    )["GroupId"]
    _create_tables(cloud)
    return Lab(cloud, vpc_id, [subnet["Subnet"]["SubnetId"] for subnet in subnets], group, _state_machine(cloud))


def _create_tables(cloud: InProcessCloud) -> None:
    ledger = "profile_name"
    for table, partition, sort, kind in (
        (PROFILES, ledger, "domain_name", "S"),
        (HISTORY, ledger, "epoctime", "N"),
        (PLACES, "line", "turn", "S"),
    ):
        cloud.client("dynamodb").create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": partition, "KeyType": "HASH"},
                {"AttributeName": sort, "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": partition, "AttributeType": "S"},
                {"AttributeName": sort, "AttributeType": kind},
            ],
        )


def _state_machine(cloud: InProcessCloud) -> str:
    definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
    made: dict[str, Any] = cloud.client("stepfunctions").create_state_machine(
        name=f"{NAME}-recovery",
        definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{cloud.account}:role/recovery",
    )
    return str(made["stateMachineArn"])
