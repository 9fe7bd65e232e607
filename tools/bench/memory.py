"""What each size of memory would cost, and how long a function would take: a model of Lambda over measured CPU time.

Lambda gives CPU in proportion to memory, a whole one at 1,769 MB
(docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). What waits for AWS waits as long at any size, and the
size is paid for meanwhile.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from studio_recovery_cli.planning.price_table import price_table
from tools.bench.cold_start import FUNCTIONS, compared
from tools.bench.prices import MILLION
from tools.bench.table import Table
from tools.pages import ROOT

CPU_SHARE_MB = 1769
SIZES = (128, 256, 512, 1024, CPU_SHARE_MB)
ROOM = 1.5
"""How many times the memory of its start a function may need: what it reads comes on top."""
CALL_CPU, CALL_WAIT = 0.005, 0.050
"""Of a call of AWS: CPU seconds of boto3, and seconds until AWS answers."""
CALLS = {
    "event_handler": 8,
    "stream_trigger": 1,
    "open_homes": 25,
    "gate": 5,
    "close_homes": 20,
    "notices": 2,
    "admin": 6,
    "seed": 1100,
    "studio_domain": 40,
}
"""How many calls a usual invocation makes: of the seed, with a thousand owners whom it does not know."""
BEFORE = ("event_handler", "stream_trigger", "open_homes")
MOST_SECONDS = 5.0
"""What may pass from the call to the start of the copy, if everything starts cold."""
_MODULE = re.compile(r'^module "\w+" \{\n(?:.*\n)*?^\}', re.MULTILINE)
_HANDLER = re.compile(r'handler\s+= "studio_recovery\.handlers\.(\w+)\.handler"')
_MEMORY = re.compile(r"^  memory\s+= (\d+)", re.MULTILINE)
_DEFAULT = re.compile(r'variable "memory" \{(?:.*\n)*?\s+default\s+= (\d+)')


@dataclass(frozen=True, slots=True)
class Load:
    """What a function needs: CPU seconds of its start, its memory in MB, and the calls that it makes."""

    start: float
    megabytes: float
    calls: int

    def cold(self, size: int) -> float:
        """How many seconds its start takes with so much memory."""
        return self.start * max(1.0, CPU_SHARE_MB / size)

    def warm(self, size: int) -> float:
        """How many seconds an invocation takes that has not to start it."""
        return self.calls * (CALL_WAIT + CALL_CPU * max(1.0, CPU_SHARE_MB / size))

    def dollars(self, size: int) -> float:
        """What a million invocations cost if each one starts it."""
        prices, seconds = price_table(), self.cold(size) + self.warm(size)
        gb_seconds = MILLION * seconds * size / 1024
        return prices.of("lambda", "gb_second", gb_seconds) + prices.of("lambda", "million_requests", MILLION, MILLION)


def measure(small: bool) -> Table:
    """A row for each function: at each size the seconds of a start and of an invocation, and dollars per million."""
    told = {one.function: Load(one.ours.seconds, one.ours.megabytes, CALLS[one.function]) for one in compared(small)}
    head = ("function", "MB at its start", *(f"{size:,} MB" for size in SIZES))
    return Table(head, tuple(_row(name, load) for name, load in told.items()), tuple(missed(told, memory_sizes())))


def missed(loads: Mapping[str, Load], sizes: Mapping[str, int]) -> Iterator[str]:
    """What speaks against these sizes."""
    for name, load in loads.items():
        if load.megabytes * ROOM > sizes[name]:
            yield f"{name}: {sizes[name]} MB leave no room beside the {load.megabytes:.0f} MB of its start"
    before = sum(load.cold(sizes[name]) + load.warm(sizes[name]) for name, load in loads.items() if name in BEFORE)
    if before > MOST_SECONDS:
        yield f"{before:.1f} s of starts and calls before a copy begins, more than {MOST_SECONDS:.0f} s"


def _row(name: str, load: Load) -> tuple[str, ...]:
    chosen = memory_sizes()[name]
    return name, f"{load.megabytes:.0f}", *(_cell(load, size, chosen) for size in SIZES)


def _cell(load: Load, size: int, chosen: int) -> str:
    text = f"{load.cold(size):.1f} + {load.warm(size):.1f} s, ${load.dollars(size):,.2f}"
    return f"**{text}**" if size == chosen else text


@cache
def memory_sizes() -> dict[str, int]:
    """The memory that Terraform gives to each function, in MB."""
    (default,) = _DEFAULT.findall((ROOT / "modules" / "function" / "variables.tf").read_text())
    found = {}
    for file in [*ROOT.glob("*.tf"), *(ROOT / "modules" / "studio-domain").glob("*.tf")]:
        for module in _MODULE.findall(file.read_text()):
            for handler in _HANDLER.findall(module):
                found[handler] = int((*_MEMORY.findall(module), default)[0])
    return {name: found[name] for name in FUNCTIONS}
