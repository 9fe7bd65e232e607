"""Knows why a row rests and what a person can do about it: the cause in words, and the next steps.

No word of it comes from a file's name: DataSync's own texts may hold one, so of them only the error code is told.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from studio_recovery.homes import Belonging
from studio_recovery.requests import Action
from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery.statuses import APPROVAL, CANCELLED, OTHER_OWNER, SOURCE_HELD, STILL_ALIVE, TOO_OLD, Status, Word


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, as a sentence; and if there is one, the admin's `action` to type, for this owner, and what `more`."""

    text: str
    action: Action | None = None
    owner: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """The cause in words, what to do in this order, and whether DataSync's log can say more."""

    cause: str
    steps: tuple[Step, ...]
    look_into_datasync: bool = False


# What our own code and the state machine say, after the error's name, holds ids and numbers: it may be told in full.
_OUR_SENTENCES = re.compile(
    r"the copy has no result|the copy ended in ERROR|its execution ended as [A-Z_]+ without an outcome"
    r"|\d+ of \d+ files were not transferred"
)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_STEP_FUNCTIONS_ERROR = re.compile(r"(States|Lambda|DataSync|Sandbox)\.[A-Za-z.]{1,80}")
_FIRST = {
    "CannotOpen": "Do what the cause says",
    "TaskNotReady": "See that the groups of Studio's mount targets let DataSync's security group in on TCP 2049, and"
    " that their subnets have four free addresses for each copy",
    "TimedOut": "Raise copy.timeout_hours, or the limit copy.bytes_per_second, and apply",
    "NoApp": "Let the owner open an app in Studio, or apply wait_for_app = false",
    "AccountFull": "Raise max_concurrent, or have AWS raise the quota of DataSync tasks and set task_quota, and apply;"
    " if the cause names a subnet, free addresses there, or lower max_concurrent",
    "TargetBusy": "Wait until the other copy into this home has ended",
    "AwsRefused": "The cause names the call: find what forbids it (a service control policy, the file system's policy,"
    " a quota) and change that",
    "AwsBusy": "AWS was busy for longer than a recovery waits: give it an hour",
    "CopyStillRunning": "Look in DataSync at the copy that was cancelled and has not ended",
    "LedgerConflict": "Others kept writing the row: see that nothing but the module does",
}
_STEP_FAILED = "Look at the execution for the step that failed"
_THEN_AGAIN = "; then ask for the recovery again:"


def advice(row: Row) -> Advice:
    """What to tell of a row that is BLOCKED, FAILED or PARTIAL."""
    match row.status:
        case Status.BLOCKED:
            return _blocked(row)
        case Status.PARTIAL:
            return _partial(row)
        case _:
            return _failed(row)


def told_reason(word: Word, reason: str) -> str:
    """A recovery's reason as anybody may hear it."""
    ours = word not in (Word.FAILED, Word.PARTIAL) or _OUR_SENTENCES.fullmatch(reason)
    if ours or (word is Word.FAILED and is_ours(reason)):
        return _quoted(reason)
    return _of_datasync(reason)


def is_ours(reason: str) -> bool:
    """True for an error of our own functions or of the state machine, which a recovery FAILED with."""
    name = reason.partition(": ")[0]
    return name in _FIRST or bool(_STEP_FUNCTIONS_ERROR.fullmatch(name))


def _blocked(row: Row) -> Advice:
    source = row.next_source
    if row.reason == STILL_ALIVE:
        return _still_alive(row)
    if row.reason == SOURCE_HELD and source:
        return _source_held(source)
    if row.reason == CANCELLED:
        return _cancelled(row)
    asks_for_approval = {
        OTHER_OWNER: _difference(source.belonging if source else row.belonging, row.belonging),
        APPROVAL: "every recovery waits for an approval (require_approval = true)",
        TOO_OLD: f"the old home was left {_day(source)}, longer ago than max_age_days allows",
    }
    return _approve(row, asks_for_approval.get(row.reason, row.reason))


