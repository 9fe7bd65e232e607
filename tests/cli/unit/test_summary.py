"""An owner in one line, and which owners are asked for."""

from dataclasses import replace

import pytest

from studio_recovery.rows import Counts, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery_cli.exits import Trouble, Usage
from studio_recovery_cli.standing.listing import check_domain, statuses
from studio_recovery_cli.standing.summary import Wanted, as_item, outcome_cell, short_home_cell, status_cell
from studio_recovery_cli.standing.summary_fields import FIELDS
from studio_recovery_cli.words import now
from tests.unit.cast import ADA, NEW, OLD

ROW = Row(
    ADA,
    home=NEW,
    sources=(Source(OLD, 1), Source(replace(OLD, uid="200001"), 0, dormant=True)),
    status=Status.FAILED,
    reason="CannotOpen: nobody may mount it",
    counts=Counts(1, 2, 3000),
    outcome="FAILED",
    ended_at=1_772_442_905_000,
)


def test_every_member_of_the_data_is_documented() -> None:
    assert as_item(ROW).keys() == as_item(Row(ADA)).keys() == FIELDS.keys()
    assert all(status in FIELDS["status"] for status in Status)


def test_waiting_and_dormant_homes_are_counted_apart() -> None:
    item = as_item(ROW)
    assert (item["waiting"], item["dormant"], item["duration_seconds"]) == (1, 1, 3.0)
    assert item["outcome_at"] == "2026-03-02T09:15:05.000Z"


def test_the_outcome_stays_while_the_next_recovery_waits() -> None:
    assert as_item(replace(ROW, status=Status.PENDING, reason=""))["outcome"] == "FAILED"


def test_an_older_rows_outcome_is_its_status() -> None:
    assert as_item(replace(ROW, outcome="", ended_at=0))["outcome"] == "FAILED"
    assert as_item(replace(ROW, outcome="", ended_at=0, status=Status.PENDING))["outcome"] is None


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (ROW, "FAILED (CannotOpen)"),
        (replace(ROW, reason=f"{'a' * 40}: why"), "FAILED"),
        (replace(ROW, status=Status.BLOCKED, reason="held", replication=False), "BLOCKED (held)"),
        (replace(ROW, status=Status.IDLE, reason="", replication=False), "IDLE, on hold"),
        (replace(ROW, status=Status.IDLE, reason="", deleted_at=1), "IDLE, gone"),
    ],
)
def test_the_status_says_why_and_whether_the_owner_is_gone_or_on_hold(row: Row, cell: str) -> None:
    assert status_cell(as_item(row)) == cell


def test_an_outcome_has_its_age() -> None:
    assert outcome_cell(as_item(replace(ROW, ended_at=now() - 7_500_000))) == "FAILED 2 h ago"
    assert outcome_cell(as_item(Row(ADA))) == "-"


def test_a_short_home_keeps_its_uid() -> None:
    assert short_home_cell({"home": "fs-0123456789abcdef0/200005"}) == "fs-01234…/200005"
    assert short_home_cell({"home": None}) == "-"


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted("ada"), True),
        (Wanted("USER/A"), True),
        (Wanted("da"), False),
        (Wanted("*da@lab"), True),
        (Wanted("space/*"), False),
        (Wanted(domain="lab"), True),
        (Wanted(domain="d-lab"), True),
        (Wanted(domain="la"), False),
        (Wanted(kind="user"), True),
        (Wanted(kind="space"), False),
        (Wanted(statuses=frozenset({Status.FAILED, Status.PARTIAL})), True),
        (Wanted(statuses=frozenset({Status.IDLE})), False),
    ],
)
def test_owners_are_asked_for_by_name_domain_kind_and_status(wanted: Wanted, fits: bool) -> None:
    assert wanted.fits(ROW) is fits


def test_a_status_may_be_typed_in_small_letters() -> None:
    assert statuses(["failed", "PARTIAL"]) == {Status.FAILED, Status.PARTIAL}


def test_a_misspelled_status_gets_the_nearest_one() -> None:
    with pytest.raises(Usage, match="faild is not a status") as refused:
        statuses(["faild"])
    assert refused.value.remedy == "Did you mean FAILED?"


def test_who_never_existed_is_not_gone() -> None:
    assert status_cell(as_item(Row(ADA, sources=(Source(OLD, 1),)))) == "IDLE, not created yet"


def test_a_domain_that_nobody_has_is_an_error_with_the_nearest_one() -> None:
    known = [("lab", "d-lab"), ("school", "d-school")]
    check_domain("lab", known)
    check_domain("d-school", known)
    with pytest.raises(Trouble, match="no owner is in a domain labb") as told:
        check_domain("labb", known)
    assert told.value.remedy == "Did you mean lab?"
    with pytest.raises(Trouble) as told:
        check_domain("nope", known)
    assert told.value.remedy == "The ledger knows lab, school."
