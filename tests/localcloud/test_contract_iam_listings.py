"""What IAM is asked when a call names nothing that it is about."""

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.promises import promise, unconfirmed
from tests.localcloud.roles import ACCOUNT, Grant, allow
from tests.localcloud.test_contract_iam import REFERENCE, grant, strict

__all__ = ["grant", "strict"]


@promise(f"{REFERENCE}/list_awsdatasync.html", catches="rights on tasks/* for calls that know no resource")
@pytest.mark.parametrize("operation", ["list_tasks", "list_locations", "list_task_executions"])
def test_datasyncs_lists_know_no_resource(grant: Grant, operation: str) -> None:
    action = "datasync:" + operation.title().replace("_", "")
    role = grant(allow(action, f"arn:aws:datasync:eu-west-1:{ACCOUNT}:*"))
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(role.client("datasync"), operation)()
    getattr(grant(allow(action)).client("datasync"), operation)()


@promise(f"{REFERENCE}/list_amazonelasticfilesystem.html", catches="a listing is allowed for one kind of resource only")
@unconfirmed("which of an action's kinds of resources a listing that names none asks for; here it is all of them")
@pytest.mark.parametrize(("operation", "kinds"), [("access_points", ["access-point"]), ("file_systems", [])])
def test_a_listing_of_efs_asks_for_every_kind(grant: Grant, operation: str, kinds: list[str]) -> None:
    action = "elasticfilesystem:Describe" + operation.title().replace("_", "")
    arn = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}"
    for allowed in ([f"{arn}:file-system/fs-0123456789abcdef0"], [f"{arn}:{kind}/*" for kind in kinds]):
        role = grant(*(allow(action, resource) for resource in allowed))
        with pytest.raises(ClientError, match="AccessDenied"):
            getattr(role.client("efs"), f"describe_{operation}")()
    role = grant(*(allow(action, f"{arn}:{kind}/*") for kind in [*kinds, "file-system"]))
    getattr(role.client("efs"), f"describe_{operation}")()


@promise(f"{REFERENCE}/list_amazoncloudwatch.html", catches="alarms may be looked at by the wrong kind of ARN")
@unconfirmed("that AWS asks for alarm:* also when alarms are named")
def test_alarms_are_looked_at_on_all_alarms(grant: Grant) -> None:
    arn = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}"
    with pytest.raises(ClientError, match="AccessDenied"):
        grant(allow("cloudwatch:DescribeAlarms", f"{arn}:dashboard/*")).client("cloudwatch").describe_alarms()
    alarms = grant(allow("cloudwatch:DescribeAlarms", f"{arn}:alarm:*")).client("cloudwatch")
    assert alarms.describe_alarms(AlarmNames=["none"])["MetricAlarms"] == []
