"""Who is told of a row, when, and in which words."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from studio_recovery.errors import StudioRecoveryError
from studio_recovery.homes import Belonging
from studio_recovery.notices import SECTIONS, Deployment, Notice, notice
from studio_recovery.outcome import CopyEnd, Failure, judge
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Counts, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import APPROVAL, CANCELLED, HELD, OTHER_OWNER, SOURCE_HELD, STILL_ALIVE, TOO_OLD, Status
from tests.unit.cast import ADA, ELSEWHERE, EXECUTION, NEW, NEWER, OLD, source
from tools.links import anchors

MODULE = "studio-recovery"
RUNBOOK = "https://git.example.com/docs/operating.md"
DEPLOYMENT = Deployment(MODULE, RUNBOOK)
UNKNOWN = Belonging()
ARMED = Row(ADA, home=NEW, sources=(source(OLD),), status=Status.PENDING, request_id="request-1", version=4)
CLAIMED = replace(ARMED, status=Status.RUNNING, execution_arn=EXECUTION, copying=OLD.key)
FAILED = replace(CLAIMED, status=Status.FAILED, reason="CannotOpen: add vpc-1 to `vpcs`", copying="")
PARTIAL = replace(FAILED, status=Status.PARTIAL, reason="3 of 9 files were not transferred")
APPROVAL_ASKED = replace(ARMED, status=Status.BLOCKED, reason=APPROVAL, request_id="")
ALIVE = Row(ADA, home=OLD, waiting=(source(ELSEWHERE),), status=Status.BLOCKED, reason=STILL_ALIVE)
RESTING = {"failed": FAILED, "partial": PARTIAL, "waits for approval": APPROVAL_ASKED, "still alive": ALIVE}


def told(row: Row, before: Row | None = None) -> Notice:
    found = notice(before, row, DEPLOYMENT)
    assert found
    return found


def blocked(reason: str, old: Source, belonging: Belonging = UNKNOWN) -> str:
    return told(replace(APPROVAL_ASKED, reason=reason, sources=(old,), belonging=belonging)).text


def failed(reason: str) -> str:
    return told(replace(FAILED, reason=reason)).text


@pytest.mark.parametrize("row", RESTING.values(), ids=RESTING)
def test_a_row_that_comes_to_rest_is_told_of(row: Row) -> None:
    assert notice(None, row, DEPLOYMENT)
    assert notice(ARMED, row, DEPLOYMENT)


@pytest.mark.parametrize("row", RESTING.values(), ids=RESTING)
def test_the_same_rest_saved_again_is_not_told_again(row: Row) -> None:
    assert (
        notice(row, replace(row, version=9, event_time=1, deleted_at=2, belonging=Belonging("a")), DEPLOYMENT) is None
    )


@pytest.mark.parametrize("status", [s for s in Status if s not in SECTIONS])
def test_who_needs_nobody_is_not_told_of(status: Status) -> None:
    assert notice(FAILED, replace(FAILED, status=status), DEPLOYMENT) is None


@pytest.mark.parametrize("reason", [HELD, STILL_ALIVE, OTHER_OWNER, APPROVAL])
def test_a_hold_is_not_told_of_since_an_admin_asked_for_it(reason: str) -> None:
    assert notice(ARMED, replace(APPROVAL_ASKED, reason=reason, replication=False), DEPLOYMENT) is None


def test_a_cancel_is_not_told_of_since_an_admin_asked_for_it() -> None:
    assert notice(CLAIMED, replace(APPROVAL_ASKED, reason=CANCELLED), DEPLOYMENT) is None


def test_a_recovery_of_somebody_on_hold_that_failed_is_told_of() -> None:
    assert notice(CLAIMED, replace(FAILED, replication=False), DEPLOYMENT)


def test_another_reason_try_or_home_is_told_of_again() -> None:
    assert notice(FAILED, replace(FAILED, reason="AwsBusy: later"), DEPLOYMENT)
    assert notice(FAILED, replace(FAILED, execution_arn=f"{EXECUTION}-2"), DEPLOYMENT)
    assert notice(APPROVAL_ASKED, replace(APPROVAL_ASKED, home=NEWER), DEPLOYMENT)
    assert notice(APPROVAL_ASKED, replace(APPROVAL_ASKED, sources=(source(OLD), source(ELSEWHERE, 2))), DEPLOYMENT)


def test_a_failure_says_who_what_why_which_homes_and_what_to_type() -> None:
    assert told(FAILED) == Notice(
        subject="FAILED: user/ada@lab (studio-recovery)",
        text="""\
