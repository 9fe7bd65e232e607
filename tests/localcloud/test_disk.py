"""Owners on disk, for root and for anybody else."""

from pathlib import Path

import pytest

from localcloud.disk import Disk


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, real_owners=False)


def test_what_nobody_owns_is_roots(disk: Disk) -> None:
    assert disk.owner(disk.root("fs-new")) == (0, 0)


def test_owners_are_remembered_in_one_file_beside_the_file_system(disk: Disk, tmp_path: Path) -> None:
    disk.make_home("fs-new", "200005", (200005, 0), 0o700)
    assert '"200005": [\n200005,\n0\n]' in (tmp_path / "efs/fs-new.owners.json").read_text()
    assert Disk(tmp_path, real_owners=False).owner(disk.home("fs-new", 200005)) == (200005, 0)


def test_a_home_that_exists_is_left_as_it_is(disk: Disk) -> None:
    disk.make_home("fs-new", "200005", (200005, 0), 0o700)
    disk.make_home("fs-new", "200005", (1, 1), 0o777)
    home = disk.home("fs-new", 200005)
    assert (disk.owner(home), home.stat().st_mode & 0o777) == ((200005, 0), 0o700)


def test_a_removed_file_system_leaves_nothing(disk: Disk, tmp_path: Path) -> None:
    disk.make_home("fs-new", "200005", (200005, 0), 0o700)
    disk.remove("fs-new")
    assert list((tmp_path / "efs").iterdir()) == []
