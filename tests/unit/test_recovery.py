from dataclasses import replace
from typing import Any

import pytest

from studio_recovery.claims import as_cancelled, claim
from studio_recovery.errors import BadInput, Cancelled, Held, OtherOwner, Superseded
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Recovery, pending_recovery, recovery_from_input
from studio_recovery.rows import Change, Counts, Line, Row
from studio_recovery.selection import Selection
from studio_recovery.settling import settle
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import CANCELLED, Status, Word
from tests.unit.cast import ELSEWHERE, EXECUTION, NEW, NEWER, OLD, ROW, alices, run_of, source

ASKS = replace(ROW, home=NEW, sources=(source(OLD),), status=Status.PENDING, request_id="request-1")
RUNS = replace(ASKS, status=Status.RUNNING, execution_arn=EXECUTION, copying=OLD.key)
DONE = Outcome(Word.SUCCEEDED, counts=Counts(7, 2, 900), copy_started=True)
LATER = EXECUTION.replace("run-1", "run-2")
BY_HAND: dict[str, Any] = {
    "source": {"efs_sys_id": "fs-old", "efs_uid": "200005"},
    "target": {"efs_sys_id": "fs-old", "efs_uid": "200010"},
}


def settled(row: Row, outcome: Outcome) -> Row:
    change = settle(row, run_of(RUNS), outcome, at=1)
    assert isinstance(change, Change)
    return change.row


def test_a_pending_row_asks_for_its_newest_source() -> None:
    row = replace(ASKS, sources=(source(OLD, 1), source(NEWER, 2)))
    assert pending_recovery(row) == Recovery(NEWER, NEW, "user/ada", "lab", "request-1")


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PENDING])
def test_a_row_that_is_not_pending_asks_for_nothing(status: Status) -> None:
    assert pending_recovery(replace(ASKS, status=status)) is None


def test_the_execution_of_one_request_has_one_name() -> None:
    again = pending_recovery(replace(ASKS, version=99))
    assert again
    assert again.execution_name == run_of(ASKS).recovery.execution_name


def test_another_request_has_another_execution() -> None:
    again = pending_recovery(replace(ASKS, request_id="request-2"))
    assert again
    assert again.execution_name != run_of(ASKS).recovery.execution_name


def test_an_input_is_read_as_it_was_written() -> None:
    asked = run_of(ASKS).recovery
    assert recovery_from_input(asked.as_input()) == asked


def test_an_input_by_hand_needs_two_homes_only() -> None:
    assert recovery_from_input(BY_HAND) == Recovery(OLD, NEW)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"source": BY_HAND["source"]}, "target"),
        (BY_HAND | {"source": {"efs_sys_id": "fs-old", "efs_uid": ""}}, "source.efs_uid"),
        (BY_HAND | {"source": {"efs_sys_id": "fs-old", "efs_uid": "/"}}, "source.efs_uid"),
        (BY_HAND | {"source": {"efs_sys_id": "fs-old", "efs_uid": 200005}}, "source.efs_uid"),
        (BY_HAND | {"target": {"efs_sys_id": "", "efs_uid": "200010"}}, "target.efs_sys_id"),
        (BY_HAND | {"target": BY_HAND["source"]}, "same home"),
        (BY_HAND | {"request_id": "request-1"}, "profile_name"),
        (BY_HAND | {"overwrite": True}, "overwrite"),
        (BY_HAND | {"target": BY_HAND["target"] | {"path": "/x"}}, "target.path"),
        (BY_HAND | {"profile_name": "ada", "domain_name": "lab", "request_id": "request-1"}, "profile_name"),
        ([], "object"),
    ],
)
def test_a_wrong_input_is_refused_with_the_name_of_the_field(broken: object, field: str) -> None:
    with pytest.raises(BadInput, match=field.replace(".", r"\.")):
        recovery_from_input(broken)


def test_a_claim_makes_the_row_the_executions() -> None:
    change, copied = claim(ASKS, run_of(ASKS))
    assert change
    assert change.row == RUNS
    assert [line.what for line in change.lines] == ["recovery started"]
    assert copied == source(OLD)


def test_a_claim_after_a_copy_that_was_cut_off_marks_its_source_unfinished() -> None:
    cut_off = replace(ASKS, execution_arn=LATER, copying=OLD.key)
    _, copied = claim(cut_off, run_of(ASKS), half_written=True)
    assert copied == source(OLD, unfinished=True)


def test_a_claim_repeated_by_the_same_execution_changes_nothing() -> None:
    assert claim(RUNS, run_of(ASKS)) == (None, source(OLD))


@pytest.mark.parametrize(
    "row",
    [
        None,
        replace(ASKS, request_id="request-2"),
        replace(ASKS, status=Status.IDLE),
        replace(ASKS, status=Status.SUCCEEDED),
        replace(RUNS, execution_arn=LATER),
        replace(ASKS, home=NEWER),
        replace(ASKS, sources=()),
    ],
)
def test_a_row_that_asks_for_something_else_is_not_claimed(row: Row | None) -> None:
    with pytest.raises(Superseded):
        claim(row, run_of(ASKS))


