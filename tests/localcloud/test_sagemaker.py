"""What the local SageMaker promises; times are those of `localcloud.sagemaker.SECONDS`."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.inprocess import InProcessCloud


def test_a_domain_is_pending_until_time_has_passed(cloud: InProcessCloud, make_domain: Callable[..., str]) -> None:
    sagemaker, domain_id = cloud.client("sagemaker"), make_domain("lab")
    cloud.clock.advance(19)
    before = sagemaker.describe_domain(DomainId=domain_id)["Status"]
    cloud.clock.advance(1)
    assert (before, sagemaker.describe_domain(DomainId=domain_id)["Status"]) == ("Pending", "InService")


def test_a_domain_has_an_encrypted_file_system_that_is_told_by_its_tag(cloud: InProcessCloud, lab: Any) -> None:
    found = cloud.client("efs").describe_file_systems(FileSystemId=lab.fs_id)["FileSystems"][0]
    assert found["Encrypted"]
    assert {"Key": "ManagedByAmazonSageMakerResource", "Value": lab.domain["DomainArn"]} in found["Tags"]


def test_each_zone_has_a_mount_target_that_carries_the_inbound_group(cloud: InProcessCloud, lab: Any) -> None:
    efs = cloud.client("efs")
    targets = efs.describe_mount_targets(FileSystemId=lab.fs_id)["MountTargets"]
    groups = [efs.describe_mount_target_security_groups(MountTargetId=t["MountTargetId"]) for t in targets]
    assert sorted(target["SubnetId"] for target in targets) == sorted(lab.subnets)
    assert [found["SecurityGroups"] for found in groups] == [[lab.group("inbound")]] * 2


def test_the_two_groups_let_nfs_through_to_each_other_only(cloud: InProcessCloud, lab: Any) -> None:
    inbound, outbound = lab.group("inbound"), lab.group("outbound")
    found = cloud.client("ec2").describe_security_groups(GroupIds=[inbound, outbound])["SecurityGroups"]
    by_id = {group["GroupId"]: group for group in found}
    into, out = by_id[inbound]["IpPermissions"], by_id[outbound]["IpPermissionsEgress"]
    assert [2049 in [rule["FromPort"] for rule in rules] for rules in (into, out)] == [True, True]
    assert {rule["UserIdGroupPairs"][0]["GroupId"] for rule in into} == {outbound}
    assert {rule["UserIdGroupPairs"][0]["GroupId"] for rule in out} == {inbound}
    assert by_id[inbound]["IpPermissionsEgress"] == by_id[outbound]["IpPermissions"] == []


def test_a_domain_without_a_home_file_system_exists(cloud: InProcessCloud, make_domain: Callable[..., str]) -> None:
    domain_id = make_domain("lab", HomeEfsFileSystemCreation="Disabled")
    cloud.clock.advance(20)
    assert "HomeEfsFileSystemId" not in cloud.client("sagemaker").describe_domain(DomainId=domain_id)


def test_a_retained_file_system_survives_its_domain_with_mount_targets_and_groups(
    cloud: InProcessCloud, lab: Any
) -> None:
    fs_id, inbound = lab.fs_id, lab.group("inbound")
    cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id)
    cloud.clock.advance(20)
    assert len(cloud.client("efs").describe_mount_targets(FileSystemId=fs_id)["MountTargets"]) == 2
    assert lab.group("inbound") == inbound


def test_a_file_system_that_is_not_retained_goes_with_its_domain(cloud: InProcessCloud, lab: Any) -> None:
    fs_id, efs = lab.fs_id, cloud.client("efs")
    cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    cloud.clock.advance(20)
    with pytest.raises(efs.exceptions.FileSystemNotFound):
        efs.describe_file_systems(FileSystemId=fs_id)


def test_uids_grow_by_five_and_are_shared_by_profiles_and_spaces(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, where = cloud.client("sagemaker"), {"DomainId": lab.domain_id}
    sagemaker.create_user_profile(**where, UserProfileName="ada")
    sagemaker.create_space(**where, SpaceName="reading-group")
    ada = sagemaker.describe_user_profile(**where, UserProfileName="ada")
    space = sagemaker.describe_space(**where, SpaceName="reading-group")
    assert [ada["HomeEfsFileSystemUid"], space["HomeEfsFileSystemUid"]] == ["200000", "200005"]


def test_a_profile_made_again_gets_a_new_uid(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    sagemaker.create_user_profile(**ada)
    sagemaker.delete_user_profile(**ada)
    cloud.clock.advance(10)
    sagemaker.create_user_profile(**ada)
    assert sagemaker.describe_user_profile(**ada)["HomeEfsFileSystemUid"] == "200005"


def test_a_uid_can_be_kept_back_until_the_profile_is_in_service(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    cloud.behaviour.uid_after_pending = True
    sagemaker.create_user_profile(**ada)
    pending = sagemaker.describe_user_profile(**ada)
    cloud.clock.advance(10)
    assert "HomeEfsFileSystemUid" not in pending
    assert sagemaker.describe_user_profile(**ada)["HomeEfsFileSystemUid"] == "200000"


def test_a_home_appears_when_an_app_has_started_and_not_before(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    home = cloud.disk.home(lab.fs_id, 200000)
    sagemaker.create_user_profile(**ada)
    cloud.clock.advance(10)
    sagemaker.create_app(**ada, AppType="JupyterLab", AppName="default")
    cloud.clock.advance(29)
    before = home.exists()
    cloud.clock.advance(1)
    assert (before, cloud.disk.owner(home), home.stat().st_mode & 0o777) == (False, (200000, 0), 0o700)


def test_profile_names_are_case_insensitive(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, where = cloud.client("sagemaker"), {"DomainId": lab.domain_id}
    sagemaker.create_user_profile(**where, UserProfileName="Ada")
    assert sagemaker.describe_user_profile(**where, UserProfileName="ADA")["UserProfileName"] == "Ada"
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_user_profile(**where, UserProfileName="ada")


def test_what_is_in_use_is_not_deleted(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    sagemaker.create_user_profile(**ada)
    cloud.clock.advance(10)
    sagemaker.create_app(**ada, AppType="JupyterLab", AppName="default")
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.delete_user_profile(**ada)
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.delete_domain(DomainId=lab.domain_id)


def test_what_is_missing_is_not_found(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker = cloud.client("sagemaker")
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_user_profile(DomainId=lab.domain_id, UserProfileName="nobody")


def test_lists_come_in_pages_of_ten(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker = cloud.client("sagemaker")
    names = [f"user-{number:02}" for number in range(23)]
    for name in names:
        sagemaker.create_user_profile(DomainId=lab.domain_id, UserProfileName=name)
    pages = list(sagemaker.get_paginator("list_user_profiles").paginate(DomainIdEquals=lab.domain_id))
    assert [len(page["UserProfiles"]) for page in pages] == [10, 10, 3]
    assert [profile["UserProfileName"] for page in pages for profile in page["UserProfiles"]] == names


def test_a_write_is_told_to_cloudtrail(cloud: InProcessCloud, lab: Any) -> None:
    cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    event = cloud.events[-1]
    told = {key: event["detail"][key] for key in ("eventSource", "eventName", "requestParameters", "responseElements")}
    assert (event["source"], event["detail-type"]) == ("aws.sagemaker", "AWS API Call via CloudTrail")
    assert told == {
        "eventSource": "sagemaker.amazonaws.com",
        "eventName": "CreateUserProfile",
        "requestParameters": {"domainId": lab.domain_id, "userProfileName": "ada"},
        "responseElements": {"userProfileArn": lab.arn("sagemaker", f"user-profile/{lab.domain_id}/ada")},
    }


def test_a_refused_write_is_told_with_its_error_and_without_an_answer(cloud: InProcessCloud, lab: Any) -> None:
    with pytest.raises(ClientError):
        cloud.client("sagemaker").delete_user_profile(DomainId=lab.domain_id, UserProfileName="nobody")
    detail = cloud.events[-1]["detail"]
    assert (detail["errorCode"], detail["responseElements"]) == ("ResourceNotFound", None)


def test_reading_is_not_told(cloud: InProcessCloud, lab: Any) -> None:
    cloud.events.clear()
    cloud.client("sagemaker").describe_domain(DomainId=lab.domain_id)
    assert cloud.events == []


def test_events_can_be_lost(cloud: InProcessCloud, lab: Any) -> None:
    cloud.events.clear()
    cloud.behaviour.lose_events = True
    cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    assert cloud.events == []


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"UserProfileName": "ada lovelace"}, "regular expression pattern"),
        ({"UserProfileName": "a" * 64}, "length less than or equal to 63"),
        ({"UserProfileName": "ada", "Tags": [{"Key": "k", "Value": "v"}] * 51}, "length less than or equal to 50"),
        (
            {"UserProfileName": "ada", "UserSettings": {"AutoMountHomeEFS": "Maybe"}},
            "enum value set: [Enabled, Disabled, DefaultAsDomain]",
        ),
    ],
)
def test_a_request_that_breaks_the_model_is_refused(
    cloud: InProcessCloud, lab: Any, asked: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, **asked)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert complaint in refused.value.response["Error"]["Message"]


def test_tags_are_kept_and_taken_away(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, arn = cloud.client("sagemaker"), lab.domain["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "lab"}, {"Key": "cost", "Value": "1"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["cost"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "lab"}]