def _still_alive(row: Row) -> Advice:
    here = row.home.domain_id if row.home else "another domain"
    return Advice(
        f"an owner of this name lives in domain {here} as well, and its home may still be in use",
        (
            Step(f"If the one in {here} is not needed any more, delete it there: the copy then starts by itself."),
            _hold(row, "If both are to stay, put the owner on hold, and nothing is copied"),
        ),
    )


def _source_held(source: Source) -> Advice:
    return Advice(
        f"the files are those of {source.origin}, for whom replication is switched off",
        (Step("If they may be copied, release that owner; the copy then starts:", Action.RELEASE, source.origin),),
    )


def _cancelled(row: Row) -> Advice:
    steps = (_again(row, "If the files are to come after all, ask for the recovery again:"), *_drop(row))
    return Advice("it was cancelled: nothing is copied until it is asked for again", steps)


def _approve(row: Row, cause: str) -> Advice:
    return Advice(
        cause,
        (
            Step("If the owner may have these files, approve the recovery:", Action.APPROVE, str(row.owner)),
            Step("If not, set the old home aside; it stays known:", Action.REJECT, str(row.owner)),
        ),
    )


def _difference(old: Belonging, new: Belonging) -> str:
    """Why files of the old home may not pass to the new one by themselves (see Belonging.may_pass_to)."""
    if old.sso_user and new.sso_user and old.sso_user != new.sso_user:
        return f"the old home was the Identity Center user {old.sso_user}'s, the new one is {new.sso_user}'s"
    if old.space_owner and new.space_owner and old.space_owner.casefold() != new.space_owner.casefold():
        return f"the old space was {old.space_owner}'s, the new one is {new.space_owner}'s"
    if old.sharing == "Private" and new.sharing == "Shared":
        return "the old space was private, the new one is shared"
    return "the files belonged to another than the new owner"


def _failed(row: Row) -> Advice:
    cause = told_reason(Word.FAILED, row.reason)
    if is_ours(row.reason):
        first = _FIRST.get(row.reason.partition(": ")[0], _STEP_FAILED)
        return Advice(cause, (_again(row, first + _THEN_AGAIN),))
    if _OUR_SENTENCES.fullmatch(row.reason):
        return Advice(cause, (_again(row, _STEP_FAILED + _THEN_AGAIN),), look_into_datasync=True)
    do = f"Put right what DataSync's log complains of{_THEN_AGAIN}"
    return Advice(cause, (_again(row, do),), look_into_datasync=True)


def _partial(row: Row) -> Advice:
    return Advice(
        told_reason(Word.PARTIAL, row.reason),
        (
            Step("What did come over can be used. DataSync's log names the files that it had trouble with."),
            _again(
                row,
                "To copy what is missing and verify everything, ask for the recovery again. If the owner has worked in"
                " the new home since, it ends PARTIAL again, as each file of its own counts as a difference:",
            ),
            _restore(
                row,
                "To have the old files whatever the new home has, copy over it: files of the same names are replaced:",
                "--overwrite",
                "always",
            ),
            _restore(row, "Or leave the new home as it is, and copy into a folder of its own:", "--into", "restored"),
            *_drop(row),
        ),
        look_into_datasync=True,
    )


def _of_datasync(reason: str) -> str:
    code = reason.partition(":")[0]
    return f"DataSync reported {code}" if _CODE.fullmatch(code) else "the reason stands in the owner's row"


def _quoted(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _day(source: Source | None) -> str:
    if source is None or not source.left_at:
        return "long ago"
    return f"on {datetime.fromtimestamp(source.left_at / 1000, UTC):%Y-%m-%d}"


def _restore(row: Row, text: str, *more: str) -> Step:
    return Step(text, Action.RESTORE, str(row.owner), more)


def _drop(row: Row) -> tuple[Step, ...]:
    source = row.next_source
    text = "If the old home is not needed, give it up; its files are not touched:"
    return (Step(text, Action.DROP, str(row.owner), (source.home.key,)),) if source else ()


def _again(row: Row, text: str) -> Step:
    return Step(text, Action.RETRY, str(row.owner))


def _hold(row: Row, text: str) -> Step:
    return Step(f"{text}, also after later re-creations, until you release it:", Action.HOLD, str(row.owner))