@pytest.mark.parametrize("row", [ASKS, RUNS])
def test_a_hold_counts_when_the_execution_begins(row: Row) -> None:
    with pytest.raises(Held):
        claim(replace(row, replication=False), run_of(ASKS))


def test_another_persons_files_are_not_claimed() -> None:
    foreign = (source(OLD, belonging=alices("bob@example.org")),)
    with pytest.raises(OtherOwner):
        claim(replace(ASKS, sources=foreign, belonging=alices("ada@example.org")), run_of(ASKS))


def test_success_removes_the_source_and_keeps_the_counts() -> None:
    row = settled(RUNS, DONE)
    assert (row.status, row.sources, row.counts, row.copying) == (Status.SUCCEEDED, (), DONE.counts, "")


def test_success_goes_on_to_the_next_source() -> None:
    row = settled(replace(RUNS, sources=(source(NEWER, 1), source(OLD, 2))), DONE)
    assert (row.status, row.sources) == (Status.PENDING, (source(NEWER, 1),))
    assert row.request_id not in ("", "request-1")


@pytest.mark.parametrize("reason", ["nothing to copy", "source gone"])
def test_a_skipped_source_is_kept_as_dormant(reason: str) -> None:
    row = settled(RUNS, Outcome(Word.SKIPPED, reason))
    assert (row.status, row.reason, row.sources) == (Status.SKIPPED, reason, (source(OLD, dormant=True),))


@pytest.mark.parametrize("word", [Word.FAILED, Word.PARTIAL])
def test_a_copy_that_did_not_end_well_keeps_its_source_and_rests(word: Word) -> None:
    row = settled(replace(RUNS, sources=(source(NEWER, 1), source(OLD, 2))), Outcome(word, "why", copy_started=True))
    assert (row.status, row.reason) == (Status(word), "why")
    assert row.sources == (source(NEWER, 1), source(OLD, 2, unfinished=True, rests=Rest(Status(word), "why")))


def test_a_failure_before_the_copy_leaves_nothing_half_written() -> None:
    assert not settled(RUNS, Outcome(Word.FAILED, "why")).sources[0].unfinished


def test_a_run_that_was_superseded_although_the_row_still_asks_for_it_is_asked_for_again() -> None:
    row = settled(ASKS, Outcome(Word.SUPERSEDED, "its source was dropped"))
    assert row.status is Status.PENDING
    assert row.request_id not in ("", "request-1")


def test_an_outcome_that_was_written_is_not_written_again() -> None:
    assert settle(settled(RUNS, Outcome(Word.FAILED, "stopped")), run_of(RUNS), DONE, at=2) is None


def test_a_home_with_somebodys_files_is_that_persons() -> None:
    row = replace(RUNS, sources=(source(OLD, belonging=alices("ada@example.org")),))
    assert settled(row, DONE).belonging == alices("ada@example.org")


def test_a_run_refused_because_of_a_hold_ends_its_request() -> None:
    row = settled(ASKS, Outcome(Word.BLOCKED, "held"))
    assert (row.status, row.reason, row.sources) == (Status.BLOCKED, "held", (source(OLD),))


@pytest.mark.parametrize(
    "row",
    [
        None,
        replace(RUNS, execution_arn=LATER),
        replace(RUNS, request_id="request-2", status=Status.PENDING, execution_arn="", copying=""),
    ],
)
def test_the_end_of_a_run_that_was_replaced_is_only_history(row: Row | None) -> None:
    line = settle(row, run_of(RUNS), DONE, at=1)
    assert isinstance(line, Line)
    assert line.what == "SUCCEEDED"


@pytest.mark.parametrize("status", [Status.PENDING, Status.IDLE, Status.BLOCKED])
@pytest.mark.parametrize(
    ("outcome", "half_written"),
    [(DONE, False), (Outcome(Word.FAILED, "why"), False), (Outcome(Word.FAILED, "why", copy_started=True), True)],
)
def test_a_row_that_moved_on_is_let_go_when_the_run_before_ends(
    status: Status, outcome: Outcome, half_written: bool
) -> None:
    moved_on = replace(RUNS, request_id="request-2", status=status, home=NEWER)
    change = settle(moved_on, run_of(RUNS), outcome, at=1)
    assert isinstance(change, Change)
    assert [line.what for line in change.lines] == [outcome.word]
    assert change.row == replace(moved_on, copying="", sources=(source(OLD, unfinished=half_written),))
    assert settle(change.row, run_of(RUNS), outcome, at=2) is None


CANCELS = replace(RUNS, reason=CANCELLED)


@pytest.mark.parametrize("word", [Word.FAILED, Word.PARTIAL, Word.BLOCKED, Word.SUPERSEDED])
def test_a_cancelled_run_blocks_the_row_and_keeps_the_source(word: Word) -> None:
    row = settled(CANCELS, Outcome(word, "why", copy_started=True))
    assert (row.status, row.reason, row.copying) == (Status.BLOCKED, CANCELLED, "")
    rests = Rest(Status.BLOCKED, CANCELLED)
    assert row.sources == (source(OLD, unfinished=True, rests=rests),)
    assert settled(CANCELS, Outcome(word, "why")).sources == (source(OLD, rests=rests),)


