"""`doctor` under the reader's policy, against a deployment that is well, and one in which something was broken."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Network, Studio, make_trail, wait_for
from studio_recovery_cli.commands.doctor import doctor
from tests.cli.shell import Result, Shell
from tests.refusals import NOBODY

pytestmark = pytest.mark.usefixtures("ward")
# What is said of these may be about what other tests left.
OF_OTHERS = ("domains", "mount targets", "file system policies", "KMS keys", "failure queue", "alarms")
Findings = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def trail(cloud: Cloud) -> str:
    return make_trail(cloud)


@pytest.fixture(scope="module")
def ward(cloud: Cloud, network: Network, outputs: dict[str, Any], trail: str) -> Studio:
    """A domain of its own, under a deployment, in an account with a trail."""
    assert outputs["name"]
    assert trail
    return Studio(cloud, "ward", network)


def findings(result: Result) -> Findings:
    found: Findings = {}
    for one in result.data:
        found.setdefault(one["check"], []).append(one)
    return found


def not_well(result: Result, ward: Studio) -> list[dict[str, Any]]:
    """What is bad or unknown of the deployment and of the ward; other tests have domains and failures of their own."""
    wrong = [one for one in result.data if one["level"] in ("bad", "unknown")]
    ours = [one for one in wrong if one["check"] not in OF_OTHERS]
    return ours + [one for one in wrong if one["check"] in OF_OTHERS and ward.file_system_id in one["said"]]


def levels(result: Result, check: str) -> set[str]:
    return {one["level"] for one in findings(result)[check]}


def examined(shell: Shell) -> Result:
    return shell.run("doctor", "--output", "json")


@contextmanager
def but_then(mend: Callable[[], Any]) -> Iterator[None]:
    """What a test breaks is mended for those that come after it."""
    try:
        yield
    finally:
        mend()


def test_a_deployment_that_is_well_is_told_so(reader: Shell, ward: Studio) -> None:
    result = examined(reader)
    assert not_well(result, ward) == []
    assert result.err == ""
    assert result.status == (3 if {"bad", "unknown"} & {one["level"] for one in result.data} else 0)


def test_every_answer_and_every_action_is_documented(reader: Shell) -> None:
    result = examined(reader)
    assert {key for one in result.data for key in one} == doctor.fields.keys()
    assert set(result.actions) - {"kms:DescribeKey"} == set(doctor.actions) - {"kms:DescribeKey"}


def test_the_table_fits_eighty_columns(reader: Shell) -> None:
    narrow = Shell(reader.cloud, reader.role, reader.credentials, reader.home, columns=80)
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", narrow.run("doctor", terminal=True).out).splitlines()
    # A command to type is not broken by us: the terminal wraps it, so that it is copied whole.
    assert max(len(line.rstrip()) for line in lines if "studio-recovery " not in line and "aws " not in line) <= 80
    assert [line for line in lines if line.startswith("ok")]


def test_a_rule_that_is_off_is_bad(reader: Shell, cloud: Cloud, outputs: dict[str, Any]) -> None:
    events, rule = cloud.client("events"), f"{outputs['name']}-created"
    events.disable_rule(Name=rule)
    with but_then(lambda: events.enable_rule(Name=rule)):
        result = examined(reader)
    (found,) = findings(result)["rule"]
    assert (result.status, found["level"]) == (3, "bad")
    assert f"enable-rule --name {rule}" in found["remedy"]


def test_a_stream_that_nobody_reads_is_bad(reader: Shell, no_recovery_begins: Callable[[], None]) -> None:
    result = examined(reader)
    no_recovery_begins()
    assert (result.status, levels(result, "stream")) == (3, {"bad", "ok"})


def test_a_mount_target_that_no_recovery_may_open_is_bad(reader: Shell, ward: Studio, cloud: Cloud) -> None:
    efs, ec2, file_system = cloud.client("efs"), cloud.client("ec2"), ward.file_system_id
    targets = efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"]
    before = {
        one["MountTargetId"]: efs.describe_mount_target_security_groups(MountTargetId=one["MountTargetId"])
        for one in targets
    }
    vpc = targets[0]["VpcId"]
    group = ec2.create_security_group(GroupName="ward-closed", Description="Nobody comes in", VpcId=vpc)["GroupId"]

    def mend() -> None:
        for target, groups in before.items():
            efs.modify_mount_target_security_groups(MountTargetId=target, SecurityGroups=groups["SecurityGroups"])
        ec2.delete_security_group(GroupId=group)

    for target in before:
        efs.modify_mount_target_security_groups(MountTargetId=target, SecurityGroups=[group])
    with but_then(mend):
        result = examined(reader)
    assert result.status == 3
    assert [one["check"] for one in not_well(result, ward)] == ["mount targets"]
    assert any(group in one["said"] for one in findings(result)["mount targets"])
    assert not_well(examined(reader), ward) == []


def test_a_policy_that_keeps_datasync_out_is_bad(reader: Shell, ward: Studio, cloud: Cloud) -> None:
    efs, file_system = cloud.client("efs"), ward.file_system_id
    nobody = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientRootAccess"}
    policy = {"Version": "2012-10-17", "Statement": [nobody | {"Sid": "NoRoot", "Resource": "*"}]}
    efs.put_file_system_policy(FileSystemId=file_system, Policy=json.dumps(policy))
    with but_then(lambda: efs.delete_file_system_policy(FileSystemId=file_system)):
        result = examined(reader)
    (found,) = not_well(result, ward)
    assert (result.status, found["check"], "NoRoot" in found["said"]) == (3, "file system policies", True)


def test_a_key_that_will_be_deleted_is_bad(reader: Shell, ward: Studio, cloud: Cloud) -> None:
    kms, efs = cloud.client("kms"), cloud.client("efs")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    domain = ward.file_system_id
    tags = next(one["Tags"] for one in efs.describe_file_systems(FileSystemId=domain)["FileSystems"])
    left = [tag | {"Value": tag["Value"].rpartition("/")[0] + "/d-long-gone"} for tag in tags]
    orphan = efs.create_file_system(CreationToken="orphan", Encrypted=True, KmsKeyId=key, Tags=left)["FileSystemId"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with but_then(lambda: efs.delete_file_system(FileSystemId=orphan)):
        result = examined(reader)
    assert "kms:DescribeKey" in result.actions
    (found,) = [one for one in findings(result)["KMS keys"] if orphan in one["said"]]
    assert (result.status, found["level"]) == (3, "bad")


def test_a_trail_that_was_switched_off_is_bad(reader: Shell, cloud: Cloud, trail: str) -> None:
    cloudtrail = cloud.client("cloudtrail")
    cloudtrail.stop_logging(Name=trail)
    with but_then(lambda: cloudtrail.start_logging(Name=trail)):
        result = examined(reader)
    (found,) = findings(result)["trail"]
    assert (result.status, found["level"], "is switched off" in found["said"]) == (3, "bad", True)


def test_a_subscription_makes_the_topic_well(reader: Shell, cloud: Cloud, outputs: dict[str, Any]) -> None:
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    url = sqs.create_queue(QueueName="ward-mail")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    before = levels(examined(reader), "topic")
    made = sns.subscribe(TopicArn=outputs["topic_arn"], Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    with but_then(lambda: (sns.unsubscribe(SubscriptionArn=made), sqs.delete_queue(QueueUrl=url))):
        assert levels(examined(reader), "topic") == {"ok"}
    assert before <= {"ok", "warning"}


def test_an_alarm_that_does_not_tell_the_topic_is_bad(reader: Shell, cloud: Cloud, outputs: dict[str, Any]) -> None:
    cloudwatch, name = cloud.client("cloudwatch"), f"{outputs['name']}-partial"
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    known = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    asked = {member: value for member, value in alarm.items() if member in known}
    assert levels(examined(reader), "alarms") <= {"ok", "warning"}
    cloudwatch.put_metric_alarm(**asked | {"AlarmActions": []})
    with but_then(lambda: cloudwatch.put_metric_alarm(**asked)):
        result = examined(reader)
    (found,) = [one for one in findings(result)["alarms"] if one["level"] == "bad"]
    assert (result.status, f"{name} does not tell the topic" in found["said"]) == (3, True)
    assert levels(examined(reader), "alarms") <= {"ok", "warning"}


def test_a_full_quota_is_bad(reader: Shell, cloud: Cloud) -> None:
    before = cloud.ask("POST", "behaviour", {})["task_quota"]
    cloud.behave(task_quota=0)
    with but_then(lambda: cloud.behave(task_quota=before)):
        result = examined(reader)
    assert (result.status, levels(result, "DataSync tasks")) == (3, {"bad", "warning"})


def test_what_may_not_be_looked_at_is_unknown_and_stops_nothing_else(nobody: Shell, cloud: Cloud) -> None:
    iam = cloud.client("iam")
    little = {"Effect": "Allow", "Action": ["lambda:GetFunctionConfiguration", "iam:GetRole"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [little]})
    iam.put_role_policy(RoleName=NOBODY, PolicyName="a-little", PolicyDocument=document)
    with but_then(lambda: iam.delete_role_policy(RoleName=NOBODY, PolicyName="a-little")):
        result = examined(nobody)
    found = findings(result)
    assert result.status == 3
    assert {check for check in found if levels(result, check) == {"unknown"}} > {"trail", "rule", "topic", "alarms"}
    assert levels(result, "roles") == levels(result, "functions") == {"ok"}
    assert "events:DescribeRule" in found["rule"][0]["said"]


def test_who_may_not_even_find_the_deployment_hears_it_once(nobody: Shell) -> None:
    result = nobody.run("doctor")
    assert (result.status, result.out) == (1, "")
    assert "lambda:GetFunctionConfiguration" in result.err


def test_after_all_that_the_deployment_is_well_again(reader: Shell, ward: Studio) -> None:
    wait_for("a green doctor", lambda: not_well(examined(reader), ward) == [], 20)
