"""A file of this folder runs its histories once: so many, and from the seed, that it names."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.histories.tally import Tally

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tried(request: pytest.FixtureRequest) -> tuple[str, Tally]:
    """What broke a law, in words, and how much was tried.

    They run in a process of their own, in which hashes are not random: so they are the same ones every time.
    """
    asked = ["--histories", str(request.module.HISTORIES), "--seed", str(request.module.SEED)]
    path = os.pathsep.join([str(ROOT / "lambda_src"), str(ROOT)])
    env = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.histories.run", *asked],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    told = json.loads(ran.stdout.splitlines()[-1])
    tally = Tally(
        histories=told["histories"],
        steps=told["steps"],
        copies=told["copies"],
        had=Counter(told["faults"] | told["owners' work"]),
        entered=set(told["states"]),
        outcomes=Counter(told["history lines"]),
        called=Counter(told["called"]),
        failed=Counter(told["failed"]),
    )
    return (told["broken"] or {}).get("text", ""), tally
