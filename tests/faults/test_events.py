"""Event: it comes twice, late, in the wrong order, for a call that failed, or SageMaker is not ready to be asked."""

from functools import partial

import pytest
from botocore.exceptions import ClientError

from demo.studio import wait_for
from studio_recovery.errors import AwsBusy
from studio_recovery.statuses import Status
from tests.aws.lab import ADA, Lab
from tests.faults.account import NOTES, come_back, lambda_tries, leave_files
from tests.faults.chain import WRITTEN, ask_for, came_back, moved_in, moved_out, recovered
from tests.statemachine.machine import Machine

THREE_MINUTES = 180


def test_events_that_come_three_times_at_once_make_one_recovery(chain: Machine) -> None:
    chain.cloud.behave(repeat_events=2)
    owner, _, _ = came_back(chain)
    recovered(chain, owner)
    assert sorted(chain.history(owner)) == sorted(WRITTEN)


def test_an_end_that_is_told_after_the_new_beginning_ends_nothing(chain: Machine) -> None:
    owner, _ = moved_in(chain)
    chain.cloud.behave(delay_events=400)
    chain.studio.delete(owner)
    chain.cloud.behave(delay_events=0)
    chain.studio.create(owner)
    recovered(chain, owner)
    before, looks = chain.row(owner), chain.cloud.calls()["sagemaker:DescribeUserProfile"]
    wait_for("the late event", lambda: chain.cloud.calls()["sagemaker:DescribeUserProfile"] > looks)
    chain.seed()
    assert chain.row(owner) == before


def test_a_call_that_failed_is_no_home(chain: Machine) -> None:
    owner, _ = moved_in(chain)
    before = chain.row(owner)
    with pytest.raises(ClientError, match="exists already"):
        ask_for(chain, owner, "create_user_profile")
    moved_in(chain)
    assert chain.row(owner) == before


def test_an_owner_who_was_made_without_user_settings_comes_back(account: Lab) -> None:
    come_back(account, ADA)
    assert all("userSettings" not in event["detail"]["requestParameters"] for event in account.cloud.events)
    account.recover()
    assert account.row().status is Status.SUCCEEDED


def test_a_profile_that_fails_after_minutes_is_unprotected_and_its_old_home_kept(chain: Machine) -> None:
    owner, _ = moved_out(chain)
    chain.cloud.behave(creations_fail=True)
    ask_for(chain, owner, "create_user_profile")
    wait_for("the failure", lambda: chain.row(owner)["replication_status"] == "UNPROTECTED")
    row = chain.row(owner)
    assert (row["reason"], len(row["sources"])) == ("SageMaker could not create it", 1)
    chain.cloud.behave(creations_fail=False)
    chain.studio.delete(owner)
    chain.studio.create(owner)
    recovered(chain, owner)


def test_an_owner_who_is_gone_before_the_look_leaves_the_row_as_it_was(chain: Machine) -> None:
    owner, _ = moved_out(chain)
    before = chain.row(owner)
    chain.cloud.behave(delay_events=100)
    chain.studio.create(owner)
    chain.studio.delete(owner)
    chain.cloud.behave(delay_events=0)
    looks = chain.cloud.calls()["sagemaker:DescribeUserProfile"]
    wait_for("both late events", lambda: chain.cloud.calls()["sagemaker:DescribeUserProfile"] >= looks + 2)
    assert chain.row(owner) == before
    chain.studio.create(owner)
    recovered(chain, owner)


def test_an_event_outlasts_three_minutes_in_which_every_look_is_throttled(account: Lab) -> None:
    """Lambda tries again after one minute and after two more; the times are AWS's."""
    account.create()
    account.deliver()
    leave_files(account, ADA)
    account.delete()
    account.deliver()
    account.create()
    throttled = {"error": "ThrottlingException", "status": 400, "seconds": THREE_MINUTES}
    account.cloud.faults.add(service="sagemaker", operation="Describe*", **throttled)
    event = account.cloud.events[-1]

    tries, raised = lambda_tries(account, event)

    assert (tries > 1, raised) == (True, AwsBusy)
    account.recover()
    home = account.row().home
    assert home
    assert account.files(home) == NOTES


def test_a_recovery_outlasts_three_minutes_in_which_every_look_is_throttled(chain: Machine) -> None:
    owner, _ = moved_out(chain)
    chain.fail("sagemaker", "Describe*", error="ThrottlingException", seconds=THREE_MINUTES)
    ask_for(chain, owner, "create_user_profile")
    chain.at_rest(owner, "SUCCEEDED")
    wait_for("a look", partial(chain.studio.home, owner))
    recovered(chain, owner)