The recovery of user/ada@lab failed: its files are not, or not all, in the new home. The old home is as it was.

Stage: recovery, state "Open both homes"
Cause: CannotOpen: add vpc-1 to `vpcs`.
From: fs-old/200005 (domain d-lab)
To: fs-old/200010 (domain d-lab)

What to do:
- Do what the cause says; then ask for the recovery again:
  studio-recovery retry user/ada@lab --name studio-recovery

Execution: arn:aws:states:eu-west-1:111122223333:execution:studio-recovery-recovery:run-1
Its log group: /aws/vendedlogs/states/studio-recovery-recovery
Read on: https://git.example.com/docs/operating.md#failed""",
        status=Status.FAILED,
        kind=Kind.USER,
        domain="lab",
    )


def test_an_owner_that_lives_twice_is_told_with_both_homes() -> None:
    text = told(ALIVE).text
    assert "an owner of this name lives in domain d-lab as well" in text
    assert "From: fs-old/200005 (domain d-lab)\nTo: fs-new/200005 (domain d-lab2)" in text
    assert "delete it there: the copy then starts by itself" in text
    assert "  studio-recovery hold user/ada@lab --name studio-recovery" in text
    assert "Execution:" not in text


def test_an_approval_can_be_given_by_typing() -> None:
    text = told(APPROVAL_ASKED).text
    assert "Stage: ledger\n" in text
    assert "Cause: every recovery waits for an approval" in text
    assert "  studio-recovery approve user/ada@lab --name studio-recovery" in text
    assert "  studio-recovery reject user/ada@lab --name studio-recovery" in text


def test_a_home_that_was_left_long_ago_is_told_with_the_day() -> None:
    text = blocked(TOO_OLD, source(OLD, left_at=1_767_225_600_000))
    assert "the old home was left on 2026-01-01" in text
    assert "studio-recovery approve" in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (Belonging(sso_user="ada"), Belonging(sso_user="eve"), "Identity Center user ada's, the new one is eve's"),
        (Belonging(space_owner="ada"), Belonging(space_owner="eve"), "the old space was ada's, the new one is eve's"),
        (Belonging(sharing="Private"), Belonging(sharing="Shared"), "the old space was private, the new one is shared"),
        (UNKNOWN, UNKNOWN, "the files belonged to another than the new owner"),
    ],
)
def test_files_of_another_are_told_with_both_owners(old: Belonging, new: Belonging, words: str) -> None:
    assert words in blocked(OTHER_OWNER, source(OLD, belonging=old), belonging=new)


def test_a_source_on_hold_is_told_of_with_the_way_to_release_it() -> None:
    text = blocked(SOURCE_HELD, source(OLD, origin="user/bob@attic"))
    assert "From: fs-old/200005 (domain d-lab), the home of user/bob@attic" in text
    assert "  studio-recovery release user/bob@attic --name studio-recovery" in text


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("TaskNotReady: the task is UNAVAILABLE after 600 s", "TCP 2049"),
        ("TimedOut: the copy was TRANSFERRING after 86400 s", "Raise copy.timeout_hours"),
        ("NoApp: no app of user/ada@lab is in service", "open an app in Studio"),
        ("AccountFull: no place for another task", "task_quota"),
        ("TargetBusy: another copies", "other copy into this home"),
        ("AwsRefused: CreateAccessPoint: AccessDenied: not you", "service control policy"),
        ("AwsBusy: DescribeMountTargets: Throttling", "give it an hour"),
        ("CopyStillRunning: 1 copy", "cancelled"),
        ("LedgerConflict: written by somebody else", "Others kept writing"),
        ("States.Timeout: after 320 s", "Look at the execution"),
        ("DataSync.InternalException: try again", "Look at the execution"),
        ("its execution ended as ABORTED without an outcome", "Look at the execution"),
    ],
)
def test_each_kind_of_failure_has_its_cause_and_its_next_step(reason: str, step: str) -> None:
    text = failed(reason)
    assert f"Cause: {reason}." in text
    assert step in text
    assert "studio-recovery retry" in text


