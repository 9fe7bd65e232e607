"""A copy that waits until its owner has an app in service."""

from dataclasses import replace

import pytest

from studio_recovery.errors import NoApp, Superseded
from studio_recovery.statuses import Status
from tests.aws.lab import ADA, GROUP, Lab

BOB = replace(ADA, name="bob")


@pytest.fixture
def waiting(lab: Lab) -> Lab:
    """Ada was deleted and came back; copies wait for an app."""
    lab.wait_for_app = True
    lab.create()
    lab.deliver()
    lab.write(lab.row().home or pytest.fail("no home"), {"notes.txt": "mine"})
    lab.recreate()
    return lab


def test_nothing_is_claimed_or_made_before_the_owner_has_an_app(waiting: Lab) -> None:
    run = waiting.start()
    with pytest.raises(NoApp, match="user/ada@lab"):
        waiting.opening().open(run)
    assert (waiting.row().status, waiting.row().execution_arn, waiting.temporary()) == (Status.PENDING, "", [])


def test_the_copy_begins_when_the_owner_has_an_app(waiting: Lab) -> None:
    waiting.open_app(UserProfileName="ada")
    assert waiting.recover().word == "SUCCEEDED"


def test_an_app_that_has_not_started_yet_is_waited_for(waiting: Lab) -> None:
    waiting.open_app(UserProfileName="ada", seconds=0)
    with pytest.raises(NoApp):
        waiting.opening().open(waiting.start())


def test_an_app_in_a_private_space_of_the_user_counts(waiting: Lab) -> None:
    waiting.create_space("adas-own", "ADA", "Private")
    waiting.open_app(SpaceName="adas-own")
    assert waiting.recover().word == "SUCCEEDED"


@pytest.mark.parametrize(("owner", "sharing"), [("ada", "Shared"), ("bob", "Private")])
def test_an_app_in_a_shared_space_or_in_anothers_does_not_count(waiting: Lab, owner: str, sharing: str) -> None:
    waiting.create(BOB)
    waiting.create_space("some-space", owner, sharing)
    waiting.open_app(SpaceName="some-space")
    with pytest.raises(NoApp):
        waiting.opening().open(waiting.start())


def test_an_older_app_that_was_deleted_does_not_hide_one_in_service(waiting: Lab) -> None:
    sagemaker = waiting.cloud.client("sagemaker")
    waiting.open_app(UserProfileName="ada")
    sagemaker.delete_app(DomainId=waiting.domain_id, UserProfileName="ada", AppType="JupyterServer", AppName="default")
    waiting.cloud.clock.advance(60)
    waiting.open_app(UserProfileName="ada", AppName="second")
    assert waiting.recover().word == "SUCCEEDED"


def test_a_space_waits_for_an_app_of_its_own(lab: Lab) -> None:
    lab.wait_for_app = True
    lab.create()
    lab.create(GROUP)
    lab.deliver()
    lab.recreate(GROUP)
    lab.open_app(UserProfileName="ada")
    run = lab.start(GROUP)
    with pytest.raises(NoApp, match="space/reading-group@lab"):
        lab.opening().open(run)
    lab.open_app(SpaceName=GROUP.name)
    assert lab.opening().open(run)


def test_an_execution_whose_owner_was_created_again_stops_waiting(waiting: Lab) -> None:
    run = waiting.start()
    waiting.recreate()
    with pytest.raises(Superseded):
        waiting.opening().open(run)