def test_a_copy_that_was_quicker_than_its_cancel_counts() -> None:
    assert (settled(CANCELS, DONE).status, settled(CANCELS, DONE).reason) == (Status.SUCCEEDED, "")
    assert settled(CANCELS, Outcome(Word.SKIPPED, "nothing to copy")).status is Status.SKIPPED


def test_the_outcome_of_a_cancelled_run_is_the_same_when_it_is_asked_for_again() -> None:
    failed = Outcome(Word.FAILED, "why", copy_started=True)
    row = settled(CANCELS, failed)
    assert as_cancelled(row, run_of(RUNS), failed) == replace(failed, word=Word.BLOCKED, reason=CANCELLED)


def test_a_later_request_that_was_cancelled_does_not_cancel_the_run_before() -> None:
    later = replace(RUNS, status=Status.BLOCKED, reason=CANCELLED, request_id="")
    assert as_cancelled(later, run_of(RUNS), Outcome(Word.FAILED, "why")).word is Word.FAILED


def test_a_cancelled_run_is_not_claimed_again() -> None:
    with pytest.raises(Cancelled, match="the recovery of user/ada@lab was cancelled"):
        claim(CANCELS, run_of(ASKS))


PART, OVER, APART = Selection(path="projects"), Selection(overwrite="ALWAYS"), Selection(into="restored")


@pytest.mark.parametrize("end", [DONE, Outcome(Word.SKIPPED, "nothing to copy")])
@pytest.mark.parametrize(
    ("before", "left"),
    [
        (source(OLD), (Status.PENDING, (source(OLD),))),
        (source(OLD, approved=True, older=True), (Status.PENDING, (source(OLD, approved=True, older=True),))),
        (source(OLD, dormant=True), (None, (source(OLD, dormant=True),))),
        (None, (None, ())),
    ],
    ids=["waited", "was approved", "was dormant", "was none"],
)
def test_a_part_that_was_copied_leaves_the_source_as_it_was(
    before: Source | None, left: tuple[Status | None, tuple[Source, ...]], end: Outcome
) -> None:
    asked = source(OLD, 3, approved=True, selection=PART, before=before)
    row = settled(replace(RUNS, sources=(asked,)), end)
    assert (row.status, row.sources) == (left[0] or Status(end.word), left[1])


def test_what_waits_for_the_whole_again_meets_the_guards_again() -> None:
    waits = source(OLD, belonging=alices("bob"))
    asked = replace(waits, approved=True, selection=PART, before=waits)
    row = settled(replace(RUNS, sources=(asked,), belonging=alices("ada")), DONE)
    assert (row.status, row.reason) == (Status.BLOCKED, "other owner")


@pytest.mark.parametrize("selection", [OVER, APART])
def test_a_whole_home_that_was_copied_over_or_apart_is_closed(selection: Selection) -> None:
    asked = source(OLD, selection=selection, before=source(OLD, unfinished=True))
    assert settled(replace(RUNS, sources=(asked,)), DONE).sources == ()
    skipped = settled(replace(RUNS, sources=(asked,)), Outcome(Word.SKIPPED, "nothing to copy"))
    assert skipped.sources == (source(OLD, dormant=True),)


def test_a_part_that_did_not_end_well_keeps_its_selection() -> None:
    asked = source(OLD, selection=PART, before=source(OLD))
    row = settled(replace(RUNS, sources=(asked,)), Outcome(Word.PARTIAL, "why", copy_started=True))
    rests = Rest(Status.PARTIAL, "why")
    assert (row.status, row.sources) == (Status.PARTIAL, (replace(asked, unfinished=True, rests=rests),))


def test_everything_a_run_makes_carries_its_name() -> None:
    run = run_of(RUNS)
    assert run.label == "studio-recovery:fs-old/200010:run-1"
    assert run.tags() == {"studio-recovery": "studio-recovery", "studio-recovery:run": "run-1", "Name": run.label}


def test_a_run_that_ends_before_its_claim_keeps_the_claim_of_the_one_before() -> None:
    row = settled(replace(ASKS, execution_arn=LATER, copying=NEWER.key), Outcome(Word.FAILED, "NoApp"))
    assert (row.status, row.unsettled) == (Status.FAILED, LATER)


def test_a_namesake_that_came_during_the_run_is_told_of_at_its_end() -> None:
    row = settled(replace(RUNS, waiting=(source(ELSEWHERE),)), DONE)
    assert (row.status, row.reason) == (Status.BLOCKED, "still alive")


def test_a_scope_that_changed_during_the_run_counts_at_its_end() -> None:
    row = settled(replace(RUNS, in_scope=False), DONE)
    assert (row.status, row.reason) == (Status.UNPROTECTED, "out of scope")
