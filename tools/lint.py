"""Runs every check of the house, two at a time, and prints one line for each with its time.

    python -m tools.lint           all of them
    python -m tools.lint --quick   those that take a second or two and need no second environment

Exit statuses: 0 all passed, 1 a check failed, 2 usage.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from tools.pages import ROOT
from tools.terraform_init import environment

AT_ONCE = 2
SECONDS = 170
PYTHON = (sys.executable, "-m")


@dataclass(frozen=True, slots=True)
class Check:
    """What is checked, and the command that does it: its words matter only when its exit status is not 0."""

    name: str
    command: tuple[str, ...]
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How a check ended: its exit status, what it said, and how many seconds it took."""

    check: Check
    status: int
    words: str
    seconds: float


# The longest first: they run beside all others.
CHECKS = (
    Check("types", (*PYTHON, "mypy")),
    Check("terraform validate", (*PYTHON, "tools.validate")),
    Check("checkov", (*PYTHON, "tools.checkov")),
    Check("state machine", (*PYTHON, "tools.states")),
    Check("terraform format", ("terraform", "fmt", "-check", "-diff", "-no-color", "-recursive", "."), quick=True),
    Check("python format", (*PYTHON, "ruff", "format", "--check", "."), quick=True),
    Check("python rules", (*PYTHON, "ruff", "check", "."), quick=True),
    Check("import direction", (*PYTHON, "pytest", "-q", "tests/unit/test_arrows.py"), quick=True),
    Check("package", (*PYTHON, "tools.package", "--check"), quick=True),
    Check("package contents", (*PYTHON, "tools.contents", "--check"), quick=True),
    Check("secrets", (*PYTHON, "tools.secret_scan"), quick=True),
    Check("reference", (*PYTHON, "tools.docs", "--check"), quick=True),
    Check("links", (*PYTHON, "tools.links"), quick=True),
)


def main() -> int:
    """Run the checks that the command line asks for; 0 when all passed."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.lint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="only the checks that take a second or two")
    quick = parser.parse_args().quick
    return report([check for check in CHECKS if check.quick or not quick], run)


def report(checks: Sequence[Check], run: Callable[[Check], Result]) -> int:
    """Run the checks side by side and print how each ended, as it ends; 1 when one failed, else 0."""
    began = time.monotonic()
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(run, check) for check in checks]):
            result = done.result()
            print(line(result), flush=True)
            if result.status:
                failed.append(result.check.name)
                print(result.words.rstrip() or f"It ended with exit status {result.status}.", flush=True)
    took = f"{time.monotonic() - began:.1f} s"
    print(
        f"All {len(checks)} checks passed in {took}" if not failed else f"Failed in {took}: {', '.join(sorted(failed))}"
    )
    return 1 if failed else 0


def line(result: Result) -> str:
    """One line about one check: how it ended, its name, its time, and its last words when it passed."""
    word = "FAILED" if result.status else "ok"
    words = [] if result.status else result.words.strip().splitlines()[-1:]
    return f"{word:<6}  {result.check.name:<18} {result.seconds:6.1f} s  {''.join(words)}".rstrip()


def run(check: Check) -> Result:
    """Run one check in the root of the repository, with the environment that terraform needs."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            check.command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Result(check, 1, f"It took more than {SECONDS} s.", time.monotonic() - began)
    return Result(check, done.returncode, done.stdout + done.stderr, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
