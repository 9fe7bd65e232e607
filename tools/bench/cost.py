"""What one recovery takes and costs: states, events, calls, units and dollars, in virtual time.

The chain is that of the storm. AWS answers each call within 50 ms; each invocation is billed a cold start, the worst
case, of CPU time as Lambda gives it to the function's memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from localcloud.service import Record
from studio_recovery.announcements import announcements
from studio_recovery.aws.items import row_from_item
from studio_recovery.notices import Deployment, notice
from tests.histories.chain import Actor
from tests.histories.clients import LATENCY, Client
from tests.histories.cloud import NAME, PROFILES
from tests.histories.services import numbered
from tools.bench.crowd import STEP, Crowd, tasks_of
from tools.bench.memory import CPU_SHARE_MB, memory_sizes
from tools.bench.meter import Counted, Meter
from tools.bench.prices import dollars
from tools.bench.table import Table

MINUTE, HOUR = 60.0, 3600.0
DAY = 24 * HOUR
STORIES = {"1 minute": (MINUTE,), "2 hours": (2 * HOUR,), "24 hours": (DAY,), "7 days": (7 * DAY,)}
WAITED = "1 hour's wait, 1 minute"
MOST = {"1 minute": 40, "24 hours": 600, WAITED: 40}
"""How many states a recovery may enter."""
MOST_EVENTS = 25_000
COLD_SECONDS = 0.3
LINE_BYTES = 1024
"""Of a log line, and of an event of an execution that is logged with its data."""
COPIED_BYTES = 5 * 2**30
EVENTS = {"Task": 2, "Wait": 2, "Choice": 2, "Pass": 2, "Succeed": 2, "Fail": 1}
"""Of a state beside the three of each try of a Task (scheduled, started, ended): entered and left."""
TRY_EVENTS, ENDS = 3, 2
FUNCTIONS = {"event": "event_handler", "trigger": "stream_trigger", "open": "open_homes", "close": "close_homes"}
COLUMNS = (*STORIES, WAITED)
UNITS = (
    ("state transitions, as billed", "transitions", ",.0f"),
    ("events in the execution's history", "events", ",.0f"),
    ("Lambda invocations", "invocations", ",.0f"),
    ("Lambda seconds", "lambda_seconds", ",.1f"),
    ("Lambda GB-seconds", "lambda_gb_seconds", ",.2f"),
    ("DynamoDB write units", "write_units", ",.0f"),
    ("DynamoDB read units", "read_units", ",.1f"),
    ("events on the bus", "custom_events", ",.0f"),
    ("log, kB", "log_kb", ",.0f"),
)


@dataclass
class Bill:
    """What recoveries took, in units by name."""

    units: Counter[str] = field(default_factory=Counter)
    entered: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    def without(self, other: "Bill") -> "Bill":
        """The difference."""
        units = Counter({name: self.units[name] - other.units[name] for name in self.units})
        calls = Counter({name: self.calls[name] - other.calls[name] for name in self.calls})
        return Bill(units, self.entered - other.entered, calls)


class Metered(Crowd):
    """Owners whose copies take so many seconds, in the order in which they start, and only so many at once."""

    def __init__(self, copies: Iterable[float]) -> None:
        self.meter = Meter()
        self.invocations: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        super().__init__(seed=1)
        self.max_concurrent = 1
        self.handled = self._billed
        left = iter(copies)
        self.copies_take(lambda: next(left))
        self.be_patient()

    def measured(self) -> None:
        """From here on everything counts."""
        cloud = self.cloud
        cloud.clients = {name: cast("Client", Counted(name, one, self.meter)) for name, one in cloud.clients.items()}
        cloud.once = cast("Client", Counted("datasync", cloud.once, self.meter))
        self.invocations.clear()
        self.seconds.clear()

    def _billed(self, actor: Actor, _: bool) -> None:
        self.invocations[FUNCTIONS.get(actor.name, actor.name)] += 1
        self.seconds[FUNCTIONS.get(actor.name, actor.name)] += self.time.now() - actor.began

    def _noted(self, table: str, old: Record | None, new: Record) -> None:
        super()._noted(table, old, new)
        row = row_from_item(new) if table == PROFILES else None
        if row is None or row.status in ("IDLE", "UNPROTECTED"):
            return
        before = row_from_item(old) if old else None
        told = announcements(before, row)
        calls = Counter({"events": bool(told), "sns": bool(notice(before, row, Deployment(NAME, "")))})
        self.meter.calls += calls
        self.meter.custom_events += len(told)
        self.invocations["notices"] += 1
        self.seconds["notices"] += LATENCY * sum(calls.values())


def measure(small: bool) -> Table:
    """A column for each story, a row for each unit."""
    names = [name for name in COLUMNS if not small or name in MOST]
    bills = {name: bill_of(name) for name in names}
    return Table(("", *names), tuple(_rows(list(bills.values()))), tuple(_missed(bills)))


def bill_of(story: str) -> Bill:
    """What one recovery took, from its owner's CreateUserProfile on."""
    if story == WAITED:
        return told((HOUR, MINUTE)).without(told((HOUR,)))
    return told(STORIES[story])


