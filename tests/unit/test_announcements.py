"""What other teams are told of a row's step."""

import json
from dataclasses import replace

import pytest

from studio_recovery.announcements import Announcement, What, announcements, ending
from studio_recovery.claims import claim
from studio_recovery.observe import arm
from studio_recovery.outcome import Outcome
from studio_recovery.rows import Counts, Row
from studio_recovery.settling import settle
from studio_recovery.statuses import APPROVAL, CANCELLED, HELD, Status, Word
from tests.unit.cast import ADA, EXECUTION, NEW, NEWER, OLD, ROW, SEEN, run_of, source

PENDING = replace(
    Row(ADA, home=NEW, sources=(source(OLD),)), status=Status.PENDING, request_id="request-1", event_time=SEEN.at
)
RUN = run_of(PENDING)
COUNTS = Counts(10, 2, 3000)
ENDED_AT = SEEN.at + 60_000


def claimed() -> Row:
    change, _ = claim(PENDING, RUN)
    assert change
    return change.row


def ended(row: Row, word: Word, reason: str = "") -> Row:
    change = settle(row, RUN, Outcome(word, reason, COUNTS, copy_started=True), ENDED_AT)
    assert change
    assert not hasattr(change, "what")
    return change.row


def whats(old: Row | None, new: Row) -> list[What]:
    return [one.what for one in announcements(old, new)]


def test_a_claim_is_a_start_with_both_homes() -> None:
    assert announcements(PENDING, claimed()) == (Announcement(What.STARTED, OLD, NEW, ADA, "", "request-1", EXECUTION),)


@pytest.mark.parametrize("word", [word for word in Word if word is not Word.SUPERSEDED])
def test_each_end_is_told_under_its_name(word: Word) -> None:
    (told,) = announcements(claimed(), ended(claimed(), word))
    assert told.what is ending(word)
    assert (told.outcome, told.source, told.target, told.owner) == (word, OLD, NEW, ADA)
    assert (told.request_id, told.execution_arn) == ("request-1", EXECUTION)
    assert (told.counts, told.waited_ms) == (COUNTS, 60_000)


def test_of_a_superseded_run_nothing_is_told_but_its_successors_start() -> None:
    change = settle(claimed(), RUN, Outcome(Word.SUPERSEDED), ENDED_AT)
    assert change
    assert not hasattr(change, "what")
    assert whats(claimed(), change.row) == []
    assert ending(Word.SUPERSEDED) is None


def test_an_end_is_told_although_the_row_waits_for_the_next_recovery_already() -> None:
    two = replace(claimed(), sources=(source(OLD, 2), source(NEWER, 1)))
    after = ended(two, Word.SUCCEEDED)
    assert after.status is Status.PENDING
    (told,) = announcements(two, after)
    assert (told.what, told.source, told.request_id) == (What.SUCCEEDED, OLD, "request-1")


def test_an_end_and_what_holds_the_next_recovery_back_are_two_events() -> None:
    held = replace(claimed(), sources=(source(OLD, 2), source(NEWER, 1)), replication=False)
    after = ended(held, Word.SUCCEEDED)
    assert whats(held, after) == [What.SUCCEEDED, What.BLOCKED]


@pytest.mark.parametrize("reason", [APPROVAL, HELD, CANCELLED])
def test_who_never_ran_is_told_as_blocked_once(reason: str) -> None:
    blocked = replace(PENDING, status=Status.BLOCKED, reason=reason, request_id="")
    (told,) = announcements(ROW, blocked)
    assert (told.what, told.reason, told.source, told.target) == (What.BLOCKED, reason, OLD, NEW)
    assert whats(None, blocked) == [What.BLOCKED]
    assert whats(blocked, replace(blocked, version=9, event_time=5)) == []
    assert whats(blocked, replace(blocked, home=NEWER)) == [What.BLOCKED]


def test_a_recovery_that_is_refused_at_its_claim_is_blocked_once() -> None:
    assert whats(PENDING, ended(PENDING, Word.BLOCKED, HELD)) == [What.BLOCKED]


def test_asking_again_is_nothing_to_tell() -> None:
    failed = ended(claimed(), Word.FAILED, "NoApp: none")
    assert whats(failed, arm(failed, ENDED_AT + 1)) == []


@pytest.mark.parametrize("status", [Status.IDLE, Status.FAILED, Status.SUCCEEDED])
def test_a_row_with_a_past_that_comes_into_the_ledger_tells_nothing_of_it(status: Status) -> None:
    past = replace(ROW, status=status, outcome="FAILED", ended_at=ENDED_AT)
    assert whats(None, past) == []
    assert whats(replace(ROW, ended_at=1, outcome="FAILED"), past) == []


def test_no_word_of_datasyncs_texts_is_told() -> None:
    failed = ended(claimed(), Word.PARTIAL, "OpNoPerm: cannot read /200005/diary.txt")
    (told,) = announcements(claimed(), failed)
    assert told.reason == "DataSync reported OpNoPerm"
    assert "diary" not in json.dumps(told.as_detail("studio-recovery"))


def test_the_detail_of_an_end_tells_whose_what_and_how_much() -> None:
    (told,) = announcements(claimed(), ended(claimed(), Word.FAILED, "TimedOut: the copy was TRANSFERRING after 9 s"))
    assert told.as_detail("studio-recovery") == {
        "deployment": "studio-recovery",
        "owner": "user/ada@lab",
        "kind": "user",
        "name": "ada",
        "domain_name": "lab",
        "domain_id": "d-lab",
        "source": {"efs_sys_id": "fs-old", "efs_uid": "200005"},
        "target": {"efs_sys_id": "fs-old", "efs_uid": "200010"},
        "outcome": "FAILED",
        "reason": "TimedOut: the copy was TRANSFERRING after 9 s",
        "request_id": "request-1",
        "execution_arn": EXECUTION,
        "counts": {"bytes_written": 10, "files_transferred": 2, "total_duration_ms": 3000},
    }


def test_the_detail_of_a_start_has_no_outcome_and_no_counts() -> None:
    (told,) = announcements(PENDING, claimed())
    detail = told.as_detail("studio-recovery")
    assert (set(detail) & {"outcome", "counts", "reason"}, detail["request_id"]) == (set(), "request-1")


def test_a_run_by_hand_has_no_owner() -> None:
    detail = Announcement(What.SUCCEEDED, OLD, NEW, execution_arn=EXECUTION).as_detail("studio-recovery")
    assert set(detail) == {"deployment", "source", "target", "outcome", "execution_arn", "counts"}
