"""What `doctor` finds of the file systems: domains, keys, the way to them, addresses, quotas."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from studio_recovery.census import Domain
from studio_recovery_cli.checks import file_systems, keys, quotas, reach
from studio_recovery_cli.checks.file_systems import FileSystem, Homes
from studio_recovery_cli.checks.finding import Finding, Level
from studio_recovery_cli.checks.reach import Reach
from studio_recovery_cli.repairing.orphans import TAG

DOMAIN_ARN = "arn:aws:sagemaker:eu-west-1:111122223333:domain/"
LAB = Domain("d-lab", "lab", "vpc-1", "fs-new")
VPCS = frozenset({"vpc-1"})
HOME = FileSystem("fs-new", "lab", "vpc-1", {})


def levels(found: list[Finding]) -> list[Level]:
    assert all(finding.remedy or finding.level is Level.OK for finding in found)
    return [finding.level for finding in found]


def described(file_system_id: str, domain_id: str = "") -> dict[str, Any]:
    tags = [{"Key": TAG, "Value": DOMAIN_ARN + domain_id}] if domain_id else []
    return {"FileSystemId": file_system_id, "Tags": tags}


def test_file_systems_are_sorted_by_whose_they_are() -> None:
    found = {
        "fs-new": described("fs-new", "d-lab"),
        "fs-old": described("fs-old", "d-gone"),
        "fs-sandbox": described("fs-sandbox", "d-sandbox"),
        "fs-web": described("fs-web"),
    }
    homes = file_systems.sorted_out((LAB,), found, others=1, alive={"d-lab", "d-sandbox"})
    assert [one.id for one in homes.in_use] == ["fs-new"]
    assert [one.id for one in homes.file_systems if one.orphan] == ["fs-old"]
    assert homes.missing == ()


def test_a_domain_without_homes_is_missing_nothing() -> None:
    assert file_systems.sorted_out((replace(LAB, file_system_id=""),), {}, 0, {"d-lab"}).missing == ()


@pytest.mark.parametrize(
    ("homes", "expected"),
    [
        (Homes((LAB,), (HOME,), ()), [Level.OK]),
        (Homes((LAB,), (HOME,), (), others=3), [Level.OK]),
        (Homes((replace(LAB, vpc_id="vpc-2"),), (HOME,), ()), [Level.BAD]),
        (Homes((LAB,), (), (LAB,)), [Level.BAD]),
        (Homes((), (), (), others=2), [Level.WARNING]),
    ],
)
def test_every_domain_must_lie_where_copies_can_be_made(homes: Homes, expected: list[Level]) -> None:
    assert levels(file_systems.judge(homes, VPCS)) == expected


KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({"KeyState": "Enabled"}, Level.OK),
        ({"KeyState": "Disabled"}, Level.BAD),
        ({"KeyState": "PendingDeletion", "DeletionDate": datetime(2026, 12, 1, tzinfo=UTC)}, Level.BAD),
        ({"KeyState": "PendingImport"}, Level.BAD),
        ({"KeyState": "gone"}, Level.BAD),
        ("access denied", Level.UNKNOWN),
    ],
)
def test_a_key_must_let_homes_be_read(key: keys.Key, expected: Level) -> None:
    assert levels(keys.judge([(HOME, KEY)], {KEY: key})) == [expected]


def test_an_orphans_key_that_goes_is_told_with_its_day_and_how_to_keep_it() -> None:
    orphan = FileSystem("fs-old", "of d-gone, which is gone", "", {}, orphan=True)
    going = {"KeyState": "PendingDeletion", "DeletionDate": datetime(2026, 12, 1, tzinfo=UTC)}
    (found,) = keys.judge([(orphan, KEY)], {KEY: going})
    assert "2026-12-01" in found.said
    assert "fs-old" in found.said
    assert "cancel-key-deletion --key-id 1234" in found.remedy


def test_without_keys_of_ones_own_there_is_nothing_to_lose() -> None:
    assert levels(keys.judge([], {})) == [Level.OK]


OPEN = Reach(HOME, subnet="subnet-1", free=250, datasync_group="sg-datasync", groups=("sg-nfs",))
SHUT = replace(OPEN, is_open=False)


@pytest.mark.parametrize(
    ("one", "who_opens", "expected"),
    [
        (OPEN, "workflow", Level.OK),
        (OPEN, "terraform", Level.OK),
        (SHUT, "workflow", Level.OK),
        (SHUT, "terraform", Level.BAD),
        (replace(SHUT, may_open=False), "workflow", Level.BAD),
        (Reach(HOME, refusal="file system fs-new has no available mount target"), "workflow", Level.BAD),
    ],
)
def test_datasync_must_come_in_or_be_let_in_by_a_recovery(one: Reach, who_opens: str, expected: Level) -> None:
    assert levels(reach.ways([one], who_opens)) == [expected]


def test_a_door_that_a_recovery_will_open_is_told() -> None:
    (found,) = reach.ways([OPEN, SHUT], "workflow")
    assert "1 will be opened" in found.said


def test_a_rule_that_is_missing_is_named_in_full() -> None:
    (found,) = reach.ways([SHUT], "terraform")
    assert "sg-nfs must admit TCP 2049 from sg-datasync" in found.said
    assert "studio-recovery grant fs-new" in found.remedy


@pytest.mark.parametrize(
    ("free", "expected"), [(200, Level.OK), (199, Level.WARNING), (4, Level.WARNING), (3, Level.BAD), (0, Level.BAD)]
)
def test_a_subnet_needs_four_addresses_for_each_recovery_at_once(free: int, expected: Level) -> None:
    assert levels(reach.addresses([replace(OPEN, free=free)], 50)) == [expected]


@pytest.mark.parametrize("free", [3, 199])
def test_where_addresses_are_few_recoveries_wait_and_do_not_fail(free: int) -> None:
    (found,) = reach.addresses([replace(OPEN, free=free)], 50)
    assert "wait" in found.remedy
    assert "fail" not in found.remedy


def test_without_a_way_there_are_no_addresses_to_count() -> None:
    assert levels(reach.addresses([Reach(HOME, refusal="no way")], 50)) == [Level.OK]


@pytest.mark.parametrize(
    ("used", "ours", "task_quota", "expected"),
    [
        (10, 10, 100, Level.OK),
        (10, 10, 50, Level.OK),
        (80, 10, 100, Level.WARNING),
        (100, 50, 100, Level.WARNING),
        (10, 10, 200, Level.WARNING),
        (100, 0, 100, Level.BAD),
        (60, 0, 50, Level.BAD),
    ],
)
def test_the_account_must_have_places_for_tasks(used: int, ours: int, task_quota: int, expected: Level) -> None:
    assert levels(quotas.tasks(100, used, ours, task_quota, 50)) == [expected]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(100, Level.OK), (7_999, Level.OK), (8_000, Level.WARNING), (9_998, Level.WARNING), (9_999, Level.BAD)],
)
def test_a_file_system_must_have_places_for_access_points(count: int, expected: Level) -> None:
    assert levels(quotas.points(10_000, {"fs-new (lab)": count}, 50)) == [expected]


@pytest.mark.parametrize(("quota", "expected"), [(1000, Level.OK), (20, Level.OK), (10, Level.WARNING)])
def test_the_account_must_run_enough_functions_at_once(quota: int, expected: Level) -> None:
    assert levels(quotas.concurrency(quota)) == [expected]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (quotas.OF_TASKS, "Tasks"),
        (quotas.OF_TASKS, "Maximum number of tasks you can create per account per AWS Region"),
        (quotas.OF_POINTS, "Access points for each file system"),
        (quotas.OF_CONCURRENCY, "Concurrent executions"),
    ],
)
def test_a_quota_is_known_by_its_name(wanted: quotas.Quota, name: str) -> None:
    others = ["Maximum number of files per task", "Task executions queued", "File systems", "Function URLs"]
    listed = [{"QuotaName": other, "Value": 7.0} for other in others] + [{"QuotaName": name, "Value": 42.0}]
    assert quotas.chosen(listed, wanted) == 42


def test_a_quota_that_aws_does_not_list_is_the_default() -> None:
    assert quotas.chosen([], quotas.OF_TASKS) == 100
