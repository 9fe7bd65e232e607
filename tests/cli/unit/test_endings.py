"""How a recovery ended, from the history, and as an exit status."""

import pytest

from studio_recovery.rows import Counts, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import CANCELLED, Status, Word
from studio_recovery_cli.following.ending_fields import FIELDS
from studio_recovery_cli.following.endings import Ending, as_item, ending_of, exit_status, sentence
from tests.unit.cast import ADA, EXECUTION, NEW, OLD

HOMES: dict[str, str | int] = {"source": OLD.key, "target": NEW.key, "execution_arn": EXECUTION}
COUNTS: dict[str, str | int] = {"bytes_written": 96_000_000, "files_transferred": 9, "total_duration_ms": 3000}
ENDED = Line("SUCCEEDED", 2000, "2000.1", HOMES | COUNTS)
HISTORY = (
    Line("SUCCEEDED", 500, "500.1", HOMES | {"execution_arn": f"{EXECUTION}-before", "bytes_written": 1}),
    Line("recovery started", 1000, "1000.1", HOMES),
    ENDED,
)
ROW = Row(ADA, home=NEW, sources=(Source(OLD, 1),), status=Status.BLOCKED, reason=CANCELLED)


def ended(*words: str) -> list[Ending]:
    return [Ending(ADA, word) for word in words]


def test_the_outcome_is_that_of_the_execution_and_no_older_one() -> None:
    ending = ending_of(ROW, HISTORY, EXECUTION, "")
    assert (ending.word, ending.counts, ending.at) == ("SUCCEEDED", Counts(96_000_000, 9, 3000), 2000)
    assert (ending.source, ending.target) == (OLD.key, NEW.key)


def test_what_left_no_line_is_told_by_the_row() -> None:
    ending = ending_of(ROW, HISTORY[:1], EXECUTION, OLD.key)
    assert (ending.word, ending.reason, ending.source) == ("BLOCKED", CANCELLED, OLD.key)


def test_an_ending_is_said_in_a_sentence() -> None:
    said = sentence(ending_of(ROW, HISTORY, EXECUTION, ""))
    assert said == f"{ADA}: SUCCEEDED, 9 files and folders, 96.0 MB in 3 s, from {OLD.key}"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 0),
        (("SUCCEEDED", "SKIPPED"), 0),
        (("SUPERSEDED", "SUCCEEDED"), 0),
        (("SUCCEEDED", "FAILED"), 3),
        (("PARTIAL",), 3),
        (("FAILED",), 1),
        (("BLOCKED",), 1),
    ],
)
def test_the_exit_status_says_whether_all_some_or_none_came_back(words: tuple[str, ...], status: int) -> None:
    assert exit_status(ended(*words)) == status


def test_every_member_of_the_data_is_documented() -> None:
    assert as_item(ending_of(ROW, HISTORY, EXECUTION, "")).keys() == FIELDS.keys()
    assert all(word in FIELDS["outcome"] for word in Word)
