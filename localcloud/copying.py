"""The copy of one directory tree into another, as DataSync does it between two mounted file systems.

It knows disks and options, no API. What the options mean: https://docs.aws.amazon.com/datasync/latest/userguide/API_Options.html
"""

import filecmp
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.disk import ROOT, Disk, Owner, SetOwner
from localcloud.filters import leads_to, matches

# https://docs.aws.amazon.com/datasync/latest/userguide/filtering.html: never copied.
ALWAYS_EXCLUDED = (".aws-datasync", ".awssync", ".snapshot", ".zfs")
READ, WRITE = 4, 2


@dataclass(frozen=True, slots=True)
class Mount:
    """A directory as a client sees it: where it lies, and the identity that an access point enforces (None: root)."""

    fs_id: str
    path: Path
    identity: Owner | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a task that change what is copied; names and values are DataSync's."""

    VerifyMode: str = "POINT_IN_TIME_CONSISTENT"
    OverwriteMode: str = "ALWAYS"
    TransferMode: str = "CHANGED"
    PreserveDeletedFiles: str = "PRESERVE"
    Uid: str = "INT_VALUE"
    Gid: str = "INT_VALUE"
    PosixPermissions: str = "PRESERVE"
    Mtime: str = "PRESERVE"
    Atime: str = "BEST_EFFORT"
    BytesPerSecond: int = -1


@dataclass(slots=True)
class Entry:
    """One file, directory or link of a tree, named by its path below the mount."""

    name: str
    path: Path
    found: os.stat_result

    @property
    def kind(self) -> int:
        """Directory, file or link, as `stat` names it."""
        return stat.S_IFMT(self.found.st_mode)


