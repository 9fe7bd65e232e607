"""Knows AWS's list prices, in US dollars, of two Regions, as secondary sources tell them.

They are for an estimate: AWS's own pages were not opened, no discount, free tier or tax is in them, and no invoice was
compared (docs/limits.md). To check them: aws.amazon.com/datasync/pricing, aws.amazon.com/efs/pricing,
aws.amazon.com/step-functions/pricing. A price that nobody found is None, and what it would go into is unknown.
"""

from dataclasses import dataclass

# The date of the newest source (Step Functions in eu-west-1). EFS in eu-west-1 is of 2026-05-01, EFS Standard in
# us-east-1 of 2026-08-31; those of Infrequent Access and Archive in us-east-1 bear no date.
PRICED = "2026-09-11"
UNKNOWN = "unknown"
# AWS bills storage and data by 2^30 bytes, and calls them a GB.
GB = 1024**3
# State transitions of a recovery whose copy takes a minute; each further look at the copy adds three.
TRANSITIONS = 29
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
    of several zones, as Studio's are. `transition`: a state transition of a standard workflow of Step Functions.
    """

    datasync: float
    transition: float
    efs_standard: float
    efs_infrequent_access: float
    efs_infrequent_access_elastic: float | None = None
    efs_archive: float | None = None

    def recovery(self, size: int, transitions: int = TRANSITIONS) -> float:
        """What a recovery of so many bytes costs, in dollars: the copy and the state machine.

        Lambda, DynamoDB, SQS and SNS come to less than a tenth of a cent together, and are left out. EFS may ask for
        reads and writes, too, as the file system's throughput mode says.
        """
        return size / GB * self.datasync + transitions * self.transition

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


_PRICES = {
    "eu-west-1": Prices(
        datasync=0.0125,
        transition=0.000025,
        efs_standard=0.33,
        efs_infrequent_access=0.025,
    ),
    "us-east-1": Prices(
        datasync=0.0125,
        transition=0.000025,
        efs_standard=0.30,
        efs_infrequent_access=0.025,
        efs_infrequent_access_elastic=0.016,
        efs_archive=0.008,
    ),
}
REGIONS = tuple(_PRICES)
SAID = f"AWS's list prices as secondary sources told them by {PRICED}, before discounts and taxes"


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
