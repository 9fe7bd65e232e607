"""Runs random histories for as long as one likes, two batches at a time: how much was tried, and what was found.

    python -m tools.soak --histories 20000 [--seed 1] [--minutes 30]

Each batch of 250 has the next seed, so that `python -m tests.histories.run --histories 250 --seed N --small` runs it
alone and makes what failed small. The exit status is 1 if a law was broken.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tools.pages import ROOT

BATCH, SUMS = 250, ("histories", "steps", "virtual hours", "executions", "copies", "homes", "excused")
KINDS = ("faults", "owners' work")


def batch(seed: int, histories: int) -> dict[str, Any]:
    """What one batch tells."""
    asked = [sys.executable, "-m", "tests.histories.run", "--histories", str(histories), "--seed", str(seed)]
    path = os.pathsep.join([str(ROOT / "lambda_src"), str(ROOT)])
    env = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    told = subprocess.run(
        asked, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, check=False
    )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def summed(told: list[dict[str, Any]]) -> str:
    """All batches in words."""
    sums = {name: sum(one[name] for one in told) for name in SUMS}
    broken = [one["broken"] for one in told if one["broken"]]
    lines = [f"{name:<24}{number:>14,}" for name, number in sums.items()]
    for name in KINDS:
        kinds = sum((Counter(one[name]) for one in told), Counter[str]())
        lines += [f"{name:<24}{kinds.total():>14,}", *(f"  {kind:<22}{n:>14,}" for kind, n in kinds.most_common())]
    lines += [f"{'violations':<24}{len(broken):>14,}"]
    lines += [f"\nlaw {one['law']}, seed {one['seed']}, after {one['after']}:\n{one['text']}" for one in broken]
    return "\n".join(lines)


def main() -> int:
    """Run, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description="Run many random histories.")
    parser.add_argument("--histories", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no batch after so many minutes (0: all)")
    asked = parser.parse_args()
    end = time.monotonic() + asked.minutes * 60
    sizes = [min(BATCH, asked.histories - first) for first in range(0, asked.histories, BATCH)]

    def worked(number: int) -> dict[str, Any] | None:
        if asked.minutes and time.monotonic() > end:
            return None
        return batch(asked.seed + number, sizes[number])

    with ThreadPoolExecutor(max_workers=2) as workers:
        told = [one for one in workers.map(worked, range(len(sizes))) if one]
    sys.stdout.write(f"{summed(told)}\n")
    return 1 if any(one["broken"] for one in told) else 0


if __name__ == "__main__":
    sys.exit(main())
