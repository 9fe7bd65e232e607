"""The figures that alarms look at."""

from dataclasses import replace

import pytest

from studio_recovery.announcements import Announcement, What
from studio_recovery.gauges import gauges, of_a_pass, of_an_end, of_tasks
from studio_recovery.rows import Counts, Row
from studio_recovery.statuses import APPROVAL, HELD, STILL_ALIVE, Status
from tests.unit.cast import NEW, OLD, ROW

NOW = 1_772_442_905_000
HOUR = 3_600_000


def row(status: Status, **more: object) -> Row:
    return replace(ROW, status=status, event_time=NOW - HOUR, **more)  # type: ignore[arg-type]  # fields of Row


def values(*rows: Row) -> dict[str, float]:
    return {gauge.name: gauge.value for gauge in gauges(rows, NOW)}


def test_an_empty_ledger_measures_nothing_but_zeros() -> None:
    assert set(values().values()) == {0}


def test_each_row_counts_where_somebody_waits_for_it() -> None:
    rows = [row(status) for status in Status]
    found = values(*rows)
    names = ("FailedRecoveries", "PartialRecoveries", "BlockedRecoveries", "WaitingRecoveries")
    assert [found[name] for name in names] == [1, 1, 1, 2]


@pytest.mark.parametrize("reason", [HELD, STILL_ALIVE, APPROVAL])
def test_who_is_on_hold_is_not_blocked(reason: str) -> None:
    assert values(row(Status.BLOCKED, reason=reason, replication=False))["BlockedRecoveries"] == 0


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIAL])
def test_nobody_waits_for_the_files_of_an_owner_that_is_gone_or_on_hold(status: Status) -> None:
    gone, held = row(status, deleted_at=NOW), row(status, replication=False)
    found = values(gone, held)
    assert (found["FailedRecoveries"], found["PartialRecoveries"]) == (0, 0)


def test_the_oldest_wait_counts_from_the_observation_that_asked() -> None:
    waiting = [row(Status.PENDING), row(Status.RUNNING), row(Status.FAILED)]
    waiting[1] = replace(waiting[1], event_time=NOW - 3 * HOUR)
    waiting[2] = replace(waiting[2], event_time=NOW - 9 * HOUR)
    assert values(*waiting)["OldestWait"] == 3 * 3600


def test_a_clock_that_is_behind_or_a_row_without_time_measures_no_wait() -> None:
    assert values(replace(row(Status.PENDING), event_time=NOW + HOUR))["OldestWait"] == 0
    assert values(replace(row(Status.PENDING), event_time=0))["OldestWait"] == 0


def test_waits_are_seconds_and_the_rest_are_counts() -> None:
    units = {gauge.name: gauge.unit for gauge in gauges([], NOW)}
    assert units.pop("OldestWait") == "Seconds"
    assert set(units.values()) == {"Count"}


def told(**more: object) -> dict[str, tuple[str, float]]:
    ended = replace(Announcement(What.SUCCEEDED, OLD, NEW), **more)  # type: ignore[arg-type]  # its fields
    return {gauge.name: (gauge.unit, gauge.value) for gauge in of_an_end(ended)}


def test_a_copy_that_ended_tells_how_long_it_took_and_how_much_came() -> None:
    assert told(counts=Counts(10, 2, 3000), waited_ms=60_000) == {
        "CopyDuration": ("Seconds", 3),
        "BytesWritten": ("Bytes", 10),
        "FilesTransferred": ("Count", 2),
        "TimeToRecover": ("Seconds", 60),
    }


def test_what_was_not_copied_or_not_waited_for_pulls_no_average_down() -> None:
    assert told(waited_ms=60_000) == {}
    assert "TimeToRecover" not in told(counts=Counts(10, 2, 3000))


def test_a_pass_counts_itself_and_its_repairs() -> None:
    assert [(gauge.name, gauge.value) for gauge in of_a_pass(3)] == [("SeedPasses", 1), ("Repairs", 3)]


def test_tasks_are_told_as_a_part_of_the_quota() -> None:
    assert [(gauge.name, gauge.unit, gauge.value) for gauge in of_tasks(81, 100)] == [
        ("Tasks", "Count", 81),
        ("TaskQuotaUsed", "Percent", 81),
    ]
