from dataclasses import replace

import pytest

from studio_recovery.outcome import CopyEnd, Failure, judge, without_files
from studio_recovery.rows import Counts
from studio_recovery.statuses import Word

COUNTS = Counts(bytes_written=52_428_800, files_transferred=9, total_duration_ms=61_000)
GOOD = CopyEnd("SUCCESS", transfer_status="SUCCESS", expected=9, counts=COUNTS)


def test_a_copy_of_all_files_succeeded() -> None:
    outcome = judge(GOOD, None, started=True)
    assert (outcome.word, outcome.reason, outcome.counts) == (Word.SUCCEEDED, "", COUNTS)


def test_files_that_the_target_already_had_are_counted_and_no_failure() -> None:
    copy = CopyEnd("SUCCESS", expected=6, skipped=3, counts=Counts(10, 6, 1))
    assert (judge(copy, None, started=True).word, judge(copy, None, started=True).skipped) == (Word.SUCCEEDED, 3)


def test_a_copy_that_found_nothing_is_skipped() -> None:
    outcome = judge(CopyEnd("SUCCESS"), None, started=True)
    assert (outcome.word, outcome.reason) == (Word.SKIPPED, "nothing to copy")


@pytest.mark.parametrize(
    "copy",
    [
        CopyEnd("SUCCESS", error_code="SomeFiles", error_detail="files skipped due to errors", counts=COUNTS),
        CopyEnd("SUCCESS", expected=10, counts=COUNTS),
        CopyEnd("SUCCESS", expected=10, skipped=5, counts=COUNTS),
        CopyEnd("ERROR", "VerifyFailed", "Verification detected mismatches", "SUCCESS", counts=COUNTS),
    ],
)
def test_doubt_is_partial(copy: CopyEnd) -> None:
    outcome = judge(copy, None, started=True)
    assert outcome.word is Word.PARTIAL
    assert outcome.reason


def test_a_copy_that_broke_failed_with_datasyncs_words() -> None:
    outcome = judge(CopyEnd("ERROR", "MountTimeout", "could not mount", "ERROR"), None, started=True)
    assert (outcome.word, outcome.reason) == (Word.FAILED, "MountTimeout: could not mount")


@pytest.mark.parametrize("copy", [None, CopyEnd("TRANSFERRING"), CopyEnd("A_STATUS_OF_TOMORROW")])
def test_a_copy_without_an_end_failed(copy: CopyEnd | None) -> None:
    assert judge(copy, None, started=True).word is Word.FAILED


@pytest.mark.parametrize(
    ("failure", "word", "reason"),
    [
        (Failure("Superseded", "asks for other"), Word.SUPERSEDED, "asks for other"),
        (Failure("Held", "off for ada"), Word.BLOCKED, "held"),
        (Failure("OtherOwner", "belonged to bob"), Word.BLOCKED, "other owner"),
        (Failure("SourceGone", "fs-old is gone"), Word.SKIPPED, "source gone"),
        (Failure("CannotOpen", "add vpc-1 to vpcs"), Word.FAILED, "CannotOpen: add vpc-1 to vpcs"),
        (Failure("TimedOut", "still TRANSFERRING"), Word.FAILED, "TimedOut: still TRANSFERRING"),
    ],
)
def test_an_error_names_the_outcome(failure: Failure, word: Word, reason: str) -> None:
    outcome = judge(None, failure, started=False)
    assert (outcome.word, outcome.reason, outcome.copy_started) == (word, reason, False)


def test_a_failure_after_the_start_of_a_copy_says_so() -> None:
    assert judge(None, Failure("TimedOut"), started=True).copy_started


@pytest.mark.parametrize(
    ("detail", "kept"),
    [
        ("cannot read /200005/diary.txt", "cannot read"),
        ("cannot read /my diary of march.txt: Permission denied", "cannot read"),
        ("Failed to open '/notes/diary.txt'", "Failed to open"),
        ("Permission denied: notes/diary.txt", "Permission denied:"),
        ("mounting 10.0.0.5:/diary failed", "mounting"),
        ("skipped in fs-0123456789abcdef0/200005/diary.txt", "skipped in"),
        ("skipped efs://eu-west-1.fs-0123456789abcdef0/diary.txt", "skipped"),
        ("skipped user/diary.txt and more", "skipped"),
        ("mkdir /.aws-datasync/diary.txt: Permission denied", "mkdir"),
        ("two files:\n/diary.txt\n/more.txt", "two files:"),
    ],
)
def test_what_datasync_says_is_kept_up_to_the_first_path(detail: str, kept: str) -> None:
    outcome = judge(CopyEnd("ERROR", "OpNoPerm", detail, "ERROR"), None, started=True)
    said, _, hint = outcome.reason.partition("... ")
    assert (said.strip(), hint) == (f"OpNoPerm: {kept}", "(DataSync's log tells the rest)")
    assert "diary" not in str(outcome.as_details())


@pytest.mark.parametrize(
    "copy", [replace(GOOD, error_detail="/diary.txt: skipped"), CopyEnd("ERROR", "E", "/diary.txt")]
)
def test_a_detail_that_begins_with_a_path_leaves_its_code(copy: CopyEnd) -> None:
    kept = f"{copy.error_code}: " if copy.error_code else ""
    assert judge(copy, None, started=True).reason == f"{kept}... (DataSync's log tells the rest)"


@pytest.mark.parametrize(
    "said",
    [
        "not authorized on arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-0123456789abcdef0.",
        "no right for (arn:aws:iam::111122223333:role/platform/studio-recovery-open-homes): denied",
        "no access to arn:aws:logs:eu-west-1:111122223333:log-group:/aws/datasync/studio-recovery:*",
        "the files of fs-0123456789abcdef0/200005 are not there, fs-0123456789abcdef0 is",
        "studio-recovery:fs-0123456789abcdef0/200010:run-1 copies into fs-0123456789abcdef0/200010",
        "no app of user/ada@lab, and none of space/reading-group@lab",
        "apply modules/studio-access for its domain",
        "no answer of https://datasync.eu-west-1.amazonaws.com/",
        "mkdir /.aws-datasync: Permission denied",
        "10.0.0.0/16 is full: Input/output error",
        "x40016: Failed to connect to EFS mount target with IP: 10.10.1.0. Please ensure that 2049 is open",
    ],
)
def test_what_names_no_file_is_kept_as_it_is(said: str) -> None:
    assert without_files(said, "the log") == said
    assert judge(None, Failure("AwsRefused", said), started=False).reason == f"AwsRefused: {said}"


def test_an_error_of_a_step_is_kept_up_to_the_first_path_too() -> None:
    """AWS repeats what it refuses, and an admin may have asked for one file."""
    refused = Failure("AwsRefused", "CreateTask: InvalidRequestException: bad filter /notes/diary.txt")
    reason = "AwsRefused: CreateTask: InvalidRequestException: bad filter ... (the execution tells the rest)"
    assert judge(None, refused, started=False).reason == reason
    task = Failure("TaskNotReady", "the task is UNAVAILABLE after 600 s: cannot mount /notes")
    assert "notes" not in judge(None, task, started=False).reason
