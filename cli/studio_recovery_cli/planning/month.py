"""Knows what the module costs in a month: what it uses by itself and for each recovery, in units and in dollars. Pure.

The units are counted from the code, measured on the local cloud, or estimated upwards (docs/cost.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from studio_recovery_cli.planning.price_table import PriceTable

SIZES = (10, 100, 1_000, 10_000)
SHARE, GIGABYTES = 0.05, 5.0
HOURS = 730
MILLION, THOUSAND = 1e6, 1e3

# By itself. Alarms are paid for by the metrics that they look at.
ALARM_METRICS = 22
DASHBOARDS = 1
# What the seed measures at the end of each pass, and the passes: seed_schedule, every hour.
SEED_METRICS = 9
PASSES = HOURS
SEED_GB = 0.5
# A pass: some calls for each domain, and one list for each hundred of its profiles and of its spaces.
PROFILES_OF_A_DOMAIN = 1_000
CALLS_OF_A_DOMAIN = 4
PROFILES_OF_A_CALL = 100
SECONDS_OF_A_PASS, SECONDS_OF_A_CALL = 3.0, 0.2
LOG_KB_OF_A_PASS = 6.0
# So long logs are kept: log_retention_days.
LOG_MONTHS = 12
# A row, and what the history holds of an owner, in KB; a strongly consistent read unit is 4 KB.
ROW_KB, HISTORY_KB = 1.0, 4.0
READ_UNIT_KB = 4.0

# For each recovery, as `make bench` measures them (docs/performance.md), rounded up; the owner's end is in it.
METRICS_OF_A_RECOVERY = 5
LAMBDA_CALLS, LAMBDA_GB_SECONDS = 10, 15.0
WRITE_UNITS, READ_UNITS = 20, 10
LOG_KB = 200.0
TRACES = 12
EVENTS = 2
NOTICES = 1
# The state machine without its looks at the copy, and with each of them.
TRANSITIONS, TRANSITIONS_OF_A_LOOK = 12, 3
SECONDS_OF_A_GB, SECONDS_AROUND = 60.0, 60.0
LOOK_EVERY, LOOK_AT_MOST, LOOK_SHARE = 8.0, 600.0, 0.1


@dataclass(frozen=True, slots=True)
class Load:
    """So many profiles, of which so many are re-created in the month, each with a home of so many GB.

    `passes`: how often the seed looks at all of them.
    """

    profiles: int
    recreated: int = 0
    gigabytes: float = GIGABYTES
    passes: int = PASSES


@dataclass(frozen=True, slots=True)
class Month:
    """What a month costs in dollars: each service's share, by its name."""

    load: Load
    services: dict[str, float]

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.services.values())


def loads(profiles: int) -> tuple[Load, Load]:
    """An idle month, and one in which a share of the profiles is re-created."""
    return Load(profiles), Load(profiles, max(1, round(profiles * SHARE)))


def month(load: Load, prices: PriceTable) -> Month:
    """What such a month costs."""
    costs: dict[str, float] = {}
    for service, dollars in (*_by_itself(load, prices), *_of_recoveries(load, prices)):
        costs[service] = costs.get(service, 0.0) + dollars
    return Month(load, costs)


def looks(gigabytes: float) -> int:
    """How often the state machine looks at a copy of this size: every eight seconds, then after a tenth of the time."""
    waited, count, end = 0.0, 0, SECONDS_AROUND + gigabytes * SECONDS_OF_A_GB
    while waited < end:
        waited += min(LOOK_AT_MOST, max(LOOK_EVERY, waited * LOOK_SHARE))
        count += 1
    return count


def transitions(gigabytes: float) -> int:
    """State transitions of a recovery of this size."""
    return TRANSITIONS + TRANSITIONS_OF_A_LOOK * looks(gigabytes)


def seconds_of_a_pass(profiles: int) -> float:
    """How long a pass of the seed takes that finds nothing to do."""
    domains = -(-profiles // PROFILES_OF_A_DOMAIN)
    calls = domains * CALLS_OF_A_DOMAIN + profiles / PROFILES_OF_A_CALL
    return SECONDS_OF_A_PASS + calls * SECONDS_OF_A_CALL


def _by_itself(load: Load, prices: PriceTable) -> Iterator[tuple[str, float]]:
    yield "CloudWatch dashboard", prices.of("cloudwatch", "dashboard_month", DASHBOARDS)
    yield "CloudWatch metrics", _metrics(prices, SEED_METRICS, load.passes)
    yield "CloudWatch alarms", prices.of("cloudwatch", "alarm_month", ALARM_METRICS)
    yield "CloudWatch logs", _logs(prices, load.passes * LOG_KB_OF_A_PASS)
    yield "Lambda", _lambda(prices, load.passes, load.passes * seconds_of_a_pass(load.profiles) * SEED_GB)
    stored = load.profiles * (ROW_KB + HISTORY_KB) / MILLION
    yield "DynamoDB", prices.of("dynamodb", "million_read_units", load.passes * _units_of_all(load), MILLION)
    yield "DynamoDB", prices.of("dynamodb", "gb_month", stored)
    yield "DynamoDB", prices.of("dynamodb", "gb_month_point_in_time_recovery", stored)
    yield "X-Ray", prices.of("xray", "million_traces_recorded", load.passes, MILLION)


def _units_of_all(load: Load) -> float:
    return load.profiles * ROW_KB / READ_UNIT_KB


def _of_recoveries(load: Load, prices: PriceTable) -> Iterator[tuple[str, float]]:
    count = load.recreated
    yield "CloudWatch metrics", _metrics(prices, METRICS_OF_A_RECOVERY, count)
    yield "CloudWatch logs", _logs(prices, count * LOG_KB)
    yield "Lambda", _lambda(prices, count * LAMBDA_CALLS, count * LAMBDA_GB_SECONDS)
    yield "DynamoDB", prices.of("dynamodb", "million_write_units", count * WRITE_UNITS, MILLION)
    yield "DynamoDB", prices.of("dynamodb", "million_read_units", count * READ_UNITS, MILLION)
    yield "X-Ray", prices.of("xray", "million_traces_recorded", count * TRACES, MILLION)
    moved = count * transitions(load.gigabytes)
    yield "Step Functions", prices.of("step_functions", "thousand_transitions", moved, THOUSAND)
    yield "EventBridge, SNS", prices.of("eventbridge", "million_custom_events", count * EVENTS, MILLION)
    yield "EventBridge, SNS", prices.of("sns", "million_publishes", count * NOTICES, MILLION)
    yield "DataSync", prices.of("datasync", "gb_basic", count * load.gigabytes)


def _metrics(prices: PriceTable, count: int, times: int) -> float:
    """A metric is billed in each hour in which it gets a value: at most so many times."""
    return prices.of("cloudwatch", "metric_month", count * min(HOURS, times) / HOURS)


def _lambda(prices: PriceTable, calls: float, gb_seconds: float) -> float:
    requests = prices.of("lambda", "million_requests", calls, MILLION)
    return requests + prices.of("lambda", "gb_second", gb_seconds)


def _logs(prices: PriceTable, kilobytes: float) -> float:
    gigabytes = kilobytes / MILLION
    kept = prices.of("cloudwatch", "gb_month_logs", gigabytes * LOG_MONTHS)
    return prices.of("cloudwatch", "gb_logs_ingested", gigabytes) + kept
