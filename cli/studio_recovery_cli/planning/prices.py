"""Knows what a copy and a file system cost, by AWS's list prices in US dollars of two Regions.

They are for an estimate: no discount, free tier or tax is in them, and no invoice was compared (docs/limits.md). A
price that nobody found is None, and what it would go into is unknown. Those of us-east-1 are in prices.toml.
"""

from dataclasses import dataclass

from studio_recovery_cli.planning.month import transitions
from studio_recovery_cli.planning.price_table import PriceTable, price_table

UNKNOWN = "unknown"
# AWS bills storage and data by 2^30 bytes, and calls them a GB.
GB = 1024**3
_SMALLEST_TOLD = 0.01


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes on a file system by storage class. `elastic`: its throughput mode is elastic, in which Infrequent Access
    has another price."""

    standard: int
    infrequent_access: int = 0
    archive: int = 0
    elastic: bool = False

    @property
    def total(self) -> int:
        """All bytes."""
        return self.standard + self.infrequent_access + self.archive


@dataclass(frozen=True, slots=True)
class Prices:
    """The list prices of a Region.

    `datasync`: a GB copied in Basic mode; tasks and locations cost nothing. `efs_...`: a GB and month on a file system
    of several zones, as Studio's are. `transition`: a state transition of a standard workflow of Step Functions. All of
    them were so `as_of` a date.
    """

    as_of: str

    datasync: float
    transition: float
    efs_standard: float
    efs_infrequent_access: float
    efs_infrequent_access_elastic: float | None = None
    efs_archive: float | None = None

    @property
    def said(self) -> str:
        """What they are, for people."""
        return f"AWS's list prices as public sources told them by {self.as_of}, before discounts and taxes"

    def recovery(self, size: int) -> float:
        """What a recovery of so many bytes costs, in dollars: the copy and the state machine.

        Lambda, DynamoDB, SQS and SNS come to less than a tenth of a cent together, and are left out. EFS may ask for
        reads and writes, too, as the file system's throughput mode says.
        """
        return size / GB * self.datasync + transitions(size / GB) * self.transition

    def month(self, stored: Stored) -> float | None:
        """What it costs to keep this for a month, in dollars; None if a price that it takes is not known."""
        infrequent = self.efs_infrequent_access_elastic if stored.elastic else self.efs_infrequent_access
        classes = (
            (stored.standard, self.efs_standard),
            (stored.infrequent_access, infrequent),
            (stored.archive, self.efs_archive),
        )
        total = 0.0
        for size, price in classes:
            if size and price is None:
                return None
            total += size / GB * (price or 0)
        return total


def _of_table(table: PriceTable) -> Prices:
    efs = table.services["efs"]
    return Prices(
        as_of=table.as_of,
        datasync=table.services["datasync"]["gb_basic"],
        transition=table.of("step_functions", "thousand_transitions", 1, 1000),
        efs_standard=efs["gb_month_standard"],
        efs_infrequent_access=efs["gb_month_infrequent_access"],
        efs_infrequent_access_elastic=efs["gb_month_infrequent_access_elastic"],
        efs_archive=efs["gb_month_archive"],
    )


# From secondary sources; EFS's are of 2026-05-01.
_EU_WEST_1 = Prices(
    as_of="2026-09-11",
    datasync=0.0125,
    transition=0.000025,
    efs_standard=0.33,
    efs_infrequent_access=0.025,
)
_PRICES = {"eu-west-1": _EU_WEST_1, "us-east-1": _of_table(price_table())}
REGIONS = tuple(_PRICES)


def prices_in(region: str) -> Prices | None:
    """The list prices of a Region; None if they are not known here: then every cost is unknown."""
    return _PRICES.get(region)


def money(dollars: float | None) -> str:
    """An amount for people, such as $12.30; `unknown` for None."""
    if dollars is None:
        return UNKNOWN
    if 0 < dollars < _SMALLEST_TOLD:
        return "under $0.01"
    return f"${dollars:,.2f}"
