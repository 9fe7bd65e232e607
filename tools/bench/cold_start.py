"""Measures cold starts: what each function takes to be imported and to make its clients, against a bare function that
only makes the same clients.

A process stands for a sandbox: `python -I -S -B` sees nothing but the unpacked dist/lambda.zip and boto3, and writes no
bytecode, as /var/task is read-only. CPU time from the first import on, so that neither the interpreter's own start nor
whoever else uses this machine counts; ours and the bare one take turns.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import boto3

from tools.bench.table import Table
from tools.package import ARCHIVE

BOUND = 1.3
ROUNDS, FEW_ROUNDS = 9, 2
HEAD = ("function", "its clients", "CPU ms", "of the bare one", "ratio", "MB", "of the bare one")
# The functions and what their first call makes: `module:name` of what stands under studio_recovery.handlers.
FUNCTIONS = {
    "event_handler": ("settings:intake",),
    "stream_trigger": ("settings:executions",),
    "open_homes": ("open_homes:_opening",),
    "gate": ("settings:places",),
    "close_homes": ("close_homes:_closing",),
    "notices": ("settings:topic", "settings:bus"),
    "seed": ("settings:patient_intake", "settings:executions", "settings:removal"),
    "admin": ("admin:_admin",),
    "studio_domain": ("studio_domain:_domains", "studio_domain:_groups"),
}
_SITE = Path(boto3.__file__).parents[1]
_ENVIRONMENT = dict.fromkeys(
    (
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "DATASYNC_LOG_GROUP_ARN", "HISTORY_TABLE", "NAME"),
        *("PLACES_TABLE", "PROFILE_TABLE", "READ_ROLE_ARN", "RUNBOOK_URL", "TOPIC_ARN", "WRITE_ROLE_ARN"),
    ),
    "x",
) | {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "COPY": '{"excludes": []}',
    "DOMAINS": '{"include": ["*"], "exclude": []}',
    "MAX_AGE_DAYS": "0",
    "MAX_CONCURRENT": "100",
    "REQUIRE_APPROVAL": "false",
    "SECURITY_GROUP_RULES": "workflow",
    "TASK_QUOTA": "100",
    "WAIT_FOR_APP": "false",
}
_BEGIN = """
import sys, time
code, site, *asked = sys.argv[1:]
sys.path[:0] = [code]
sys.path.append(site)
"""
_OURS = """
import importlib
handler, *makers = asked
importlib.import_module("studio_recovery.handlers." + handler)
for maker in makers:
    module, _, name = maker.partition(":")
    getattr(importlib.import_module("studio_recovery.handlers." + module), name)()
"""
_BARE = """
import boto3
from botocore.config import Config
for service in asked:
    boto3.client(service, config=Config(retries={"mode": "standard"}, connect_timeout=5, read_timeout=30))
"""
_MEASURED = """
began = time.process_time()
{work}
took = time.process_time() - began
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(took, int(peak) / 1024)
"""
_CLIENTS = """
import json
import boto3
made, client = [], boto3.client
boto3.client = lambda service, **options: made.append(service) or client(service, **options)
{work}
print(json.dumps(made))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """What a start took: CPU seconds, and MB of memory at its peak."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A function's start beside that of a bare one with the same clients."""

    function: str
    clients: tuple[str, ...]
    ours: Start
    bare: Start

    @property
    def ratio(self) -> float:
        """How many times the bare function's CPU time."""
        return self.ours.seconds / self.bare.seconds


def measure(small: bool) -> Table:
    """Each function's start beside the bare one's."""
    told = compared(small)
    missed = [
        f"{one.function}: a cold start of {one.ratio:.2f} times the bare one" for one in told if one.ratio > BOUND
    ]
    return Table(HEAD, tuple(_row(one) for one in told), tuple(missed))


@cache
def compared(small: bool, functions: tuple[str, ...] = tuple(FUNCTIONS)) -> tuple[Compared, ...]:
    """Each function's start: the median of nine; `small`: the best of two, and of more if that is beyond the bound.

    Whoever else uses the machine can only make a start longer.
    """
    with unpacked() as code:
        return tuple(_compared(code, function, small) for function in functions)


def _row(one: Compared) -> tuple[str, ...]:
    return (
        one.function,
        ", ".join(one.clients),
        *(f"{start.seconds * 1000:.0f}" for start in (one.ours, one.bare)),
        f"{one.ratio:.2f}",
        *(f"{start.megabytes:.0f}" for start in (one.ours, one.bare)),
    )


@contextmanager
def unpacked() -> Iterator[Path]:
    """The folder into which the package is unpacked, as Lambda does."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(ARCHIVE) as package:
        package.extractall(folder)
        yield Path(folder)


def _compared(code: Path, function: str, small: bool) -> Compared:
    asked = (function, *FUNCTIONS[function])
    clients = tuple(json.loads(_run(code, _CLIENTS.format(work=_OURS), asked)))
    typical = min if small else median
    ours, bare = [], []
    for done in range(1, ROUNDS + 1):
        ours.append(_start(code, _OURS, asked))
        bare.append(_start(code, _BARE, clients))
        compared = Compared(function, clients, _typical(ours, typical), _typical(bare, typical))
        if small and done >= FEW_ROUNDS and compared.ratio <= BOUND:
            break
    return compared


def _typical(starts: list[Start], typical: Callable[[list[float]], float]) -> Start:
    return Start(typical([start.seconds for start in starts]), typical([start.megabytes for start in starts]))


def _start(code: Path, work: str, asked: Iterable[str]) -> Start:
    seconds, megabytes = _run(code, _MEASURED.format(work=work), asked).split()
    return Start(float(seconds), float(megabytes))


def _run(code: Path, program: str, asked: Iterable[str]) -> str:
    command = [sys.executable, "-I", "-S", "-B", "-c", _BEGIN + program, str(code), str(_SITE), *asked]
    environment = {"PATH": os.environ["PATH"]} | _ENVIRONMENT
    return subprocess.check_output(command, text=True, timeout=60, env=environment)
