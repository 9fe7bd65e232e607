"""Knows what a user keeps in a home directory, and whether two homes hold the same."""

import hashlib
import json
import random
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.disk import Disk

GROUP = 0
"""The group of homes that SageMaker's own access points make."""
IDENTICAL = "identical"
NOT_WRITABLE = "not writable by the new user"
BIG = 50_000_000


@dataclass(frozen=True, slots=True)
class Home:
    """A home directory on a file system: `/<uid>`."""

    file_system_id: str
    uid: int

    def __str__(self) -> str:
        return f"{self.file_system_id}/{self.uid}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a home. `kind` is file, folder or link; `content` a digest, or what the link says."""

    path: str
    kind: str
    mode: int
    size: int
    content: str = field(repr=False)
    owner: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one entry: its restored form (None: it is missing), and "identical" or what is wrong."""

    path: str
    entry: Entry | None
    words: str

    @property
    def identical(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.words == IDENTICAL


def notebook(title: str) -> bytes:
    """A Jupyter notebook with one cell."""
    cell = {"cell_type": "code", "source": [f"print('{title}')"], "metadata": {}, "outputs": [], "execution_count": 1}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def fill(disk: Disk, home: Home, title: str) -> None:
    """Put into a home what a user collects: a notebook, a nested tree, and whatever is hard to bring back."""
    files = {
        f"{title}.ipynb": (0o644, notebook(title)),
        "project/src/train/model.py": (0o644, b"def train() -> None: ...\n"),
        "project/data/2026/11/sample.csv": (0o640, b"day,value\n1,0.25\n2,0.75\n"),
        "project/run.sh": (0o755, b"#!/bin/sh\nexec python3 src/train/model.py\n"),
        ".ssh/id_ed25519": (0o600, b"not a real key\n"),
        "Übung für Zoë – 練習.txt": (0o664, "größer\n".encode()),
        "checkpoint.bin": (0o644, random.Random(title).randbytes(BIG)),  # noqa: S311 (the same bytes every time)
    }
    for path, (mode, content) in files.items():
        write(disk, home, path, content, mode)
    folder(disk, home, "an empty folder", 0o750)
    folder(disk, home, ".ssh", 0o700)
    link(disk, home, "latest.ipynb", f"{title}.ipynb")


def write(disk: Disk, home: Home, path: str, content: bytes, mode: int = 0o644) -> None:
    """Write one file as its user would; the folders above it are made."""
    target = folder(disk, home, str(Path(path).parent)) / Path(path).name
    target.write_bytes(content)
    target.chmod(mode)
    disk.set_owner(target, home.uid, GROUP)


def folder(disk: Disk, home: Home, path: str, mode: int | None = None) -> Path:
    """Make a folder, and those above it, as its user would; an existing one gets the mode when one is given."""
    here = disk.home(home.file_system_id, home.uid)
    for name in Path(path).parts:
        here = here / name
        if not here.exists():
            here.mkdir()
            here.chmod(0o755)
            disk.set_owner(here, home.uid, GROUP)
    if mode is not None:
        here.chmod(mode)
    return here


def link(disk: Disk, home: Home, path: str, target: str) -> None:
    """Make a symbolic link as its user would."""
    here = disk.home(home.file_system_id, home.uid) / path
    here.symlink_to(target)
    disk.set_owner(here, home.uid, GROUP)


def look(disk: Disk, home: Home) -> dict[str, Entry]:
    """Everything in a home by its path, the home itself as "."; empty when the directory does not exist."""
    top = disk.home(home.file_system_id, home.uid)
    return {entry.path: entry for entry in _entries(disk, top, top)} if top.exists() else {}


def _entries(disk: Disk, top: Path, here: Path) -> Iterator[Entry]:
    """An entry and, in a folder, all below it in the order of their names."""
    found = here.lstat()
    kind, content = _content(here, found.st_mode)
    size = found.st_size if kind == "file" else 0
    path = here.relative_to(top).as_posix()
    yield Entry(path, kind, stat.S_IMODE(found.st_mode), size, content, disk.owner(here))
    if kind == "folder":
        for child in sorted(here.iterdir()):
            yield from _entries(disk, top, child)


def _content(path: Path, mode: int) -> tuple[str, str]:
    """The kind of a thing, and what tells its content from another's."""
    if stat.S_ISLNK(mode):
        return "link", str(path.readlink())
    if stat.S_ISDIR(mode):
        return "folder", ""
    with path.open("rb") as file:
        return "file", hashlib.file_digest(file, "sha256").hexdigest()


def compare(before: dict[str, Entry], after: dict[str, Entry], uid: int) -> list[Verdict]:
    """One verdict for each path in either home; `uid` is the user who must own all of the restored one."""
    verdicts = []
    for path in sorted(before.keys() | after.keys(), key=lambda path: path.split("/") if path != "." else []):
        was, is_now = before.get(path), after.get(path)
        verdicts.append(Verdict(path, is_now, ", ".join(_complaints(was, is_now, uid)) or IDENTICAL))
    return verdicts


def _complaints(was: Entry | None, is_now: Entry | None, uid: int) -> Iterator[str]:
    """What is wrong with a restored entry, in a user's words."""
    if is_now is None:
        yield "missing"
    elif was is None:
        yield "was not there before"
    else:
        if is_now.owner[0] != uid:
            yield NOT_WRITABLE
        elif is_now.owner[1] != GROUP:
            yield f"group {is_now.owner[1]} instead of {GROUP}"
        if was.kind != is_now.kind:
            yield f"a {is_now.kind} instead of a {was.kind}"
        elif was.content != is_now.content:
            yield f"links to {is_now.content}" if was.kind == "link" else "other content"
        if was.mode != is_now.mode:
            yield f"mode {is_now.mode:04o} instead of {was.mode:04o}"
