import re

import pytest

from studio_recovery_cli.planning.prices import GB, REGIONS, Stored, money, prices_in


def test_a_month_is_the_sum_of_its_storage_classes() -> None:
    prices = prices_in("us-east-1")
    assert prices
    assert prices.month(Stored(10 * GB, 100 * GB, 1000 * GB, elastic=True)) == pytest.approx(3 + 1.6 + 8)


def test_infrequent_access_costs_more_where_throughput_is_not_elastic() -> None:
    prices = prices_in("us-east-1")
    assert prices
    assert prices.month(Stored(0, 100 * GB)) == pytest.approx(2.5)


def test_a_month_is_unknown_if_one_of_its_prices_is() -> None:
    prices = prices_in("eu-west-1")
    assert prices
    assert prices.month(Stored(GB, archive=GB, elastic=True)) is None
    assert prices.month(Stored(GB, elastic=True)) == pytest.approx(0.33)


def test_a_recovery_costs_its_copy_and_its_transitions() -> None:
    prices = prices_in("eu-west-1")
    assert prices
    assert prices.recovery(80 * GB) == pytest.approx(80 * 0.0125 + 174 * 0.000025)


def test_a_region_that_nobody_looked_up_has_no_prices() -> None:
    assert prices_in("mars-north-1") is None
    assert all(prices_in(region) for region in REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_prices_are_told_with_their_date(region: str) -> None:
    prices = prices_in(region)
    assert prices
    assert re.fullmatch(r"2026-\d\d-\d\d", prices.as_of)
    assert prices.as_of in prices.said


@pytest.mark.parametrize(
    ("dollars", "told"),
    [(None, "unknown"), (0, "$0.00"), (0.0004, "under $0.01"), (0.01, "$0.01"), (1234.5, "$1,234.50")],
)
def test_an_amount_is_written_for_people(dollars: float | None, told: str) -> None:
    assert money(dollars) == told
