"""Seed: what a pass brings in line, what it leaves alone, and how it goes on when time is short or all is not well."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from studio_recovery.aws.studio import Studio
from studio_recovery.errors import BadInput, DeletionProtected
from studio_recovery.handlers import seed
from studio_recovery.handlers.log import LambdaContext
from studio_recovery.handlers.passes import RESERVE_SECONDS, at_most
from studio_recovery.handlers.seeding import Seed
from studio_recovery.observe import Observation
from studio_recovery.owners import Kind
from studio_recovery.rows import Change
from studio_recovery.statuses import STILL_ALIVE, Status
from tests.aws.lab import ADA, GROUP, NAME, PROFILES, Lab

CONTEXT = cast("LambdaContext", None)


def crowd(lab: Lab, count: int) -> None:
    for number in range(count):
        lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName=f"user-{number}")
    lab.cloud.clock.advance(60)


def namesake(lab: Lab) -> str:
    """A second domain `lab` with an ada of its own, of which no event told; the first domain's id."""
    first = lab.domain_id
    lab.cloud.behaviour.domain_names_repeat = True
    lab.create_domain()
    lab.create()
    return first


def test_homes_from_before_the_module_are_taken_in_and_start_nothing(lab: Lab) -> None:
    lab.create()
    lab.create(GROUP)
    assert lab.seeded() == {
        "domains": 1,
        "owners": 2,
        "protected": 2,
        "unprotected": 0,
        "reasons": {},
        "looked_at": 2,
        "to_look_at": 2,
        "changed": 2,
        "finished": 0,
        "swept": 0,
        "complete": True,
        "troubles": [],
    }
    assert (lab.row().status, lab.row(GROUP).status) == (Status.IDLE, Status.IDLE)
    assert lab.history() == ["seeded"]


