"""What the local SageMaker promises of user profiles, spaces and apps. Times are `localcloud.sagemaker.SECONDS`."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.inprocess import InProcessCloud
from tests.localcloud.promises import SAGEMAKER, promise, unconfirmed

API = f"{SAGEMAKER}/APIReference"
AUTOMOUNT = f"{SAGEMAKER}/dg/studio-updated-automount.html"
EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html"
CLOUDTRAIL = (
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
)


@promise(f"{API}/API_DescribeUserProfile.html")
@unconfirmed("the step of five comes from an AWS sample")
def test_uids_grow_by_five_and_are_shared_by_profiles_and_spaces(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, where = cloud.client("sagemaker"), {"DomainId": lab.domain_id}
    sagemaker.create_user_profile(**where, UserProfileName="ada")
    sagemaker.create_space(**where, SpaceName="reading-group")
    ada = sagemaker.describe_user_profile(**where, UserProfileName="ada")
    space = sagemaker.describe_space(**where, SpaceName="reading-group")
    assert [ada["HomeEfsFileSystemUid"], space["HomeEfsFileSystemUid"]] == ["200000", "200005"]


@promise(f"{API}/API_DescribeUserProfile.html")
def test_a_profile_made_again_gets_a_new_uid(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    sagemaker.create_user_profile(**ada)
    sagemaker.delete_user_profile(**ada)
    cloud.clock.advance(10)
    sagemaker.create_user_profile(**ada)
    assert sagemaker.describe_user_profile(**ada)["HomeEfsFileSystemUid"] == "200005"


@promise(
    f"{API}/API_DescribeUserProfile.html",
    catches="the handler reads the uid once, at the event, and writes a row without one",
)
@unconfirmed("the uid is not a required member; when it comes is not documented")
def test_a_uid_can_be_kept_back_until_the_profile_is_in_service(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    cloud.behaviour.uid_after_pending = True
    sagemaker.create_user_profile(**ada)
    pending = sagemaker.describe_user_profile(**ada)
    cloud.clock.advance(10)
    assert "HomeEfsFileSystemUid" not in pending
    assert sagemaker.describe_user_profile(**ada)["HomeEfsFileSystemUid"] == "200000"


@promise(AUTOMOUNT, catches="a recovery that relies on the new directory being there before the user opens Studio")
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


def profile(lab: Any, name: str = "ada", **more: Any) -> dict[str, str]:
    """A user profile in service; how it is named in calls."""
    named = {"DomainId": lab.domain_id, "UserProfileName": name}
    lab.cloud.client("sagemaker").create_user_profile(**named, **more)
    lab.cloud.clock.advance(10)
    return named


@promise(f"{API}/API_CreateUserProfile.html", catches="`Ada`, made again as `ada`, is taken for somebody else")
def test_profile_names_are_case_insensitive(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker = cloud.client("sagemaker")
    profile(lab, "Ada")
    told = sagemaker.describe_user_profile(DomainId=lab.domain_id, UserProfileName="ADA")
    assert told["UserProfileName"] == "Ada"
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")


@promise(f"{API}/API_CreateDomain.html", catches="a second domain `lab` makes two homes fight for one row")
@unconfirmed("CreateDomain lists ResourceInUse; that it is about the name is inferred")
@pytest.mark.usefixtures("lab")
def test_a_domains_name_in_use_is_refused(cloud: InProcessCloud, make_domain: Callable[..., str]) -> None:
    with pytest.raises(cloud.client("sagemaker").exceptions.ResourceInUse):
        make_domain("lab")


@promise(f"{API}/API_CreateSpace.html", catches="a space made twice in a row is counted as two homes")
def test_a_spaces_name_in_use_is_refused(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, named = cloud.client("sagemaker"), {"DomainId": lab.domain_id, "SpaceName": "reading-group"}
    sagemaker.create_space(**named)
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_space(**named)


@promise(f"{API}/API_CreateUserProfile.html", catches="an example that makes the profiles before the domain is ready")
@unconfirmed("the error's name")
def test_a_domain_that_is_not_in_service_takes_no_profiles(
    cloud: InProcessCloud, make_domain: Callable[..., str]
) -> None:
    with pytest.raises(ClientError, match="not InService"):
        cloud.client("sagemaker").create_user_profile(DomainId=make_domain("lab"), UserProfileName="ada")


@promise(f"{API}/API_DeleteUserProfile.html", catches="an example whose destroy deletes a profile before its apps")
def test_a_profile_with_apps_is_not_deleted(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), profile(lab)
    sagemaker.create_app(**ada, AppType="JupyterLab", AppName="default")
    cloud.clock.advance(30)
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="default"):
        sagemaker.delete_user_profile(**ada)
    sagemaker.delete_app(**ada, AppType="JupyterLab", AppName="default")
    cloud.clock.advance(30)
    sagemaker.delete_user_profile(**ada)


@promise(f"{API}/API_DeleteUserProfile.html", catches="an example whose destroy deletes a profile before its spaces")
@unconfirmed("DeleteUserProfile lists ResourceInUse; spaces are not named")
def test_a_profile_that_owns_a_space_is_not_deleted(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), profile(lab)
    private = {
        "OwnershipSettings": {"OwnerUserProfileName": "ada"},
        "SpaceSharingSettings": {"SharingType": "Private"},
    }
    sagemaker.create_space(DomainId=lab.domain_id, SpaceName="reading-group", **private)
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="reading-group"):
        sagemaker.delete_user_profile(**ada)


@promise(f"{API}/API_DeleteDomain.html", catches="an example whose destroy deletes a domain before its members")
@pytest.mark.parametrize("member", [{"UserProfileName": "ada"}, {"SpaceName": "reading-group"}])
def test_a_domain_with_profiles_or_spaces_is_not_deleted(
    cloud: InProcessCloud, lab: Any, member: dict[str, str]
) -> None:
    sagemaker = cloud.client("sagemaker")
    create = sagemaker.create_user_profile if "UserProfileName" in member else sagemaker.create_space
    create(DomainId=lab.domain_id, **member)
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.delete_domain(DomainId=lab.domain_id)


@promise(f"{API}/API_DeleteUserProfile.html", catches="a name made again while its old owner is still being deleted")
def test_a_name_is_in_use_until_its_owner_is_really_gone(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, ada = cloud.client("sagemaker"), profile(lab)
    sagemaker.delete_user_profile(**ada)
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_user_profile(**ada)


@promise(f"{API}/API_AddTags.html", catches="a tag for every run on one resource, until there are too many")
@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": f"k{number}", "Value": "v"} for number in range(50)],
        [{"Key": "twice", "Value": "1"}, {"Key": "twice", "Value": "2"}],
        [{"Key": "aws:own", "Value": "v"}],
    ],
    ids=["one too many", "twice", "reserved"],
)
def test_tags_beyond_the_limits_are_refused(cloud: InProcessCloud, lab: Any, tags: list[dict[str, str]]) -> None:
    sagemaker, arn = cloud.client("sagemaker"), lab.domain["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "lab"}])
    with pytest.raises(ClientError):
        sagemaker.add_tags(ResourceArn=arn, Tags=tags)
    assert len(sagemaker.list_tags(ResourceArn=arn)["Tags"]) == 1


@promise(
    f"{API}/API_DescribeUserProfile.html",
    catches="a Describe after the delete is taken for a failure instead of for 'gone'",
)
def test_what_is_missing_is_not_found(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker = cloud.client("sagemaker")
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_user_profile(DomainId=lab.domain_id, UserProfileName="nobody")


@promise(f"{API}/API_ListUserProfiles.html", catches="the seed sees only the first ten profiles of a domain")
def test_lists_come_in_pages_of_ten(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker = cloud.client("sagemaker")
    names = [f"user-{number:02}" for number in range(23)]
    for name in names:
        sagemaker.create_user_profile(DomainId=lab.domain_id, UserProfileName=name)
    pages = list(sagemaker.get_paginator("list_user_profiles").paginate(DomainIdEquals=lab.domain_id))
    assert [len(page["UserProfiles"]) for page in pages] == [10, 10, 3]
    assert [profile["UserProfileName"] for page in pages for profile in page["UserProfiles"]] == names


@promise(CLOUDTRAIL)
@unconfirmed("no full record of a Studio call is published")
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


@promise(CLOUDTRAIL, catches="a CreateUserProfile that was refused counts as a new home")
def test_a_refused_write_is_told_with_its_error_and_without_an_answer(cloud: InProcessCloud, lab: Any) -> None:
    with pytest.raises(ClientError):
        cloud.client("sagemaker").delete_user_profile(DomainId=lab.domain_id, UserProfileName="nobody")
    detail = cloud.events[-1]["detail"]
    assert (detail["errorCode"], detail["responseElements"]) == ("ResourceNotFound", None)


@promise(EVENTS)
def test_reading_is_not_told(cloud: InProcessCloud, lab: Any) -> None:
    cloud.events.clear()
    cloud.client("sagemaker").describe_domain(DomainId=lab.domain_id)
    assert cloud.events == []


@promise(EVENTS, catches="a lost event is never noticed: the seed does not look at Studio itself")
def test_events_can_be_lost(cloud: InProcessCloud, lab: Any) -> None:
    cloud.events.clear()
    cloud.behaviour.lose_events = True
    cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    assert cloud.events == []


@promise(EVENTS, catches="a late event of an end ends the owner's next home")
def test_an_event_that_comes_late_is_overtaken(cloud: InProcessCloud, lab: Any) -> None:
    cloud.events.clear()
    for name, seconds in (("ada", 60), ("bob", 0)):
        cloud.behaviour.delay_events = seconds
        cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName=name)
    cloud.clock.advance(60)
    told = [event["detail"]["requestParameters"]["userProfileName"] for event in cloud.events]
    assert told == ["bob", "ada"]


@promise(
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html",
    catches="an event that comes twice counts as two homes",
)
def test_an_event_can_come_several_times(cloud: InProcessCloud, lab: Any) -> None:
    cloud.events.clear()
    cloud.behaviour.repeat_events = 2
    cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    assert [event["id"] for event in cloud.events] == [cloud.events[0]["id"]] * 3


@promise(f"{API}/API_DescribeUserProfile.html", catches="a profile that was never made is taken for a home")
@unconfirmed("how long it takes; that it keeps its uid")
def test_a_profile_that_cannot_be_made_fails_after_minutes(cloud: InProcessCloud, lab: Any) -> None:
    cloud.behaviour.creations_fail = True
    named = {"DomainId": lab.domain_id, "UserProfileName": "ada"}
    cloud.client("sagemaker").create_user_profile(**named)
    seen = []
    for seconds in (120, 120):
        cloud.clock.advance(seconds)
        seen.append(cloud.client("sagemaker").describe_user_profile(**named)["Status"])
    assert seen == ["Pending", "Failed"]


@promise(f"{API}/API_CreateUserProfile.html", catches="names or tags longer than Studio takes")
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


@promise(f"{API}/API_AddTags.html")
def test_tags_are_kept_and_taken_away(cloud: InProcessCloud, lab: Any) -> None:
    sagemaker, arn = cloud.client("sagemaker"), lab.domain["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "lab"}, {"Key": "cost", "Value": "1"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["cost"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "lab"}]
