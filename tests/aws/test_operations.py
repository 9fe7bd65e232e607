"""Admin: a restore of many is done once for each owner, whoever waits for it, and however often the request comes."""

from typing import Any

import pytest

from studio_recovery.errors import AwsBusy
from studio_recovery.statuses import Status, Word
from tests.aws.asking import BOB, WORDS, Hurried, answered, home_of, moved_in
from tests.aws.lab import ADA, Lab

ID, LATER = "20260302-091505-3f9a1c", "20260302-091506-000000"


def asked(operation: str = ID, *owners: object) -> dict[str, Any]:
    named = [str(owner) for owner in owners or (ADA,)]
    told = {"id": operation, "asked": "user/*@lab", "of": len(named)}
    return {"action": "restore", "owners": named, "operation": told, "by": "arn:of-somebody"}


def lines(lab: Lab, what: str) -> list[dict[str, Any]]:
    return [line.details for line in lab.ledger().lines_of(ADA) if line.what == what]


def test_a_request_that_comes_twice_begins_one_recovery(lab: Lab) -> None:
    """Lambda calls at least once: also when the first recovery has ended long ago."""
    moved_in(lab, ADA)
    lab.recreate()
    lab.recover()
    answered(lab, asked())
    assert (lab.row().status, lab.row().operation) == (Status.PENDING, ID)
    assert lab.recover().word is Word.SKIPPED
    answered(lab, asked())
    assert lab.row().status is Status.SKIPPED
    (line,) = lines(lab, "restore asked for")
    assert (line["operation"], line["asked"], line["of"], line["by"]) == (ID, "user/*@lab", 1, "arn:of-somebody")


def test_a_late_repetition_undoes_nothing_of_a_later_operation(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    answered(lab, asked())
    answered(lab, asked(LATER))
    answered(lab, asked())
    assert (lab.row().status, lab.row().operation) == (Status.PENDING, LATER)
    assert lab.recover().word is Word.SUCCEEDED
    assert lab.files(home_of(lab)) == WORDS
    assert [row.owner for row in lab.ledger().rows_of(LATER)] == [ADA]
    assert lab.ledger().rows_of(ID) == []


def test_who_cannot_be_restored_is_kept_with_the_reason_and_the_others_come(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    lab.recreate()
    answered(lab, asked(ID, BOB, ADA))
    assert lab.row(BOB).status is Status.IDLE
    assert "nothing to restore" in lab.row(BOB).refusal
    assert (lab.row().status, lab.row().refusal) == (Status.PENDING, "")
    assert {row.owner for row in lab.ledger().rows_of_operations()} == {ADA, BOB}


def test_an_owner_on_hold_stays_so(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    answered(lab, {"action": "hold", "owner": str(ADA)})
    answered(lab, asked())
    assert (lab.row().status, lab.row().reason, lab.row().operation) == (Status.BLOCKED, "held", ID)


def test_what_was_not_done_is_left_to_the_next_try_of_lambda(lab: Lab) -> None:
    """The call fails as long as anybody is left, and its repetition goes on from there."""
    moved_in(lab, ADA, BOB)
    lab.recreate()
    with pytest.raises(AwsBusy, match="1 of 2 owners are not done"):
        answered(lab, asked(ID, BOB, ADA), ledger=Hurried(lab, ADA, times=6))
    assert lab.row().operation == ""
    answered(lab, asked(ID, BOB, ADA))
    assert (lab.row().status, lab.row().operation, lab.row(BOB).operation) == (Status.PENDING, ID, ID)
