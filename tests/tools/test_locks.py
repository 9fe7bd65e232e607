"""Locks hold a hash for every package, and no address of where it came from."""

from pathlib import Path

import pytest

from tools.pages import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# What the functions import beside boto3: nothing (docs/decisions/0061-a-log-of-our-own.md).
EMPTY = ("lambda.txt",)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_has_a_hash_and_nothing_an_address(lock: Path) -> None:
    packages = lock.read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in packages if line.strip() and not line.lstrip().startswith("#")]
    assert bool(pinned) is (lock.name not in EMPTY)
    assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line or "://" in line] == []
    assert "index-url" not in lock.read_text()
