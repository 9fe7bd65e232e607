"""The row keeps how its last recovery ended, whatever waits or runs since."""

from dataclasses import replace

import pytest

from studio_recovery.aws.items import row_from_item, row_item
from studio_recovery.observe import arm
from studio_recovery.outcome import Outcome
from studio_recovery.rows import Change
from studio_recovery.settling import settle
from studio_recovery.statuses import Status, Word
from tests.unit.cast import EXECUTION, NEW, OLD, ROW, SEEN, run_of, source

RUNNING = replace(
    ROW,
    home=NEW,
    sources=(source(OLD),),
    status=Status.RUNNING,
    request_id="request-1",
    execution_arn=EXECUTION,
    copying=OLD.key,
)
ENDED_AT = SEEN.at + 60_000


@pytest.mark.parametrize("word", [Word.SUCCEEDED, Word.PARTIAL, Word.SKIPPED, Word.FAILED])
def test_an_end_is_kept_with_its_time(word: Word) -> None:
    change = settle(RUNNING, run_of(RUNNING), Outcome(word, copy_started=True), ENDED_AT)
    assert isinstance(change, Change)
    kept = row_from_item(row_item(change.row, 5, 0))
    assert (kept.outcome, kept.ended_at) == (word, ENDED_AT)


def test_the_next_recovery_leaves_it_as_it_is() -> None:
    again = arm(replace(RUNNING, outcome="FAILED", ended_at=ENDED_AT), ENDED_AT + 1)
    assert (again.status, again.outcome, again.ended_at) == (Status.PENDING, "FAILED", ENDED_AT)


def test_a_row_of_an_older_version_has_none() -> None:
    item = row_item(RUNNING, 5, 0)
    assert "outcome" not in item
    assert (row_from_item(item).outcome, row_from_item(item).ended_at) == ("", 0)
