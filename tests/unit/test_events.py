import pytest

from studio_recovery.errors import BadInput
from studio_recovery.events import Ignored, StudioEvent, studio_event
from studio_recovery.owners import Kind
from tests.unit.cast import event

AT = 1_772_442_905_000


@pytest.mark.parametrize(
    ("name", "number", "kind", "owner", "deleted"),
    [
        ("create_user_profile", 1, Kind.USER, "ada", False),
        ("create_space", 2, Kind.SPACE, "reading-group", False),
        ("delete_user_profile", 3, Kind.USER, "ada", True),
        ("delete_space", 4, Kind.SPACE, "reading-group", True),
    ],
)
def test_an_event_names_its_owner(name: str, number: int, kind: Kind, owner: str, deleted: bool) -> None:
    expected = StudioEvent(f"b0000000-0000-4000-8000-00000000000{number}", kind, owner, "d-lab", AT, deleted)
    assert studio_event(event(name)) == expected


def test_a_failed_call_is_ignored() -> None:
    assert studio_event(event("create_user_profile_failed")) == Ignored("CreateUserProfile failed with AccessDenied")


def test_a_call_of_another_service_is_ignored() -> None:
    seen = studio_event(event("create_space_of_another_service"))
    assert seen == Ignored("repostspace.amazonaws.com CreateSpace is not watched")


def test_an_event_without_request_is_refused_with_the_name_of_the_field() -> None:
    with pytest.raises(BadInput, match=r"detail\.requestParameters of CreateUserProfile"):
        studio_event(event("create_user_profile_without_request"))


def test_an_event_without_detail_is_refused() -> None:
    with pytest.raises(BadInput, match="detail"):
        studio_event({"source": "aws.sagemaker"})


@pytest.mark.parametrize("field", ["userProfileName", "domainId"])
def test_a_missing_name_is_refused_with_the_name_of_the_field(field: str) -> None:
    broken = event("create_user_profile")
    del broken["detail"]["requestParameters"][field]
    with pytest.raises(BadInput, match=field):
        studio_event(broken)


def test_a_time_that_is_none_is_refused() -> None:
    broken = event("create_user_profile")
    broken["detail"]["eventTime"] = "yesterday"
    with pytest.raises(BadInput, match="eventTime"):
        studio_event(broken)