def test_seeding_again_writes_nothing(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    before = lab.row()
    assert lab.seeded()["changed"] == 0
    assert lab.row() == before


def test_more_owners_than_a_page_holds_are_all_taken_in(lab: Lab) -> None:
    crowd(lab, 101)
    assert lab.seeded()["protected"] == 101


def test_more_domains_than_a_page_holds_are_all_taken_in(lab: Lab) -> None:
    for number in range(101):
        lab.create_domain(DomainName=f"lab-{number}", HomeEfsFileSystemCreation="Disabled")
    lab.create()
    told = lab.seeded()
    assert (told["domains"], told["unprotected"]) == (102, 1)


def test_a_home_whose_event_was_lost_is_recovered(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    lab.delete()
    lab.create()
    lab.seeded()
    assert lab.row().status is Status.PENDING


def test_an_owner_that_is_gone_without_an_event_is_recorded_as_gone(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    lab.delete()
    lab.seeded()
    assert lab.row().deleted_at > 0


def test_an_owner_without_a_home_that_is_gone_is_recorded_as_gone(empty_account: Lab) -> None:
    empty_account.create_domain(HomeEfsFileSystemCreation="Disabled")
    empty_account.create()
    empty_account.seeded()
    empty_account.delete()
    empty_account.seeded()
    assert (empty_account.row().deleted_at > 0, empty_account.row().status) == (True, Status.IDLE)


def test_all_owners_of_a_domain_that_is_gone_are_recorded_as_gone(lab: Lab) -> None:
    owners = [replace(ADA, name=f"user-{number}") for number in range(3)]
    for owner in owners:
        lab.create(owner)
    lab.seeded()
    for owner in owners:
        lab.delete(owner)
    lab.cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id)
    lab.cloud.clock.advance(60)
    assert lab.seeded()["protected"] == 0
    assert all(lab.row(owner).deleted_at for owner in owners)


def test_seeding_leaves_a_hold_alone(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    lab.ledger().save(Change(replace(lab.row(), replication=False)))
    lab.delete()
    lab.create()
    lab.seeded()
    assert (lab.row().replication, lab.row().status) == (False, Status.BLOCKED)


def test_a_hold_that_was_taken_back_by_hand_is_released(lab: Lab) -> None:
    test_seeding_leaves_a_hold_alone(lab)
    lab.ledger().save(Change(replace(lab.row(), replication=True)))
    lab.seeded()
    assert lab.row().status is Status.PENDING


def test_seeding_leaves_sources_alone(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    for _ in range(3):
        lab.recreate()
    before = lab.row()
    lab.seeded()
    assert len(before.sources) == 3
    assert (lab.row().sources, lab.row().request_id) == (before.sources, before.request_id)


def test_a_row_moves_to_a_new_domain_when_the_old_ones_owner_is_gone(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    first = namesake(lab)
    lab.cloud.client("sagemaker").delete_user_profile(DomainId=first, UserProfileName="ada")
    lab.cloud.clock.advance(60)
    lab.seeded()
    assert (lab.row().domain_id, lab.row().status) == (lab.domain_id, Status.PENDING)
    assert [source.home.domain_id for source in lab.row().sources] == [first]


def test_a_row_stays_blocked_while_the_old_ones_owner_is_alive(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    first = namesake(lab)
    for _ in range(2):
        lab.seeded()
        assert (lab.row().domain_id, lab.row().status, lab.row().reason) == (first, Status.BLOCKED, STILL_ALIVE)
    assert lab.row().sources == ()


def test_a_blocked_row_is_released_by_the_old_owners_end(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    first = namesake(lab)
    lab.seeded()
    lab.cloud.client("sagemaker").delete_user_profile(DomainId=first, UserProfileName="ada")
    lab.cloud.clock.advance(60)
    lab.seeded()
    assert (lab.row().domain_id, lab.row().status) == (lab.domain_id, Status.PENDING)


def test_a_profile_that_is_not_ready_does_not_hold_up_the_others(lab: Lab) -> None:
    lab.create()
    lab.cloud.behaviour.uid_after_pending = True
    lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="bob")
    told = lab.seeded()
    assert (told["protected"], told["troubles"]) == (1, [])


def test_a_pass_that_ran_out_of_time_goes_on_where_it_stopped(lab: Lab) -> None:
    crowd(lab, 6)
    lab.cloud.latency = 1.0
    passes = [lab.seeded(seconds=RESERVE_SECONDS + 14.0) for _ in range(3)]
    assert [(told["complete"], told["looked_at"], told["to_look_at"]) for told in passes] == [
        (False, 2, 6),
        (False, 2, 4),
        (True, 2, 2),
    ]


def test_a_pass_that_is_to_be_short_says_how_far_it_was(lab: Lab) -> None:
    """Also a dry one; the function itself would have minutes left."""
    crowd(lab, 6)
    lab.cloud.latency = 1.0
    left = at_most(12, lambda: 900.0, lab.cloud.clock.now)
    seed = Seed(lab.intake(), lab.sweep(), frozenset(), lab.now, left)
    told = seed.run(dry_run=True)
    assert (told["complete"], told["looked_at"], told["to_look_at"]) == (False, 3, 6)
    assert at_most(800, lambda: 10.0, lab.cloud.clock.now)() == 10.0


def test_a_seed_that_runs_out_of_time_says_so(lab: Lab) -> None:
    lab.create()
    told = lab.seeded(seconds=10.0)
    assert (told["complete"], told["looked_at"], lab.ledger().rows()[0]) == (False, 0, [])


def test_one_owner_that_cannot_be_looked_at_holds_nobody_up_and_is_named(lab: Lab) -> None:
    lab.create()
    lab.create(replace(ADA, name="bob"))
    lab.cloud.faults.add(service="sagemaker", operation="DescribeUserProfile", error="AccessDenied", status=400)
    told = lab.seeded()
    assert (told["protected"], told["complete"]) == (1, True)
    assert f"in {lab.domain_id}: " in told["troubles"][0]
    assert lab.seeded()["protected"] == 2


@pytest.mark.parametrize("operation", ["DescribeDomain", "ListUserProfiles"])
def test_one_domain_that_cannot_be_looked_at_holds_no_other_up_and_nobody_of_it_counts_as_gone(
    lab: Lab, operation: str
) -> None:
    lab.create()
    lab.seeded()
    lab.create_domain(DomainName="other")
    lab.create(replace(ADA, name="bob"))
    lab.cloud.faults.add(service="sagemaker", operation=operation, error="AccessDenied", status=400)
    told = lab.seeded()
    assert (len(told["troubles"]), lab.row().deleted_at) == (1, 0)
    assert told["troubles"][0].startswith("domain d-")
    assert (told["looked_at"], lab.seeded()["protected"]) == (1, 2)


def test_more_troubles_than_can_be_told_are_counted(lab: Lab) -> None:
    crowd(lab, 12)
    lab.cloud.faults.add(
        service="sagemaker", operation="DescribeUserProfile", error="AccessDenied", status=400, times=12
    )
    troubles = lab.seeded()["troubles"]
    assert (len(troubles), troubles[-1]) == (11, "and 2 more")


def test_a_row_that_cannot_be_read_holds_nobody_up_and_is_named(lab: Lab) -> None:
    lab.create()
    broken = {"profile_name": {"S": "user/eve"}, "domain_name": {"S": "lab"}, "efs_uid": {"S": "x"}}
    lab.cloud.client("dynamodb").put_item(TableName=PROFILES, Item=broken)
    told = lab.seeded()
    assert told["protected"] == 1
    assert "user/eve in lab" in told["troubles"][0]


class Slow(Studio):
    """A Studio in which something else happens while it looks at the first owner."""

    meanwhile: Callable[[], object] | None = None

    def for_one_pass(self) -> Studio:
        return self

    def look(self, kind: Kind, name: str, domain_id: str, patience: float) -> Observation:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            self._sleep(1)
            meanwhile()
        return super().look(kind, name, domain_id, patience)


def test_two_seeds_at_once_do_everything_once(lab: Lab) -> None:
    lab.create()
    lab.seeded()
    lab.delete()
    lab.create()
    slow = Slow(lab.cloud.client("sagemaker"), lab.cloud.clock.sleep)
    slow.meanwhile = lab.seeded
    assert lab.seeded(studio=slow)["changed"] == 0
    assert lab.history() == ["seeded", "seeded"]
    assert (len(lab.row().sources), lab.row().version) == (1, 2)


def test_an_account_without_domains_is_seeded(empty_account: Lab) -> None:
    told = empty_account.seeded()
    assert (told["domains"], told["owners"], told["complete"]) == (0, 0, True)


def test_a_domain_without_owners_is_counted(lab: Lab) -> None:
    told = lab.seeded()
    assert (told["domains"], told["owners"]) == (1, 0)


@pytest.mark.parametrize("action", ["seed", "clean_up"])
def test_destroy_is_refused_while_the_tables_are_protected(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", NAME)
    monkeypatch.setenv("DELETION_PROTECTION", "true")
    with pytest.raises(DeletionProtected, match="apply deletion_protection = false first"):
        seed.handler({"action": action, "tf": {"action": "delete"}}, CONTEXT)


def test_destroy_goes_on_when_the_tables_are_not_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELETION_PROTECTION", "false")
    assert seed.handler({"action": "seed", "tf": {"action": "delete"}}, CONTEXT) == {}


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"action": "sweep"}, "sweep"),
        ({"action": "seed", "dry_run": "true"}, "dry_run"),
        ({"action": "seed", "dry_run": 1}, "dry_run"),
        ({"action": "seed", "dryrun": True}, "dryrun"),
        ({"action": "seed", "seconds": 0}, "seconds 0 is not a whole number from 1 to 800"),
        ({"action": "seed", "seconds": 801}, "seconds 801"),
        ({"action": "seed", "seconds": 1.5}, "seconds 1.5"),
        ({"action": "seed", "seconds": True}, "seconds True"),
    ],
)
def test_an_unknown_request_is_refused(event: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        seed.handler(event, CONTEXT)


@pytest.mark.parametrize(("minutes", "repairs"), [(1, 0), (20, 1)])
def test_a_home_whose_event_was_lost_is_a_repair_and_one_whose_event_may_come_is_none(
    lab: Lab, minutes: int, repairs: int
) -> None:
    lab.create()
    lab.cloud.clock.advance(60 * minutes)
    heard: list[int] = []
    seed = Seed(
        lab.intake(), lab.sweep(), frozenset(), lab.now, lambda: 900.0, lambda tally: heard.append(tally.repairs())
    )
    seed.run()
    seed.run()
    assert heard == [repairs, 0]