@dataclass(slots=True)
class Copy:
    """A copy in the making: `prepare`, `transfer`, `verify`, in this order; the counts can be read at any time."""

    disk: Disk
    source: Mount
    target: Mount
    options: Options
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    stopped: Callable[[], bool] = lambda: False
    """Asked between two files: a cancelled copy leaves the rest, and half of what it was writing."""
    rest: Callable[[float], None] = lambda _: None
    """Lets so many seconds pass after a file, if the bandwidth is limited."""
    to_transfer: list[Entry] = field(default_factory=list)
    to_delete: list[Entry] = field(default_factory=list)
    transferred: list[Entry] = field(default_factory=list)
    bytes_to_transfer: int = 0
    bytes_written: int = 0
    deleted: int = 0
    verified: int = 0
    failed: list[str] = field(default_factory=list)
    """Names that could not be read or written."""
    _ours: set[Path] = field(default_factory=set)
    """Directories that may be written: made by this copy, or found to be so."""

    def writable(self) -> bool:
        """Whether the target's top lets its identity write."""
        return self._writable(self.target.path)

    def prepare(self) -> None:
        """Compare both trees and decide what is to be transferred and deleted."""
        there = {entry.name: entry for entry in self._walk(self.target)}
        here = list(self._walk(self.source))
        self.failed = [entry.name for entry in here if not self._enterable(self.source, entry)]
        self.to_transfer = [entry for entry in here if self._wanted(entry, there.get(entry.name))]
        self.bytes_to_transfer = sum(_size(entry) for entry in self.to_transfer)
        if self.options.PreserveDeletedFiles == "REMOVE":
            names = {entry.name for entry in here}
            self.to_delete = [entry for name, entry in there.items() if name not in names]

    def names(self) -> list[str]:
        """The paths of what is to be transferred."""
        return [entry.name for entry in self.to_transfer]

    def transfer(self) -> None:
        """Write what was decided; directories get their mode and times last, from the innermost out."""
        if not self._write_all(self.to_transfer, self.stopped):
            self._tear()
            return
        for entry in reversed(self.transferred):
            if entry.kind == stat.S_IFDIR:
                self._dress(entry)
        for entry in reversed(self.to_delete):
            _remove(entry.path)
            self.deleted += 1

    def skip_one(self) -> None:
        """Take the first file for one that cannot be read."""
        self.failed += [entry.name for entry in self.to_transfer if entry.kind == stat.S_IFREG][:1]

    def break_off(self) -> None:
        """Write the first half of what was decided, and of the last file in it only the first half."""
        files = [at for at, entry in enumerate(self.to_transfer) if entry.kind == stat.S_IFREG]
        if files:
            self._write_all(self.to_transfer[: files[len(files) // 2] + 1], lambda: False)
            self._tear()

    def verify(self) -> list[str]:
        """The names in which both sides differ, as far as the verify mode looks."""
        if self.options.VerifyMode == "NONE":
            return []
        if self.options.VerifyMode == "ONLY_FILES_TRANSFERRED":
            checked = [entry for entry in self.transferred if entry.name]
            wrong: list[str] = []
        else:
            checked = [entry for entry in self._walk(self.source) if entry.name]
            names = {"", *(entry.name for entry in checked)}
            wrong = [entry.name for entry in self._walk(self.target) if entry.name not in names]
        self.verified = len(checked)
        return wrong + [entry.name for entry in checked if not self._same(entry)]

    def _walk(self, mount: Mount) -> Iterator[Entry]:
        def below(folder: Path, prefix: str) -> Iterator[Entry]:
            for item in sorted(os.scandir(folder), key=lambda item: item.name):
                name = prefix + item.name
                if item.name in ALWAYS_EXCLUDED or matches(name, self.excludes):
                    continue
                entry = Entry(name, Path(item.path), item.stat(follow_symlinks=False))
                if entry.kind not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
                    continue
                inside = entry.kind == stat.S_IFDIR and self._enterable(mount, entry)
                if not self.includes or matches(name, self.includes):
                    yield entry
                    if inside:
                        yield from below(entry.path, name + "/")
                elif inside and leads_to(name, self.includes):
                    found = list(below(entry.path, name + "/"))
                    yield from [entry, *found] if found else []

        top = Entry("", mount.path, mount.path.stat())
        yield top
        if self._enterable(mount, top):
            yield from below(mount.path, "")

    def _enterable(self, mount: Mount, entry: Entry) -> bool:
        return entry.kind != stat.S_IFDIR or self._may(mount, entry.path, READ)

    def _wanted(self, entry: Entry, there: Entry | None) -> bool:
        if there is None:
            return True
        if self.options.OverwriteMode == "NEVER":
            return False
        return self.options.TransferMode == "ALL" or self._looks_changed(entry, there)

    def _looks_changed(self, entry: Entry, there: Entry) -> bool:
        """What a scan sees, without reading contents."""
        if entry.kind != there.kind or (entry.kind == stat.S_IFREG and _size(entry) != _size(there)):
            return True
        if entry.kind == stat.S_IFLNK:
            return entry.path.readlink() != there.path.readlink()
        times = entry.kind == stat.S_IFREG and self.options.Mtime == "PRESERVE"
        return self._dressed_otherwise(entry, there.path) or (
            times and int(entry.found.st_mtime) != int(there.found.st_mtime)
        )

    def _write_all(self, entries: list[Entry], stopped: Callable[[], bool]) -> bool:
        """Write one after the other; False when stopped on the way."""
        links: dict[tuple[int, int], Path] = {}
        with self.disk.batch(self.target.fs_id) as set_owner:
            for entry in entries:
                if stopped():
                    return False
                if entry.name not in self.failed:
                    self._write(entry, links, set_owner)
        return True

    def _tear(self) -> None:
        """Leave only the first half of the file that was written last."""
        if self.transferred and self.transferred[-1].kind == stat.S_IFREG:
            torn = self.transferred.pop()
            (self.target.path / torn.name).chmod(0o600)
            os.truncate(self.target.path / torn.name, _size(torn) // 2)

    def _write(self, entry: Entry, links: dict[tuple[int, int], Path], set_owner: SetOwner) -> None:
        into = self.target.path / entry.name
        if not self._readable(entry) or not self._writable(into if entry.name == "" else into.parent):
            self.failed.append(entry.name)
            return
        old = self.disk.owner(into) if _exists(into) else None
        if old and (entry.kind != stat.S_IFDIR or stat.S_IFMT(into.lstat().st_mode) != entry.kind):
            _remove(into)
        inode = entry.found.st_dev, entry.found.st_ino
        if entry.kind == stat.S_IFDIR:
            into.mkdir(exist_ok=True)
            self._ours.add(into)
        elif entry.kind == stat.S_IFLNK:
            into.symlink_to(entry.path.readlink())
        elif inode in links:
            into.hardlink_to(links[inode])
        else:
            shutil.copyfile(entry.path, into)
            self.bytes_written += _size(entry)
            if self.options.BytesPerSecond > 0:
                self.rest(_size(entry) / self.options.BytesPerSecond)
            if entry.found.st_nlink > 1:
                links[inode] = into
        set_owner(into, *self._new_owner(entry, old))
        if entry.kind != stat.S_IFDIR:
            self._dress(entry)
        self.transferred.append(entry)

    def _new_owner(self, entry: Entry, old: Owner | None) -> Owner:
        """What an access point's identity makes is its own, whatever is asked for; what was there keeps its owner."""
        keeper = old or self.target.identity or ROOT
        if self.target.identity:
            return keeper
        uid, gid = self.disk.owner(entry.path)
        return uid if self.options.Uid != "NONE" else keeper[0], gid if self.options.Gid != "NONE" else keeper[1]

    def _readable(self, entry: Entry) -> bool:
        return entry.kind == stat.S_IFLNK or self._may(self.source, entry.path, READ)

    def _writable(self, folder: Path) -> bool:
        """Whether a directory lies in the target, not behind a link, and lets the identity write."""
        if folder not in self._ours:
            inside = self.target.path.resolve() / folder.relative_to(self.target.path)
            if not folder.is_dir() or folder.resolve() != inside or not self._may(self.target, folder, WRITE):
                return False
            self._ours.add(folder)
        return True

    def _dress(self, entry: Entry) -> None:
        into = self.target.path / entry.name
        if entry.kind != stat.S_IFLNK:
            plain = 0o755 if entry.kind == stat.S_IFDIR else 0o644
            into.chmod(stat.S_IMODE(entry.found.st_mode) if self.options.PosixPermissions == "PRESERVE" else plain)
        if self.options.Mtime == "PRESERVE":
            times = (entry.found.st_atime_ns, entry.found.st_mtime_ns)
            os.utime(into, ns=times, follow_symlinks=False)

    def _same(self, entry: Entry) -> bool:
        there = self.target.path / entry.name
        if not _exists(there) or stat.S_IFMT(there.lstat().st_mode) != entry.kind:
            return False
        if entry.kind == stat.S_IFLNK:
            return entry.path.readlink() == there.readlink()
        if entry.kind == stat.S_IFREG:
            times = self.options.Mtime == "PRESERVE" and int(there.stat().st_mtime) != int(entry.found.st_mtime)
            if times or not filecmp.cmp(entry.path, there, shallow=False):
                return False
        return not self._dressed_otherwise(entry, there)

    def _dressed_otherwise(self, entry: Entry, there: Path) -> bool:
        modes = stat.S_IMODE(entry.found.st_mode) != stat.S_IMODE(there.lstat().st_mode)
        (uid, gid), (new_uid, new_gid) = self.disk.owner(entry.path), self.disk.owner(there)
        return (
            (self.options.PosixPermissions == "PRESERVE" and modes)
            or (self.options.Uid == "INT_VALUE" and uid != new_uid)
            or (self.options.Gid == "INT_VALUE" and gid != new_gid)
        )

    def _may(self, mount: Mount, path: Path, bit: int) -> bool:
        """Whether the mount's identity may read or write; root may everything."""
        if mount.identity is None or mount.identity[0] == 0:
            return True
        uid, gid = self.disk.owner(path)
        mode = path.stat().st_mode
        shift = 6 if uid == mount.identity[0] else 3 if gid == mount.identity[1] else 0
        return bool(mode >> shift & bit)


def _size(entry: Entry) -> int:
    return entry.found.st_size if entry.kind == stat.S_IFREG else 0


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
