"""Knows how a restore of many goes: handed over as one operation, and followed, opened and cancelled by its id."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio_recovery.operations import LONGEST_ASKED, Operation, new_id
from studio_recovery.requests import Action
from studio_recovery_cli import words
from studio_recovery_cli.asking.deciding import decided
from studio_recovery_cli.asking.ends import tell
from studio_recovery_cli.asking.foresight import Foreseen
from studio_recovery_cli.following.endings import Ending, as_it_stands
from studio_recovery_cli.following.operation import Begun, begun, endings_of, follow_operation
from studio_recovery_cli.following.progress import under_way
from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session

# How long a cancel waits for those who are not asked for yet.
_SECONDS_TO_BE_ASKED = 120
_LOOK_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class End:
    """How a restore ends for whoever asked: nobody waits for it, or its outcomes go into a file too."""

    detach: bool = False
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class NewOperation:
    """What was typed, the owners who are meant, those who would be refused, and what is asked for beside them."""

    asked: str
    meant: Sequence[Foreseen]
    refused: Sequence[Ending]
    request: Mapping[str, Any]


def restored_all(session: Session, wanted: NewOperation, end: End) -> int:
    """Hands the operation over and follows it; the exit status."""
    known = _same_operation(wanted.meant)
    operation = begun(session, known).operation if known else _handed_over(session, wanted)
    _say_how_to_come_back(session, operation)
    if end.detach:
        return tell(session, [*wanted.refused, *(as_it_stands(one.after) for one in wanted.meant)], end.file)
    return _followed(session, operation, end.file, wanted.refused)


def opened(session: Session, operation_id: str, end: End) -> int:
    """Opens an operation again, follows it to its end, and tells the outcomes; the exit status."""
    found = begun(session, operation_id)
    if end.detach:
        return _told(session, found, end.file, ())
    return _followed(session, found.operation, end.file, ())


def stopped(session: Session, operation_id: str, yes: bool, wait: Callable[[float], None] = time.sleep) -> int:
    """Cancels what waits and runs of an operation; the exit status."""
    found = begun(session, operation_id)
    if found.may_come(_SECONDS_TO_BE_ASKED):
        session.screen.note("Some are not asked for yet: waiting for them, for two minutes at most.")
    while found.may_come(_SECONDS_TO_BE_ASKED):
        wait(_LOOK_EVERY)
        found = replace(found, rows=session.deployment.ledger.rows_of(operation_id))
    return decided(session, Action.CANCEL, found.going, yes, "Nothing of it waits or runs.")


def _same_operation(meant: Sequence[Foreseen]) -> str:
    """The operation that has asked for just this already, if it is under way for all of them."""
    unchanged = all(not one.changes and under_way(one.before) for one in meant)
    operations = {one.before.operation for one in meant}
    return operations.pop() if unchanged and len(operations) == 1 else ""


def _handed_over(session: Session, wanted: NewOperation) -> Operation:
    owners = [one.before.owner for one in wanted.meant]
    operation = Operation(new_id(words.now(), secrets.token_hex(3)), wanted.asked[:LONGEST_ASKED], len(owners))
    session.screen.note(f"Operation {operation.id} of {words.number(operation.of)} owners is handed over ...")
    session.admin.hand_over(owners, operation, **wanted.request)
    return operation


def _say_how_to_come_back(session: Session, operation: Operation) -> None:
    session.screen.note(f"Operation {operation.id} goes on without this terminal. To look at it again, or to end it:")
    session.screen.note(f"  {typed(session, f'restore --operation {operation.id}')}")
    session.screen.note(f"  {typed(session, f'cancel --operation {operation.id}')}")


def _followed(session: Session, operation: Operation, file: Path | None, refused: Sequence[Ending]) -> int:
    return _told(session, follow_operation(session, operation), file, refused)


def _told(session: Session, found: Begun, file: Path | None, refused: Sequence[Ending]) -> int:
    status = tell(session, [*refused, *endings_of(session, found)], file)
    if found.missing:
        session.screen.note(
            f"{words.number(found.missing)} more were not asked for yet, or a later operation asked for them."
        )
    return status
