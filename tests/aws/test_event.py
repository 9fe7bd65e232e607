"""Event and ledger: what a creation or deletion writes, whatever the order and state in which it is seen."""

import pytest

from studio_recovery.aws.studio import Studio
from studio_recovery.errors import NotReady
from studio_recovery.owners import Kind, Owner
from studio_recovery.statuses import Status
from tests.aws.lab import GROUP, Lab


def test_a_first_creation_is_written_and_starts_nothing(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    assert (lab.row().status, lab.history()) == (Status.IDLE, ["created"])
    assert lab.row().home


def test_a_re_creation_becomes_pending_with_the_old_home_as_source(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    old = lab.row().home
    lab.recreate()
    assert lab.row().status is Status.PENDING
    assert [source.home for source in lab.row().sources] == [old]
    assert lab.history() == ["created", "deleted", "created"]


def test_events_that_arrive_together_and_late_lose_nothing_that_was_seen(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    old = lab.row().home
    lab.delete()
    lab.create()
    lab.deliver()
    assert [source.home for source in lab.row().sources] == [old]


def test_an_event_delivered_twice_writes_once(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    before = (lab.row(), lab.history())
    lab.delivered = 0
    lab.deliver()
    assert (lab.row(), lab.history()) == before


def test_a_user_and_a_space_of_one_name_have_rows_of_their_own(lab: Lab) -> None:
    space = Owner(Kind.SPACE, "ada", "lab")
    lab.create()
    lab.create(space)
    lab.deliver()
    assert lab.row().home != lab.row(space).home
    assert (lab.row().status, lab.row(space).status) == (Status.IDLE, Status.IDLE)


def test_a_profile_that_is_still_pending_is_waited_for(lab: Lab) -> None:
    lab.cloud.behaviour.uid_after_pending = True
    lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    lab.deliver()
    assert lab.row().home


def test_a_profile_that_stays_pending_fails_the_event(lab: Lab) -> None:
    lab.cloud.behaviour.uid_after_pending = True
    lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    studio = lab.studio()
    with pytest.raises(NotReady, match=r"ada in domain .* is still Pending"):
        studio.look(Kind.USER, "ada", lab.domain_id, patience=3)


def test_a_home_is_seen_within_a_second_and_looked_for_less_often_if_it_takes_long(lab: Lab) -> None:
    lab.cloud.behaviour.uid_after_pending = True
    lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="ada")
    pauses: list[float] = []
    never_made = Studio(lab.cloud.client("sagemaker"), pauses.append)
    with pytest.raises(NotReady):
        never_made.look(Kind.USER, "ada", lab.domain_id, patience=20)
    assert pauses == [1.0] * 5 + [2.0] * 3 + [3.0] * 3


def test_a_space_comes_back_like_a_user(lab: Lab) -> None:
    lab.create()
    lab.create(GROUP)
    lab.deliver()
    lab.recreate(GROUP)
    assert lab.row(GROUP).status is Status.PENDING


def test_canvas_spaces_are_not_protected(lab: Lab) -> None:
    canvas = Owner(Kind.SPACE, "CanvasManagedSpace-1", "lab")
    lab.create()
    lab.create(canvas)
    lab.deliver()
    assert (lab.row(canvas).status, lab.row(canvas).home) == (Status.UNPROTECTED, None)
    assert "Canvas" in lab.row(canvas).reason


def test_a_domain_without_home_file_system_is_not_protected(empty_account: Lab) -> None:
    empty_account.create_domain(HomeEfsFileSystemCreation="Disabled")
    empty_account.create()
    empty_account.deliver()
    assert (empty_account.row().status, empty_account.row().reason) == (
        Status.UNPROTECTED,
        "the domain has no home file system",
    )


def test_a_home_of_a_domain_that_is_gone_is_recorded_as_ended(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.delete()
    lab.cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id)
    lab.cloud.clock.advance(120)
    lab.deliver()
    assert lab.row().deleted_at > 0


def test_a_home_in_a_new_domain_of_the_same_name_gets_the_old_files(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    old = lab.row().home
    lab.delete()
    lab.cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id)
    lab.cloud.clock.advance(120)
    lab.create_domain()
    lab.create()
    lab.deliver()
    assert lab.row().status is Status.PENDING
    assert lab.row().home != old
    assert [source.home for source in lab.row().sources] == [old]


@pytest.mark.parametrize("error", ["ThrottlingException", "AccessDeniedException", "ValidationException"])
def test_a_look_that_fails_leaves_the_row_as_it_was(lab: Lab, error: str) -> None:
    lab.create()
    lab.deliver()
    before = lab.row()
    lab.delete()
    lab.cloud.faults.add(service="sagemaker", operation="DescribeUserProfile", error=error, status=400, times=99)
    with pytest.raises(Exception, match=error):
        lab.deliver()
    assert lab.row() == before
