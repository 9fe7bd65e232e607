"""One execution of a DataSync task, from QUEUED to SUCCESS or ERROR, in the phases that DescribeTaskExecution tells.

https://docs.aws.amazon.com/datasync/latest/userguide/API_DescribeTaskExecution.html (Basic mode's fields).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from localcloud.clock import Clock
from localcloud.copying import Copy
from localcloud.faults import Behaviour
from localcloud.mounts import MountFailed
from localcloud.service import Record

SECONDS = {"LAUNCHING": 5.0, "PREPARING": 10.0, "TRANSFERRING": 5.0, "VERIFYING": 5.0, "cancel": 5.0}
# The sentences are from DS/troubleshooting-task-verification; the codes were never seen on AWS (unconfirmed), nor which
# of them name a file: here each does, by its path below the location, as DataSync's log does.
MISMATCH = (
    "VerificationFailure",
    "Transfer and verification completed. Verification detected mismatches. Files with mismatches are listed in Cloud "
    "Watch Logs if enabled.",
)
SKIPPED = (
    "FilesSkipped",
    "Transfer and verification completed. Selected files transferred except for files skipped due to errors. If no "
    "skipped files are listed in Cloud Watch Logs, please contact AWS Support for further assistance.",
)
CANCELLED = ("Cancelled", "The task execution was cancelled.")
FOREVER = 1e8
BROKEN = ("InternalError", "The transfer was interrupted.")
MOUNT = "AccessFailure"


@dataclass(slots=True)
class Execution:
    """An execution; `record` is what DescribeTaskExecution answers, without the counts."""

    record: Record
    clock: Clock
    behaviour: Behaviour
    open: Callable[["Execution"], Copy]
    """Mounts both sides; raises MountFailed."""
    look: Callable[["Execution"], None]
    """Whether what was mounted is still there; raises MountFailed."""
    ended: Callable[["Execution"], None]
    copy: Copy | None = None
    cancelled: bool = False
    _marks: dict[str, float] = field(default_factory=dict)
    _outcome: Record = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The status as AWS names it."""
        return str(self.record["Status"])

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.status not in ("SUCCESS", "ERROR")

    def start(self) -> None:
        """Begin: from here on time carries it to its end."""
        self.record["LaunchTime"] = self.clock.now()
        self._reach("LAUNCHING", SECONDS["LAUNCHING"], self._prepare)

    def cancel(self) -> None:
        """Stop as soon as it can be, in the middle of a file; it ends in ERROR a little later."""
        copy = self.copy if self.status == "TRANSFERRING" else None
        self.cancelled = True
        self.record["Status"] = "CANCELLING"
        self.clock.later(SECONDS["cancel"], lambda: self._break_off(copy, *CANCELLED))

    def described(self) -> Record:
        """The full answer of DescribeTaskExecution."""
        return self.record | self._counts() | {"Result": self._result()}

    def _reach(self, status: str, seconds: float, then: Callable[[], None]) -> None:
        self.record["Status"] = status
        self._marks[status] = self.clock.now()
        self.clock.later(seconds, lambda: self._carry_on(then))

    def _carry_on(self, then: Callable[[], None]) -> None:
        if self.cancelled or not self.running:
            return
        try:
            then()
        except OSError as failure:
            self._fail("Transfer", "InputOutputError", str(failure))

    def _prepare(self) -> None:
        self.record["Status"] = "PREPARING"
        self._marks["PREPARING"] = self.clock.now()
        try:
            copy = self.copy = self.open(self)
        except MountFailed as failure:
            told = str(failure)
            self.clock.later(failure.seconds, lambda: self._carry_on(lambda: self._fail("Prepare", MOUNT, told)))
            return
        copy.prepare()
        self.clock.later(SECONDS["PREPARING"], lambda: self._carry_on(lambda: self._transfer(copy)))

    def _transfer(self, copy: Copy) -> None:
        seconds = FOREVER if self.behaviour.copies_hang else SECONDS["TRANSFERRING"]
        self._reach("TRANSFERRING", seconds, lambda: self._write(copy))

    def _write(self, copy: Copy) -> None:
        try:
            self.look(self)
        except MountFailed as failure:
            self._break_off(copy, MOUNT, str(failure))
            return
        if self.behaviour.break_copies:
            self._break_off(copy, *_naming(BROKEN, copy.names()))
            return
        if self.behaviour.skip_files:
            copy.skip_one()
        copy.transfer()
        if self.cancelled:
            return
        if copy.options.VerifyMode == "NONE":
            self._end(copy, [])
        else:
            self._reach("VERIFYING", SECONDS["VERIFYING"], lambda: self._end(copy, copy.verify()))

    def _end(self, copy: Copy, mismatches: list[str]) -> None:
        if copy.failed and not self.behaviour.skip_files:
            self._fail("Transfer", *_naming(SKIPPED, copy.failed))
        elif mismatches:
            self._fail("Verify", *_naming(MISMATCH, mismatches))
        else:
            code, detail = _naming(SKIPPED, copy.failed)
            told = {"ErrorCode": code, "ErrorDetail": detail} if copy.failed else {}
            self._close("SUCCESS", {"VerifyStatus": "SUCCESS"} | told)

    def _break_off(self, copy: Copy | None, code: str, detail: str) -> None:
        """End in the middle of a file, unless the copy stopped in one by itself."""
        try:
            if copy and not copy.transferred:
                copy.break_off()
        finally:
            self._fail("Transfer", code, detail)

    def _fail(self, phase: str, code: str, detail: str) -> None:
        self._close("ERROR", {f"{phase}Status": "ERROR", "ErrorCode": code, "ErrorDetail": detail})

    def _close(self, status: str, outcome: Record) -> None:
        if self.running:
            self._outcome, self._marks["end"] = outcome, self.clock.now()
            self.record |= {"Status": status, "EndTime": self._marks["end"]}
            self.ended(self)

    def _counts(self) -> Record:
        if self.copy is None:
            return {}
        copy = self.copy
        return {
            "EstimatedFilesToTransfer": len(copy.to_transfer),
            "EstimatedBytesToTransfer": copy.bytes_to_transfer,
            "EstimatedFilesToDelete": len(copy.to_delete),
            "FilesTransferred": len(copy.transferred),
            "BytesTransferred": copy.bytes_written,
            "BytesCompressed": copy.bytes_written,
            "BytesWritten": copy.bytes_written,
            "FilesDeleted": copy.deleted,
            "FilesSkipped": len(copy.failed),
            "FilesVerified": copy.verified,
        }

    def _result(self) -> Record:
        """Durations are milliseconds; a phase has succeeded once another one follows."""
        now = self._marks.get("end", self.clock.now())
        result: Record = {"TotalDuration": int(1000 * (now - self.record["StartTime"]))}
        phases = ("PREPARING", "TRANSFERRING", "VERIFYING", "end")
        for at, name in enumerate(("Prepare", "Transfer", "Verify")):
            begun = self._marks.get(phases[at])
            done = next((self._marks[later] for later in phases[at + 1 :] if later in self._marks), None)
            result[f"{name}Duration"] = int(1000 * ((done or now) - begun)) if begun else 0
            result[f"{name}Status"] = "SUCCESS" if begun and done else "PENDING"
        return result | self._outcome


def _naming(told: tuple[str, str], names: Iterable[str]) -> tuple[str, str]:
    """A code and its sentence, with the first of the files that it is about; the location's top has no name."""
    code, sentence = told
    first = next(filter(None, names), "")
    return code, f"{sentence} First: /{first}" if first else sentence
