import pytest

from studio_recovery.outcome import CopyEnd, Failure, judge
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
