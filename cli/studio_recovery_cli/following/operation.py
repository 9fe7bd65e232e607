"""Follows an operation until all whom it asked for rest; and tells how each of them stands, by the rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio_recovery.errors import BadInput
from studio_recovery.offers import Past
from studio_recovery.operations import Operation, asked_at
from studio_recovery.rows import Row
from studio_recovery_cli import words
from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.following.endings import Ending, as_it_stands, ending_of
from studio_recovery_cli.following.follow import Follower, Seen
from studio_recovery_cli.following.lookout import Lookout
from studio_recovery_cli.following.progress import under_way
from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.chronicle import past_of

REFUSED = "REFUSED"
# Lambda tries a request three times, with a minute and two between: who was not asked for then, nobody asks for.
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Begun:
    """An operation, who asked for it, and the rows that it was the last to ask for."""

    operation: Operation
    by: str
    rows: Sequence[Row]

    @property
    def missing(self) -> int:
        """How many of its owners no row tells of: they are not asked for yet, or a later operation has them."""
        return max(0, self.operation.of - len(self.rows))

    @property
    def going(self) -> list[Row]:
        """The rows whose recovery waits or runs."""
        return [row for row in self.rows if under_way(row)]

    def may_come(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """True if some may not be asked for yet, so many seconds after the operation was."""
        return self.missing > 0 and words.now() < self.operation.at + seconds * 1000

    def refused(self, row: Row) -> bool:
        """True if it could not be done for the owner of this row, and no other recovery ended for it since."""
        return bool(row.refusal) and row.ended_at < self.operation.at

    def endings(self, past: Past) -> list[Ending]:
        """How each of its owners stands, in order."""
        return [self._ending(row, past) for row in sorted(self.rows, key=lambda row: str(row.owner))]

    def _ending(self, row: Row, past: Past) -> Ending:
        if under_way(row):
            return as_it_stands(row)
        if self.refused(row):
            return Ending(row.owner, REFUSED, row.refusal, row=row)
        if row.ended_at < self.operation.at:
            return as_it_stands(row)
        ended = ending_of(row, past.lines_of(row.owner), row.execution_arn, "")
        return ended if ended.word == row.status else as_it_stands(row)


def begun(session: Session, operation_id: str) -> Begun:
    """The operation as the ledger tells of it. Raises Trouble if it tells of none."""
    known = f"See which there are: {typed(session, 'operations')}"
    try:
        asked_at(operation_id)
    except BadInput as wrong:
        raise Trouble(str(wrong), known) from wrong
    rows = session.deployment.ledger.rows_of(operation_id)
    if not rows:
        raise Trouble(f"nobody was asked for by operation {operation_id}, or a later one asked for all of them", known)
    return told_of(session, operation_id, rows)


def told_of(session: Session, operation_id: str, rows: Sequence[Row]) -> Begun:
    """The operation of these rows, with what the history of one of them tells of it."""
    lines = session.deployment.ledger.lines_of(rows[0].owner)
    details = next((line.details for line in lines if line.details.get("operation") == operation_id), {})
    operation = Operation(operation_id, str(details.get("asked", "")), int(details.get("of", len(rows))))
    return Begun(operation, str(details.get("by", "")), rows)


def endings_of(session: Session, operation: Begun) -> list[Ending]:
    """How each of the operation's owners stands."""
    return operation.endings(past_of(session.deployment.ledger, len(operation.rows)))


def follow_operation(session: Session, operation: Operation) -> Begun:
    """Waits until nobody of it waits or runs; how it stands then, or when somebody pressed Ctrl-C.

    Whoever follows it anew sees the same.
    """
    looks = _Looks(session, operation)
    again = typed(session, f"restore --operation {operation.id}")
    Follower(session).until_it_rests(looks.look, f"It goes on without you. To look at it again: {again}")
    return looks.seen


class _Looks:
    """What was `seen` of an operation the last time that somebody looked, and whether a wait was explained."""

    def __init__(self, session: Session, operation: Operation) -> None:
        self._session, self._lookout = session, Lookout(session.deployment)
        self.seen, self._told = Begun(operation, "", ()), False

    def look(self) -> Seen | None:
        operation = self.seen.operation
        self.seen = Begun(operation, "", self._session.deployment.ledger.rows_of(operation.id))
        going = self._lookout.look(self.seen.going)
        if not going and not self.seen.may_come():
            return None
        if not going:
            self._say_who_is_missing()
        return Seen(going, len(self.seen.rows) - len(going))

    def _say_who_is_missing(self) -> None:
        """Once: nothing else is to be seen."""
        if not self._told:
            self._told = True
            until = words.local(self.seen.operation.at + PATIENCE_SECONDS * 1000)
            self._session.screen.note(
                f"{words.number(self.seen.missing)} are not asked for yet: waiting, at most until {until}."
            )