def told(copies: tuple[float, ...]) -> Bill:
    """What the recoveries took whose copies take so long, with room for one at a time."""
    with numbered():
        crowd = Metered(copies)
        crowd.move_in(len(copies))
        crowd.everybody(len(copies), "delete_user_profile")
        crowd.time.advance(2 * STEP)
        crowd.measured()
        crowd.everybody(len(copies), "create_user_profile")
        crowd.time.advance(sum(copies))
        crowd.until(lambda: len(crowd.cloud.states.walks) == len(copies) and crowd.at_rest())
        return _bill(crowd)


def _bill(crowd: Metered) -> Bill:
    definition, tasks = crowd.cloud.states.definition, tasks_of(crowd)
    walks = crowd.cloud.states.walks.values()
    entered = [state for walk in walks for state in (crowd.cloud.states.begins, *walk.entered)]
    tries = sum(crowd.tries.values())
    retries = tries - sum(state in tasks for state in entered)
    events = sum(_events(definition[state]) for state in entered) + TRY_EVENTS * tries + ENDS * len(walks)
    invocations = sum(crowd.invocations.values())
    units = {
        "transitions": len(entered) + retries,
        "events": events,
        "invocations": invocations,
        "lambda_seconds": sum(_seconds(crowd).values()),
        "lambda_gb_seconds": sum(seconds * memory_sizes()[name] / 1024 for name, seconds in _seconds(crowd).items()),
        "write_units": crowd.meter.write_units,
        "read_units": crowd.meter.read_units,
        "custom_events": crowd.meter.custom_events,
        "traces": invocations + len(walks),
        "log_kb": LINE_BYTES * (events + invocations) / 1024,
        "log_bytes": LINE_BYTES * (events + invocations),
        "copied_bytes": COPIED_BYTES * len(walks),
    }
    return Bill(Counter(units), len(entered), crowd.meter.calls)


def _events(state: Record) -> int:
    """Of a state beside its tries; one that waits for its token tells that it was submitted, too."""
    return EVENTS[state["Type"]] + int(str(state.get("Resource", "")).endswith("waitForTaskToken"))


def _seconds(crowd: Metered) -> dict[str, float]:
    """How long each function is billed for: it waits for AWS, and each time it starts."""
    sizes = memory_sizes()
    return {
        name: crowd.seconds[name] + invocations * COLD_SECONDS * max(1.0, CPU_SHARE_MB / sizes[name])
        for name, invocations in crowd.invocations.items()
    }


def _rows(bills: list[Bill]) -> Iterator[tuple[str, ...]]:
    yield "states entered", *(f"{bill.entered:,}" for bill in bills)
    for said, name, form in UNITS:
        yield said, *(format(bill.units[name], form) for bill in bills)
    for service in sorted({service for bill in bills for service in bill.calls}):
        yield f"calls of {service}", *(f"{bill.calls[service]:,}" for bill in bills)
    costs = [dollars(bill.units) for bill in bills]
    for service in costs[0]:
        yield f"{service}, dollars", *(f"{cost[service]:.6f}" for cost in costs)
    yield "**without DataSync, dollars**", *(f"{sum(cost.values()) - cost['DataSync']:.4f}" for cost in costs)
    yield "**all, dollars**", *(f"{sum(cost.values()):.4f}" for cost in costs)


def _missed(bills: dict[str, Bill]) -> Iterator[str]:
    for name, bill in bills.items():
        if bill.entered > (most := MOST.get(name, MOST_EVENTS)):
            yield f"a recovery of {name} enters {bill.entered} states, more than {most}"
        if bill.units["events"] > MOST_EVENTS / 2:
            yield f"a recovery of {name} has {bill.units['events']} events, more than half of {MOST_EVENTS}"
