"""Files in memory, and DataSync's copy of them: the same file trees as localcloud's copies give, without a disk.

There are no folders but in names, and no modes. test_double.py holds it against localcloud.copying. In one thing it is
kinder: a file that came into the target after the copy looked there is left alone by OverwriteMode=NEVER.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from localcloud.copying import Options
from localcloud.disk import Owner
from localcloud.filters import matches


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom a file, or a home, belongs to: the owner by name (`user/ada@lab`), and what is known of the person."""

    owner: str
    person: str = ""
    space_owner: str = ""
    sharing: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its text, the uid that owns it, and who wrote it. `torn_of`: the home of which it is only a half."""

    text: str
    uid: int
    whose: Whose
    torn_of: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A copy wrote a file: by which task, from which path of which file system to which, and what was there."""

    task: str
    source: tuple[str, str]
    target: tuple[str, str]
    file: File
    old: File | None
    overwrite: str


Arrives = Callable[[Written], File]
Leaves = Callable[[str, str, str], None]


def _as_it_is(written: Written) -> File:
    return written.file


class Homes:
    """All file systems: id to path to file; a path begins with the home's uid. What a Disk is to SageMaker, in memory.

    `arrives` hears of every file that a copy writes, and says what arrives; `leaves` of every one that it removes.
    """

    def __init__(self) -> None:
        self.files: dict[str, dict[str, File]] = {}
        self.deleted: set[str] = set()
        self.arrives: Arrives = _as_it_is
        self.leaves: Leaves = lambda *_: None

    def root(self, fs_id: str) -> dict[str, File]:
        """The files of a file system; what is written into one that is deleted is lost."""
        return {} if fs_id in self.deleted else self.files.setdefault(fs_id, {})

    def remove(self, fs_id: str) -> None:
        """The file system is deleted."""
        self.files.pop(fs_id, None)
        self.deleted.add(fs_id)

    def make_home(self, fs_id: str, path: str, _owner: Owner, _mode: int) -> None:
        """A folder without files is not told from none."""

    def of(self, home: str) -> dict[str, File]:
        """The files of a home `fs-id/uid`, by their names below it."""
        fs_id, _, uid = home.partition("/")
        return Mount(self, fs_id, f"{uid}/").files()


@dataclass(frozen=True, slots=True)
class Mount:
    """What a client sees of a file system: all whose path begins with `prefix`, and as whom it writes (None: root)."""

    homes: Homes
    fs_id: str
    prefix: str
    identity: Owner | None = None

    def files(self) -> dict[str, File]:
        """The files that it sees, by their names below the mount."""
        found = self.homes.root(self.fs_id)
        start = len(self.prefix)
        return {path[start:]: file for path, file in sorted(found.items()) if path.startswith(self.prefix)}


@dataclass(slots=True)
class MemoryCopy:
    """Stands in the place of localcloud.copying.Copy, as an execution of DataSync uses it."""

    source: Mount
    target: Mount
    options: Options
    task: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    to_transfer: list[str] = field(default_factory=list)
    to_delete: list[str] = field(default_factory=list)
    transferred: list[str] = field(default_factory=list)
    bytes_to_transfer: int = 0
    bytes_written: int = 0
    deleted: int = 0
    verified: int = 0
    failed: list[str] = field(default_factory=list)
    rest: Callable[[], None] = lambda: None

    def prepare(self) -> None:
        """Decides what is to be transferred and deleted."""
        here, there = self._seen(self.source), self._seen(self.target)
        keeps = self.options.OverwriteMode == "NEVER"
        changed = [name for name in here if name in there and not keeps and here[name].text != there[name].text]
        self.to_transfer = sorted([*(name for name in here if name not in there), *changed])
        self.bytes_to_transfer = sum(len(here[name].text) for name in self.to_transfer)
        if self.options.PreserveDeletedFiles == "REMOVE":
            self.to_delete = [name for name in there if name not in here]

    def names(self) -> list[str]:
        """What is to be transferred."""
        return self.to_transfer

    def transfer(self) -> None:
        """Writes what was decided."""
        self.rest()
        for name in self.to_transfer:
            if name not in self.failed:
                self._write(name)
        for name in self.to_delete:
            if self.target.homes.root(self.target.fs_id).pop(self.target.prefix + name, None):
                self.target.homes.leaves(self.task, self.target.fs_id, self.target.prefix + name)
                self.deleted += 1

    def skip_one(self) -> None:
        """Takes the first file for one that cannot be read."""
        self.failed += self.to_transfer[:1]

    def break_off(self) -> None:
        """Writes the first half of what was decided, and of the last file in it only the first half."""
        if self.to_transfer:
            for name in self.to_transfer[: len(self.to_transfer) // 2 + 1]:
                self._write(name)
            if self.transferred:
                self._tear(self.transferred.pop())

    def verify(self) -> list[str]:
        """The names in which both sides differ, as far as the verify mode looks."""
        here, there = self._seen(self.source), self._seen(self.target)
        if self.options.VerifyMode == "NONE":
            return []
        everything = self.options.VerifyMode == "POINT_IN_TIME_CONSISTENT"
        checked = list(here) if everything else self.transferred
        self.verified = len(checked)
        wrong = [name for name in there if name not in here] if everything else []
        return wrong + [name for name in checked if name not in there or here.get(name, _NONE).text != there[name].text]

    def _seen(self, mount: Mount) -> dict[str, File]:
        def chosen(name: str) -> bool:
            parts = name.split("/")
            above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
            if any(matches(path, self.excludes) for path in above):
                return False
            return not self.includes or any(matches(path, self.includes) for path in above)

        return {name: file for name, file in mount.files().items() if chosen(name)}

    def _write(self, name: str) -> None:
        file = self.source.files().get(name)
        shelf, path = self.target.homes.root(self.target.fs_id), self.target.prefix + name
        old = shelf.get(path)
        if file is None or (old and self.options.OverwriteMode == "NEVER"):
            self.failed.append(name)
            return
        uid = self.target.identity[0] if self.target.identity else 0
        arriving = replace(file, uid=old.uid if old else uid)
        told = Written(
            self.task,
            (self.source.fs_id, self.source.prefix + name),
            (self.target.fs_id, path),
            arriving,
            old,
            self.options.OverwriteMode,
        )
        shelf[path] = self.target.homes.arrives(told)
        self.bytes_written += len(file.text)
        self.transferred.append(name)

    def _tear(self, name: str) -> None:
        shelf, path = self.target.homes.root(self.target.fs_id), self.target.prefix + name
        if path not in shelf:
            return
        whole, uid = shelf[path], self.source.prefix.partition("/")[0]
        shelf[path] = replace(whole, text=whole.text[: len(whole.text) // 2], torn_of=f"{self.source.fs_id}/{uid}")


_NONE = File("", 0, Whose(""))
