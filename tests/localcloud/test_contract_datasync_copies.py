"""What the options of a DataSync task mean, on real directories."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from localcloud.copying import Copy, Mount, Options
from localcloud.disk import Disk
from tests.localcloud.promises import DATASYNC, promise

pytestmark = promise(f"{DATASYNC}/API_Options.html")

# The options of a recovery.
RECOVERY = Options(VerifyMode="ONLY_FILES_TRANSFERRED", OverwriteMode="NEVER", Uid="NONE", Gid="NONE")
LONG_AGO = 1_000_000_000


@pytest.fixture(params=[True, False], ids=["chown", "side-file"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    return Disk(tmp_path, real_owners=request.param and os.geteuid() == 0)


@pytest.fixture
def old(disk: Disk) -> Path:
    """The home of uid 200000 with all that a home may hold."""
    home = disk.make_home("fs-old", "200000", (200000, 0), 0o700)
    (home / "notebook.ipynb").write_text("{}")
    (home / "tree/of/folders").mkdir(parents=True)
    (home / "tree/of/folders/data.csv").write_text("a,b\n")
    (home / "empty").mkdir()
    (home / "run.sh").write_text("#!/bin/sh\n")
    (home / "run.sh").chmod(0o755)
    (home / ".key").write_text("secret")
    (home / ".key").chmod(0o600)
    (home / "mit Leerzeichen und Ümläuten.txt").write_text("ü")
    (home / "link").symlink_to("notebook.ipynb")
    (home / "hard").hardlink_to(home / "run.sh")
    for path in sorted(home.rglob("*")):
        os.utime(path, (LONG_AGO, LONG_AGO), follow_symlinks=False)
        disk.set_owner(path, 200000, 0)
    return home


@pytest.fixture
def new(disk: Disk) -> Path:
    return disk.make_home("fs-new", "200005", (200005, 0), 0o700)


def copied(copy: Copy) -> Copy:
    copy.prepare()
    copy.transfer()
    return copy


def between(disk: Disk, old: Path, new: Path, options: Options = RECOVERY, **more: object) -> Copy:
    target = Mount("fs-new", new, (200005, 0))
    return Copy(disk, Mount("fs-old", old), target, options, **more)  # type: ignore[arg-type]  # the test's business


def look(home: Path) -> dict[str, tuple[int, float, object]]:
    """Every name with its mode, its time and what it holds."""
    return {
        str(path.relative_to(home)): (
            path.lstat().st_mode,
            path.lstat().st_mtime,
            path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None,
        )
        for path in home.rglob("*")
    }


def test_everything_arrives_with_its_mode_and_time(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new))
    assert look(new) == look(old)


def test_what_is_made_through_an_access_point_belongs_to_its_identity(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new))
    assert {disk.owner(path) for path in new.rglob("*")} == {(200005, 0)}


def test_without_an_access_point_and_ownership_everything_is_roots(disk: Disk, old: Path, new: Path) -> None:
    copied(replace(between(disk, old, new), target=Mount("fs-new", new)))
    assert {disk.owner(path) for path in new.rglob("*")} == {(0, 0)}


def test_copied_ownership_is_the_sources(disk: Disk, old: Path, new: Path) -> None:
    copied(replace(between(disk, old, new, Options()), target=Mount("fs-new", new)))
    assert {disk.owner(path) for path in new.rglob("*")} == {(200000, 0)}


def test_hard_links_stay_one_file(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new))
    assert (new / "hard").samefile(new / "run.sh")


def test_everything_written_is_counted(disk: Disk, old: Path, new: Path) -> None:
    copy = copied(between(disk, old, new))
    assert (len(copy.transferred), copy.bytes_written) == (11, 24)


def test_never_overwrite_keeps_what_the_target_has(disk: Disk, old: Path, new: Path) -> None:
    (new / "notebook.ipynb").write_text("mine")
    copied(between(disk, old, new))
    assert (new / "notebook.ipynb").read_text() == "mine"
    assert (new / "run.sh").exists()


def test_always_overwrite_replaces_what_differs(disk: Disk, old: Path, new: Path) -> None:
    (new / "notebook.ipynb").write_text("mine")
    copied(between(disk, old, new, replace(RECOVERY, OverwriteMode="ALWAYS")))
    assert (new / "notebook.ipynb").read_text() == "{}"


def test_only_what_changed_is_transferred_again(disk: Disk, old: Path, new: Path) -> None:
    options = replace(RECOVERY, OverwriteMode="ALWAYS")
    copied(between(disk, old, new, options))
    (old / "notebook.ipynb").write_text("{ }")
    assert [entry.name for entry in copied(between(disk, old, new, options)).transferred] == ["notebook.ipynb"]


@pytest.mark.parametrize(("mode", "stays"), [("PRESERVE", True), ("REMOVE", False)])
def test_what_only_the_target_has(disk: Disk, old: Path, new: Path, mode: str, stays: bool) -> None:
    (new / "mine").mkdir()
    (new / "mine/file").write_text("x")
    copied(between(disk, old, new, replace(RECOVERY, PreserveDeletedFiles=mode)))
    assert (new / "mine/file").exists() is stays


def test_modes_can_be_left_out(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new, replace(RECOVERY, PosixPermissions="NONE")))
    assert [(new / name).stat().st_mode & 0o777 for name in (".key", "run.sh", "empty")] == [0o644, 0o644, 0o755]


def test_times_can_be_left_out(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new, replace(RECOVERY, Mtime="NONE", Atime="NONE")))
    assert (new / "notebook.ipynb").stat().st_mtime > LONG_AGO


def test_an_excluded_folder_stays_with_all_below_it(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new, excludes=("/tree", "*.ipynb")))
    assert set(look(old)) - set(look(new)) == {
        "tree",
        "tree/of",
        "tree/of/folders",
        "tree/of/folders/data.csv",
        "notebook.ipynb",
    }


def test_only_what_is_included_goes(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new, includes=("/tree/of", "/note*")))
    assert set(look(new)) == {"notebook.ipynb", "tree", "tree/of", "tree/of/folders", "tree/of/folders/data.csv"}


def test_datasyncs_own_folder_is_never_copied(disk: Disk, old: Path, new: Path) -> None:
    (old / ".aws-datasync").mkdir()
    copied(between(disk, old, new))
    assert not (new / ".aws-datasync").exists()


def test_a_good_copy_verifies(disk: Disk, old: Path, new: Path) -> None:
    assert copied(between(disk, old, new, replace(RECOVERY, VerifyMode="POINT_IN_TIME_CONSISTENT"))).verify() == []


def test_verifying_what_was_transferred_does_not_see_what_was_kept(disk: Disk, old: Path, new: Path) -> None:
    (new / "notebook.ipynb").write_text("half")
    assert copied(between(disk, old, new)).verify() == []


def test_verifying_everything_sees_what_was_kept_and_what_only_the_target_has(disk: Disk, old: Path, new: Path) -> None:
    (new / "notebook.ipynb").write_text("half")
    (new / "mine").write_text("x")
    copy = copied(between(disk, old, new, replace(RECOVERY, VerifyMode="POINT_IN_TIME_CONSISTENT")))
    assert copy.verify() == ["mine", "notebook.ipynb"]


def test_ownership_copied_through_an_access_point_does_not_verify(disk: Disk, old: Path, new: Path) -> None:
    copy = copied(between(disk, old, new, replace(RECOVERY, Uid="INT_VALUE")))
    assert "notebook.ipynb" in copy.verify()


def test_a_target_that_belongs_to_root_is_not_written(disk: Disk, old: Path, new: Path) -> None:
    disk.set_owner(new, 0, 0)
    new.chmod(0o755)
    assert "notebook.ipynb" in copied(between(disk, old, new)).failed
    assert look(new) == {}


def test_a_link_in_the_target_does_not_lead_the_copy_out_of_it(disk: Disk, old: Path, new: Path) -> None:
    other = disk.make_home("fs-new", "200010", (200010, 0), 0o700)
    (other / "of").mkdir()
    (new / "tree").symlink_to(other)
    copy = copied(between(disk, old, new))
    assert (set(look(other)), "tree/of" in copy.failed) == ({"of"}, True)


def test_a_source_of_another_user_is_not_read_without_root(disk: Disk, old: Path, new: Path) -> None:
    copy = copied(replace(between(disk, old, new), source=Mount("fs-old", old, (200099, 0))))
    assert (copy.failed, look(new)) == ([""], {})


def test_a_cancelled_copy_leaves_the_rest(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new, stopped=lambda: True))
    assert look(new) == {}


def test_a_copy_that_is_stopped_in_a_file_leaves_half_of_it(disk: Disk, old: Path, new: Path) -> None:
    copied(between(disk, old, new, stopped=(new / ".key").exists))
    assert ((new / ".key").read_text(), len(look(new))) == ("sec", 1)


def test_a_copy_that_breaks_off_leaves_half_of_the_files_and_half_of_the_last(disk: Disk, old: Path, new: Path) -> None:
    copy = between(disk, old, new)
    copy.prepare()
    copy.break_off()
    assert {path.name for path in new.iterdir()} < {path.name for path in old.iterdir()}
    assert [name for name, seen in look(new).items() if seen[2] and seen[2] != look(old)[name][2]] == ["notebook.ipynb"]
