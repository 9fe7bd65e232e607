"""What a month costs, by units that are those of the code."""

import re
from collections.abc import Iterable

import pytest

from studio_recovery.announcements import Announcement, What
from studio_recovery.gauges import gauges, of_a_pass, of_an_end, of_tasks
from studio_recovery.rows import Counts
from studio_recovery_cli.planning import month as units
from studio_recovery_cli.planning.month import HOURS, Load, looks, month
from studio_recovery_cli.planning.month_told import amount, as_data, months
from studio_recovery_cli.planning.price_table import PriceTable, price_table
from tools.pages import ROOT

PRICES = price_table()


def lists_in(text: str) -> Iterable[str]:
    """The functions that the alarms of a Terraform text name."""
    return (name for found in re.findall(r"functions = \[(.*?)\]", text) for name in found.split(","))


def test_an_idle_month_costs_little_and_hardly_depends_on_the_number_of_profiles() -> None:
    small, large = month(Load(10), PRICES), month(Load(10_000), PRICES)
    assert 7 < small.total < 8
    assert large.total - small.total < 1
    of_cloudwatch = sum(usd for name, usd in small.services.items() if name.startswith("CloudWatch"))
    assert of_cloudwatch / small.total > 0.99


def test_what_is_copied_is_nearly_all_that_recoveries_cost() -> None:
    idle, busy = month(Load(10_000), PRICES), month(Load(10_000, 500), PRICES)
    copied = 500 * 5 * 0.0125
    assert busy.services["DataSync"] == pytest.approx(copied)
    assert copied / (busy.total - idle.total) > 0.9


def test_a_seed_that_runs_less_often_measures_less() -> None:
    often, seldom = month(Load(10), PRICES), month(Load(10, passes=HOURS // 6), PRICES)
    assert seldom.services["CloudWatch metrics"] == pytest.approx(often.services["CloudWatch metrics"] / 6, rel=0.01)


@pytest.mark.parametrize(("gigabytes", "count"), [(0, 8), (1, 15), (60, 51)])
def test_looks_at_a_copy_grow_rarer(gigabytes: float, count: int) -> None:
    assert looks(gigabytes) == count


def test_metrics_and_alarms_are_as_many_as_the_code_has() -> None:
    assert len((*gauges((), 0), *of_a_pass(0), *of_tasks(0, 1))) == units.SEED_METRICS
    ended = Announcement(What.SUCCEEDED, None, None, counts=Counts(1, 1, 1), waited_ms=1)
    assert len(of_an_end(ended)) + 1 == units.METRICS_OF_A_RECOVERY
    text = (ROOT / "watch_alarms.tf").read_text("utf-8")
    every = len(re.findall(r"^    \w+ += module\.\w+\.name$", text, re.MULTILINE))
    of_functions = len(list(lists_in(text))) + every * text.count("keys(local.functions)")
    # One for each alarm of the first kind, and the one that watches the seed.
    assert text.count("= merge(local.") + of_functions + 1 == units.ALARM_METRICS


def test_the_deployments_own_number_is_told_between_the_others() -> None:
    told = as_data(months(PRICES, 37), PRICES, 37)
    assert [one["profiles"] for one in told["months"][::2]] == [10, 37, 100, 1_000, 10_000]
    assert [one["recreated"] for one in told["months"][:4]] == [0, 1, 0, 2]
    assert (told["priced"], told["region"]) == (PRICES.as_of, PRICES.region)
    assert months(PRICES, 0) == months(PRICES, 10)


def test_a_price_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        PriceTable("2026-11-30", "us-east-1", {}).of("lambda", "gb_second", 1)


def test_less_than_a_cent_is_told_as_nothing() -> None:
    assert (amount(0.004), amount(0.006), amount(1234.5)) == ("-", "0.01", "1,234.50")
