"""Knows how the cost of a month is told: as data, and as a table for people, one service a line."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from studio_recovery_cli import words
from studio_recovery_cli.planning.month import GIGABYTES, SHARE, SIZES, Month, loads, month
from studio_recovery_cli.planning.price_table import PriceTable

PAGE = "docs/cost.md"
# Less than a cent is nothing to speak of.
NOTHING = "-"
_CENT = 0.005


def months(prices: PriceTable, profiles: int = 0) -> list[Month]:
    """Idle and busy months of the sizes that are told, and of a deployment with so many profiles."""
    return [month(load, prices) for size in sorted({*SIZES, profiles} - {0}) for load in loads(size)]


def as_data(told: Sequence[Month], prices: PriceTable, profiles: int) -> dict[str, Any]:
    """The months as data (plan_fields.MONTH)."""
    return {
        "priced": prices.as_of,
        "region": prices.region,
        "profiles": profiles,
        "gb_of_a_home": GIGABYTES,
        "months": [
            {
                "profiles": one.load.profiles,
                "recreated": one.load.recreated,
                "total_usd": round(one.total, 2),
                "services": [{"service": name, "usd": round(usd, 4)} for name, usd in one.services.items()],
            }
            for one in told
        ],
    }


def services(told: Sequence[Month]) -> list[str]:
    """All services, the dearest in the last month first."""
    return sorted(told[-1].services, key=lambda name: -told[-1].services[name])


def amount(dollars: float) -> str:
    """Dollars in a table."""
    return NOTHING if dollars < _CENT else f"{dollars:,.2f}"


def draw(told: Sequence[Month], prices: PriceTable, profiles: int, console: Console) -> None:
    """A table of the idle months, one of the busy ones, and what they assume."""
    idle, busy = told[::2], told[1::2]
    _table(console, "Dollars a month, nothing happens", idle)
    console.print()
    _table(console, f"Dollars a month, {SHARE:.0%} are re-created with {GIGABYTES:g} GB each", busy)
    console.print()
    console.print(f"This deployment has {words.number(profiles)} profiles and spaces.")
    said = f"Prices of {prices.region} as of {prices.as_of}, before free tiers, discounts and taxes; estimates: {PAGE}"
    console.print(said, style="dim", soft_wrap=True)


def _table(console: Console, title: str, told: Sequence[Month]) -> None:
    table = Table(
        box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), title=title, title_justify="left"
    )
    table.add_column("PROFILES")
    for one in told:
        table.add_column(words.number(one.load.profiles), justify="right")
    for name in services(told):
        if any(one.services[name] >= _CENT for one in told):
            table.add_row(name, *(amount(one.services[name]) for one in told))
    table.add_row("Total", *(amount(one.total) for one in told), style="bold")
    console.print(table)
