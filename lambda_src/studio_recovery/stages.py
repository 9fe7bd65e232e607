"""Knows where a row came to rest: the stage, in the five words of the README, and the state of the state machine."""

import re

from studio_recovery.advice import is_ours
from studio_recovery.rows import Row
from studio_recovery.statuses import OTHER_OWNER, SOURCE_HELD, Status

_OPEN, _COPY = "Open both homes", "Copy the files"
# Errors that come from one state only. The others (AwsRefused, AwsBusy ...) name the call that was refused.
_STATES = {
    "CannotOpen": _OPEN,
    "NoApp": _OPEN,
    "AccountFull": _OPEN,
    "TargetBusy": _OPEN,
    "TaskNotReady": "Is the task ready?",
    "TimedOut": "Give up the copy",
}
_NOBODY_SAW = re.compile(r"the copy has no result|its execution ended as .*")


def whereabouts(row: Row) -> str:
    """The stage in which a row that is BLOCKED, FAILED or PARTIAL came to rest, and where it is known the state.

    A block is the ledger's unless a recovery ended by it: only then the row still has the request that began it.
    """
    if row.status is Status.BLOCKED and not row.request_id:
        return "ledger"
    state = _state(row)
    return f'recovery, state "{state}"' if state else "recovery"


def _state(row: Row) -> str:
    match row.status:
        case Status.BLOCKED:
            return _OPEN if row.reason in (OTHER_OWNER, SOURCE_HELD) else ""
        case Status.PARTIAL:
            return _COPY
        case _ if is_ours(row.reason):
            return _STATES.get(row.reason.partition(": ")[0], "")
        case _:
            return "" if _NOBODY_SAW.fullmatch(row.reason) else _COPY
