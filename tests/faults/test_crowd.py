"""Everybody comes back at once, and there is no room for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.inprocess import InProcessCloud
from studio_recovery.owners import Owner
from studio_recovery.statuses import Status
from tests.aws.conftest import empty_lab
from tests.aws.lab import Lab
from tests.faults.account import NOTES, leave_files, owners, recover_all

CROWD = owners(300)
# The module's default.
MAX_CONCURRENT = 50


def everybody(lab: Lab, owners: list[Owner], does: str) -> None:
    """All of them are created, or deleted; then all events come."""
    ask = getattr(lab.cloud.client("sagemaker"), does)
    for owner in owners:
        ask(DomainId=lab.domain_id, UserProfileName=owner.name)
    lab.cloud.clock.advance(60)
    lab.deliver()


def come_back_at_once(lab: Lab, owners: list[Owner]) -> None:
    everybody(lab, owners, "create_user_profile")
    for owner in owners:
        leave_files(lab, owner)
    everybody(lab, owners, "delete_user_profile")
    everybody(lab, owners, "create_user_profile")


def test_three_hundred_owners_at_once_get_their_files_in_turn(account: Lab) -> None:
    come_back_at_once(account, CROWD)

    most = recover_all(account, [account.start(owner) for owner in CROWD], MAX_CONCURRENT)

    rows = account.ledger().rows()[0]
    assert most == MAX_CONCURRENT
    assert account.tokens.woken == sorted(account.tokens.woken, key=lambda token: token.partition("#")[0])
    assert [(row.status, row.sources) for row in rows] == [(Status.SUCCEEDED, ())] * len(CROWD)
    assert [account.files(row.home) for row in rows if row.home] == [NOTES] * len(CROWD)
    assert account.temporary() == []
    told = account.seeded()
    assert (told["changed"], told["finished"], told["swept"], told["complete"]) == (0, 0, 0, True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Lab]:
    """A domain in one subnet of sixteen addresses, of which AWS keeps five and the mount target one."""
    with InProcessCloud(tmp_path) as cloud:
        lab = empty_lab(cloud)
        made = cloud.client("ec2").create_subnet(VpcId=lab.vpc_id, CidrBlock="10.0.200.0/28")
        lab.subnet_ids = [made["Subnet"]["SubnetId"]]
        lab.create_domain()
        lab.delivered = len(cloud.events)
        yield lab


def test_a_crowd_in_a_small_subnet_waits_for_addresses_and_nobody_fails(small: Lab) -> None:
    """A task's addresses are free only a while after it was removed."""
    few = CROWD[:7]
    come_back_at_once(small, few)

    most = recover_all(small, [small.start(owner) for owner in few], MAX_CONCURRENT)

    assert most == 2
    assert [row.status for row in small.ledger().rows()[0]] == [Status.SUCCEEDED] * len(few)
    assert small.temporary() == []