def test_every_error_that_a_recovery_can_fail_with_has_advice_of_its_own() -> None:
    outcomes = {"Superseded", "Cancelled", "Held", "SourceHeld", "OtherOwner", "SourceGone"}
    elsewhere = {"BadInput", "BadHome", "NotReady", "DeletionProtected", "LeftBehind", "Wait"}
    elsewhere |= {"UnknownOwners", "DomainNotEmpty", "NoRoom"}
    names = {kind.__name__ for kind in _below(StudioRecoveryError)} - outcomes - elsewhere
    assert [name for name in sorted(names) if f"Cause: {name}: why" not in failed(f"{name}: why")] == []


def _below(kind: type[Exception]) -> set[type[Exception]]:
    return {kind for child in kind.__subclasses__() for kind in (child, *_below(child))}


def test_no_files_name_is_told() -> None:
    copies = [
        CopyEnd("ERROR", "OpNoPerm", "cannot read /200005/diary.txt", "ERROR"),
        CopyEnd("SUCCESS", "SomeFiles", "/200005/diary.txt"),
        CopyEnd("SUCCESS", "", "/200005/diary.txt: was skipped"),
    ]
    ends = [judge(copy, None, started=True) for copy in copies]
    texts = [told(replace(FAILED, status=Status(end.word), reason=end.reason)).text for end in ends]
    assert [text for text in texts if "diary" in text] == []
    assert "DataSync reported OpNoPerm" in texts[0]
    assert "the reason stands in the owner's row" in texts[2]
    assert all("DataSync's log group: /aws/datasync/studio-recovery" in text for text in texts)


@pytest.mark.parametrize(
    ("copy", "cause"),
    [
        (CopyEnd("SUCCESS", expected=9, counts=Counts(10, 6, 1)), "Cause: 3 of 9 files were not transferred."),
        (CopyEnd("ERROR"), "Cause: the copy ended in ERROR."),
        (None, "Cause: the copy has no result."),
    ],
)
def test_what_our_own_judgement_says_is_told_in_full(copy: CopyEnd | None, cause: str) -> None:
    end = judge(copy, None, started=True)
    assert cause in told(replace(FAILED, status=Status(end.word), reason=end.reason)).text


def test_a_partial_recovery_says_what_can_be_used_and_how_to_close_it() -> None:
    text = told(PARTIAL).text
    assert "What did come over can be used" in text
    assert "ends PARTIAL again" in text
    typed = [line.strip() for line in text.splitlines() if line.startswith("  studio-recovery")]
    assert typed == [
        "studio-recovery retry user/ada@lab --name studio-recovery",
        "studio-recovery restore user/ada@lab --overwrite always --name studio-recovery",
        "studio-recovery restore user/ada@lab --into restored --name studio-recovery",
        "studio-recovery drop user/ada@lab fs-old/200005 --name studio-recovery",
    ]


def test_a_cause_of_many_lines_is_told_in_one() -> None:
    failure = judge(None, Failure("AwsRefused", "no\n\n  way."), started=False)
    assert "Cause: AwsRefused: no way.\n" in failed(failure.reason)


def test_a_subject_is_what_sns_takes_for_the_longest_and_strangest_names() -> None:
    longest = Owner(Kind.SPACE, "s" * 63, "d" * 63)
    strange = Owner(Kind.USER, "ad\u00e4\n", "lab")
    subjects = [told(replace(PARTIAL, owner=owner)).subject for owner in (longest, strange)]
    assert [subject for subject in subjects if len(subject) >= 100 or not subject.isascii()] == []
    assert subjects[0].startswith("PARTIAL: space/ssss")
    assert subjects[1] == "PARTIAL: user/ad??@lab (studio-recovery)"


def test_what_is_to_be_typed_stays_one_word_of_the_shell_whatever_a_row_says() -> None:
    text = told(replace(FAILED, owner=Owner(Kind.USER, "ada'; rm -rf ~ #", "lab"))).text
    (line,) = [line for line in text.splitlines() if line.startswith("  studio-recovery")]
    assert shlex.split(line) == ["studio-recovery", "retry", "user/ada'; rm -rf ~ #@lab", "--name", MODULE]


@pytest.mark.parametrize("row", RESTING.values(), ids=RESTING)
def test_the_section_to_read_on_in_exists(row: Row) -> None:
    address, _, section = told(row).text.rpartition("\nRead on: ")[2].partition("#")
    assert address == RUNBOOK
    assert section in anchors(Path(__file__).parents[2] / "docs" / "operating.md")
