"""Knows how rows are read for people: one that cannot be read is told beside the answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from studio_recovery_cli.exits import DONE, PARTIAL
from studio_recovery_cli.session import Session


@dataclass
class Rows:
    """The rows of a session's ledger that can be read; `unreadable` says what is wrong with others, read so far."""

    session: Session
    unreadable: list[str] = field(default_factory=list)

    def each(self) -> Iterator[Row]:
        """All of them, each as soon as it is there."""
        for row in self.session.deployment.ledger.each_row():
            if isinstance(row, Row):
                yield row
            else:
                self.unreadable.append(str(row))

    def at(self, *statuses: Status) -> list[Row]:
        """Those that have one of these statuses, by owner."""
        return sorted((row for row in self.each() if row.status in statuses), key=lambda row: str(row.owner))

    def warn(self, status: int = DONE) -> int:
        """Tells of those that cannot be read; the exit status, PARTIAL instead of DONE if there are some."""
        for trouble in self.unreadable:
            self.session.screen.note(f"warning: {trouble}")
        return PARTIAL if self.unreadable and status == DONE else status
