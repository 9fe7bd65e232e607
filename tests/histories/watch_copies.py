"""Watches every copy: how it begins (laws 4 and 9), and every file that it writes or removes (laws 1, 2 and 3)."""

from dataclasses import dataclass, field, replace
from typing import Any

from localcloud.executions import Execution
from tests.histories.homes import File, Written
from tests.histories.services import Transfers
from tests.histories.truth import Life, Truth, may_pass


@dataclass(frozen=True, slots=True)
class Claim:
    """What the ledger said as a run began: the row, and the homes it copies from and to."""

    row: tuple[str, str]
    source: str
    target: str
    into: str


@dataclass
class CopyWatch:
    """`claims` are by run, `taken` the files of a source, by name, as its copy began."""

    truth: Truth
    transfers: Transfers
    points: dict[str, Any]
    claims: dict[str, Claim] = field(default_factory=dict)
    taken: dict[str, dict[str, File]] = field(default_factory=dict)
    started: int = 0

    def begins(self, execution: Execution) -> None:
        """A copy is started."""
        self.started += 1
        task = self.transfers.task_of(execution)
        run = task["Name"].rpartition(":")[2]
        claim = self.claims.get(run)
        if claim is None:
            self.truth.breaks(5, f"run {run} copies, and no row says so")
            return
        self.truth.tell(f"copy of {run[:6]} begins: {claim}")
        self.taken[run] = self.truth.homes.of(claim.source)
        self._two_homes(run, claim, task)
        self._one_at_a_time(execution, claim)

    def _two_homes(self, run: str, claim: Claim, task: dict[str, Any]) -> None:
        """Law 4: each side is one home, over TLS, with a role, and what is written is its owner's."""
        for side, location, home in zip(
            ("source", "target"), self.transfers.sides_of(task), (claim.source, claim.target), strict=True
        ):
            fs_id, _, uid = home.partition("/")
            if fs_id in self.truth.homes.deleted:
                continue
            named = location.get("AccessPointArn", "").rpartition("/")[2]
            # Through one that was removed before the copy began nobody mounts anything.
            if named and named not in self.points:
                continue
            point = self.points.get(named, {})
            path = f"/{uid}/{claim.into}" if side == "target" and claim.into else f"/{uid}"
            closed = point.get("FileSystemId") == fs_id and point.get("RootDirectory", {}).get("Path") == path
            secure = location["InTransitEncryption"] == "TLS1_2" and bool(location.get("FileSystemAccessRoleArn"))
            if not (closed and secure):
                self.truth.breaks(4, f"run {run} opens more than {path} of {fs_id}: {point}, {location}")
            if side == "target" and point.get("PosixUser", {}).get("Uid") != int(uid):
                self.truth.breaks(4, f"run {run} does not write as {uid}: {point}")
        if task["Options"]["PreserveDeletedFiles"] != "PRESERVE":
            self.truth.breaks(2, f"run {run} removes files from its target")

    def _one_at_a_time(self, execution: Execution, claim: Claim) -> None:
        """Law 9: no other copy runs into the home, nor for the row."""
        for other in self.transfers.running():
            found = self.claims.get(self.transfers.task_of(other).get("Name", "").rpartition(":")[2])
            if other is not execution and found and (found.target == claim.target or found.row == claim.row):
                self.truth.breaks(9, f"two copies at once: {claim} and {found}")

    def arrives(self, written: Written) -> File:
        """A copy writes a file; the file as it is then."""
        source, target = _home(written.source), _home(written.target)
        run = self.transfers.tasks().get(written.task, {}).get("Name", "").rpartition(":")[2]
        claim = self.claims.get(run)
        into = self.truth.lives.get(target)
        if claim is None or (claim.source, claim.target) != (source, target) or into is None:
            self.truth.breaks(1, f"a copy from {source} writes into {target}, which is not its target: {claim}")
            return written.file
        if written.old and (target, source) not in self.truth.overwrites:
            self.truth.breaks(2, f"{written.target} was overwritten from {written.source}")
        if written.file.uid != int(target.partition("/")[2]):
            self.truth.breaks(4, f"{written.target} belongs to {written.file.uid}")
        return self._of(written.file, source, into)

    def leaves(self, task: str, fs_id: str, path: str) -> None:
        """A copy removes a file."""
        self.truth.breaks(2, f"{path} of {fs_id} was removed by {task}")

    def _of(self, file: File, source: str, into: Life) -> File:
        """Law 3: a file comes to its own owner, once that one's earlier life is over; or an admin asked for it."""
        was = self.truth.lives.get(source)
        own = was is not None and was.whose.owner == into.whose.owner == file.whose.owner
        if any(grant.covers(file, source, into.whose) for grant in self.truth.grants):
            return replace(file, whose=into.whose)
        if own and not self.truth.alive(source) and may_pass(file.whose, into.whose):
            return file
        self.truth.breaks(3, f"{into.whose} gets a file of {file.whose} from {source} ({was and was.whose})")
        return file


def _home(place: tuple[str, str]) -> str:
    fs_id, path = place
    return f"{fs_id}/{path.partition('/')[0]}"
