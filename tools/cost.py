"""Tells in Markdown what a month costs, from the code that `studio-recovery plan --month` uses."""

from collections.abc import Iterator, Sequence

from studio_recovery_cli.planning import month as units
from studio_recovery_cli.planning.month import HOURS, SIZES, Load, Month, loads, month
from studio_recovery_cli.planning.month_told import NOTHING, amount, services
from studio_recovery_cli.planning.price_table import PriceTable

EVERY = {"every hour": HOURS, "every 6 hours": HOURS // 6, "every day": HOURS // 24}
COPIES = (0.1, 1, 5, 50, 500, 5_000)


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return (
        "".join(f"| {' | '.join(cells)} |\n" for cells in lines).replace("| --- |", "|---|").replace(" ---: ", "---:")
    )


def idle(prices: PriceTable) -> str:
    """Months in which nothing happens."""
    return _by_service([month(loads(size)[0], prices) for size in SIZES])


def busy(prices: PriceTable) -> str:
    """Months in which some profiles are re-created."""
    return _by_service([month(loads(size)[1], prices) for size in SIZES])


def _by_service(told: Sequence[Month]) -> str:
    def rows() -> Iterator[list[str]]:
        yield ["re-created", *(f"{one.load.recreated:,}" for one in told)]
        small = [name for name in services(told) if all(amount(one.services[name]) == NOTHING for one in told)]
        for name in services(told):
            if name not in small:
                yield [name, *(amount(one.services[name]) for one in told)]
        yield [", ".join(small), *(NOTHING for _ in told)]
        yield ["**together**", *(f"**{amount(one.total)}**" for one in told)]

    return table(["profiles", *(f"{one.load.profiles:,}" for one in told)], rows())


def schedule(prices: PriceTable) -> str:
    """Idle months by how often the seed runs."""

    def rows() -> Iterator[list[str]]:
        for name, passes in EVERY.items():
            yield [name, *(amount(month(Load(size, passes=passes), prices).total) for size in SIZES)]

    return table(["the seed runs", *(f"{size:,} profiles" for size in SIZES)], rows())


def modes(prices: PriceTable) -> str:
    """What DataSync asks for a copy in each of its modes."""

    def rows() -> Iterator[list[str]]:
        for size in COPIES:
            basic = prices.of("datasync", "gb_basic", size)
            enhanced = prices.of("datasync", "gb_enhanced", size) + prices.of("datasync", "enhanced_execution", 1)
            yield [f"{size:,}", f"{basic:.3f}", f"{enhanced:.3f}", f"{enhanced / basic:,.1f}"]

    return table(["GB", "BASIC", "ENHANCED", "ratio"], rows())


def assumed(prices: PriceTable) -> str:
    """What the tables stand on."""
    rows = (
        ("prices", f"{prices.region}, as of {prices.as_of}"),
        ("hours of a month", f"{HOURS}"),
        ("metrics that alarms look at", f"{units.ALARM_METRICS}"),
        ("metrics of a pass of the seed", f"{units.SEED_METRICS}"),
        ("metrics of a recovery, in an hour of its own", f"{units.METRICS_OF_A_RECOVERY}"),
        ("seconds of a pass, at 1,000 and 10,000 profiles", _passes()),
        ("memory of the seed, GB", f"{units.SEED_GB:g}"),
        ("KB of a row, and of an owner's history", f"{units.ROW_KB:g}, {units.HISTORY_KB:g}"),
        ("state transitions of a recovery of 5 GB", f"{units.transitions(5)}"),
        ("Lambda calls of a recovery, and GB-seconds", f"{units.LAMBDA_CALLS}, {units.LAMBDA_GB_SECONDS:g}"),
        ("DynamoDB units of a recovery, written and read", f"{units.WRITE_UNITS}, {units.READ_UNITS}"),
        ("KB of logs of a pass, and of a recovery", f"{units.LOG_KB_OF_A_PASS:g}, {units.LOG_KB:g}"),
        ("months that logs are kept", f"{units.LOG_MONTHS}"),
        ("traces of a recovery", f"{units.TRACES}"),
        ("a copy takes, in seconds", f"{units.SECONDS_AROUND:g}, and {units.SECONDS_OF_A_GB:g} for each GB"),
    )
    return table(["what", "how much"], iter(rows))


def _passes() -> str:
    return " and ".join(f"{units.seconds_of_a_pass(size):.0f}" for size in (1_000, 10_000))


COSTS = {"idle": idle, "busy": busy, "schedule": schedule, "modes": modes, "assumed": assumed}
