"""Where file systems lie on disk, and who owns what in them.

A file system is the folder `<data>/efs/<fs-id>/`. Root really changes owners; anybody else has them remembered in
`<data>/efs/<fs-id>.owners.json` (path relative to the file system -> [uid, gid]; what is not in there is root's).
"""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Owner = tuple[int, int]
SetOwner = Callable[[Path, int, int], None]
ROOT: Owner = (0, 0)


class Disk:
    """All file systems of one local cloud."""

    def __init__(self, data: Path, real_owners: bool | None = None) -> None:
        self._efs = data.resolve() / "efs"
        self._efs.mkdir(parents=True, exist_ok=True)
        self._real = os.geteuid() == 0 if real_owners is None else real_owners
        self._lock = threading.Lock()

    def root(self, fs_id: str) -> Path:
        """The folder that is this file system's root; it is made when it is not there yet."""
        folder = self._efs / fs_id
        folder.mkdir(mode=0o755, exist_ok=True)
        return folder

    def home(self, fs_id: str, uid: int | str) -> Path:
        """Where the home directory of `uid` lies, whether it exists or not."""
        return self.root(fs_id) / str(uid)

    def remove(self, fs_id: str) -> None:
        """Forget a file system and everything in it."""
        shutil.rmtree(self._efs / fs_id, ignore_errors=True)
        self._side_file(fs_id).unlink(missing_ok=True)

    def make_home(self, fs_id: str, path: str, owner: Owner, mode: int) -> Path:
        """Make a directory as EFS does for an access point: only when it is missing, parents owned by root."""
        folder = self.root(fs_id) / path.strip("/")
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(mode)
            self.set_owner(folder, *owner)
        return folder

    def owner(self, path: Path) -> Owner:
        """Uid and gid of a file, directory or link below one of the file systems."""
        if self._real:
            found = path.lstat()
            return found.st_uid, found.st_gid
        fs_id, inside = self._place(path)
        with self._lock:
            uid, gid = self._owners(fs_id).get(inside, ROOT)
        return uid, gid

    def set_owner(self, path: Path, uid: int, gid: int) -> None:
        """Change the owner of a file, directory or link (not of what a link points to)."""
        with self.batch(path.relative_to(self._efs).parts[0]) as set_owner:
            set_owner(path, uid, gid)

    @contextmanager
    def batch(self, fs_id: str) -> Iterator[SetOwner]:
        """Change many owners in one file system; the side file, where there is one, is written once, at the end."""
        if self._real:
            yield lambda path, uid, gid: os.chown(path, uid, gid, follow_symlinks=False)
            return
        changes: dict[str, list[int]] = {}

        def remember(path: Path, uid: int, gid: int) -> None:
            changes[self._place(path)[1]] = [uid, gid]

        yield remember
        with self._lock:
            fresh = self._side_file(fs_id).with_suffix(".tmp")
            fresh.write_text(json.dumps(self._owners(fs_id) | changes, indent=0, sort_keys=True))
            fresh.replace(self._side_file(fs_id))

    def _owners(self, fs_id: str) -> dict[str, list[int]]:
        file = self._side_file(fs_id)
        return json.loads(file.read_text()) if file.exists() else {}

    def _side_file(self, fs_id: str) -> Path:
        return self._efs / f"{fs_id}.owners.json"

    def _place(self, path: Path) -> tuple[str, str]:
        fs_id, *inside = path.relative_to(self._efs).parts
        return fs_id, "/".join(inside) or "."
