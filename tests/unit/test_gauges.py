"""The figures that alarms look at."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from studio_recovery.gauges import NAMESPACE, gauges
from studio_recovery.nouns import APPROVAL, HELD, STILL_ALIVE, Row, Status
from tests.unit.cast import ROW

NOW = 1_772_442_905_000
HOUR = 3_600_000
ROOT = Path(__file__).parents[2]
ALARMS = (ROOT / "watch_alarms.tf").read_text()


def row(status: Status, **more: object) -> Row:
    return replace(ROW, status=status, event_time=NOW - HOUR, **more)  # type: ignore[arg-type]  # fields of Row


def values(*rows: Row) -> dict[str, float]:
    return {gauge.name: gauge.value for gauge in gauges(rows, NOW)}


def test_an_empty_ledger_measures_nothing_but_zeros() -> None:
    assert values() == {"FailedRecoveries": 0, "BlockedRecoveries": 0, "WaitingRecoveries": 0, "OldestWait": 0}


def test_each_row_counts_where_somebody_waits_for_it() -> None:
    rows = [row(status) for status in Status]
    found = values(*rows)
    assert (found["FailedRecoveries"], found["BlockedRecoveries"], found["WaitingRecoveries"]) == (2, 1, 2)


@pytest.mark.parametrize("reason", [HELD, STILL_ALIVE, APPROVAL])
def test_who_is_on_hold_is_not_blocked(reason: str) -> None:
    assert values(row(Status.BLOCKED, reason=reason, replication=False))["BlockedRecoveries"] == 0


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIAL])
def test_nobody_waits_for_the_files_of_an_owner_that_is_gone_or_on_hold(status: Status) -> None:
    gone, held = row(status, deleted_at=NOW), row(status, replication=False)
    assert values(gone, held)["FailedRecoveries"] == 0


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


def test_alarms_look_at_figures_that_exist() -> None:
    looked_at = set(re.findall(r'merge\(local\.rows, \{\s+metric\s*=\s*"(\w+)"', ALARMS))
    assert f'rows  = {{ namespace = "{NAMESPACE}"' in ALARMS
    assert looked_at == {"FailedRecoveries", "BlockedRecoveries", "OldestWait"}
    assert looked_at <= {gauge.name for gauge in gauges([], NOW)}


def test_each_alarm_names_a_section_to_read_on_in() -> None:
    sections = set(re.findall(r'docs/operating.md, section \\"([^"\\]+)\\"', ALARMS))
    headings = set(re.findall(r"^## (.+)$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE))
    assert sections == {"Failed", "Blocked", "Waiting", "Failure queue"}
    assert sections <= headings
