"""Knows AWS's list prices as the table beside this file tells them (prices.toml), in US dollars, with their date."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The list prices of one Region by service and unit, as they were `as_of` a date."""

    as_of: str
    region: str
    services: Mapping[str, Mapping[str, float]]

    def of(self, service: str, unit: str, units: float, per: float = 1) -> float:
        """What so many units of a service cost; the price is for `per` of them. Raises KeyError if it is not there."""
        return units / per * self.services[service][unit]


@cache
def price_table() -> PriceTable:
    """The table."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    services = {name: table for name, table in told.items() if isinstance(table, dict)}
    return PriceTable(told["as_of"], told["region"], services)
