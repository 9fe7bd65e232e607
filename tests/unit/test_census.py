from dataclasses import replace

import pytest

from studio_recovery.census import Census, Domain, Listed
from studio_recovery.guard import OPEN, Guard, Scope
from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery.statuses import (
    APPROVAL,
    CANVAS,
    HELD,
    NO_FILE_SYSTEM,
    NOT_CREATED,
    OTHER_OWNER,
    OUT_OF_SCOPE,
    STILL_ALIVE,
    Status,
)
from tests.unit.cast import ADA, ELSEWHERE, NEW, OLD, left

LAB = Domain("d-lab", "lab", "vpc-1", "fs-old")
BARE = replace(LAB, file_system_id="")
SCOPE = Scope()
LISTED = Listed(Kind.USER, "ada", "d-lab", 1_000, "InService")
TAKEN_IN = Row(ADA, home=OLD, version=1, created_at=1_000)
HOMELESS = Row(ADA, version=1, created_at=1_000, unprotected_in="d-lab", status=Status.UNPROTECTED)


def due(
    row: Row | None,
    listed: Listed | None = LISTED,
    domain: Domain = LAB,
    scope: Scope = SCOPE,
    guard: Guard = Guard(require_approval=True),  # noqa: B008 (it never changes)
) -> list[Listed]:
    census = Census({domain.id: domain}, (listed,) if listed else (), scope, guard=guard)
    return census.due([row] if row else [], at=1)


@pytest.mark.parametrize(
    "row",
    [
        TAKEN_IN,
        replace(TAKEN_IN, status=Status.RUNNING, sources=(left(NEW),)),
        replace(TAKEN_IN, status=Status.FAILED, sources=(left(NEW),)),
        replace(TAKEN_IN, status=Status.BLOCKED, reason=APPROVAL, sources=(left(NEW),)),
        replace(TAKEN_IN, status=Status.BLOCKED, reason=OTHER_OWNER, sources=(left(NEW),)),
        replace(TAKEN_IN, status=Status.BLOCKED, reason=HELD, replication=False, sources=(left(NEW),)),
        replace(TAKEN_IN, owner=Owner(Kind.USER, "Ada", "lab")),
    ],
)
def test_who_is_as_the_row_says_needs_no_look(row: Row) -> None:
    assert due(row) == []


@pytest.mark.parametrize(
    "row",
    [
        None,
        replace(TAKEN_IN, created_at=999),
        replace(TAKEN_IN, created_at=0),
        replace(TAKEN_IN, deleted_at=5),
        replace(TAKEN_IN, waiting=(Source(ELSEWHERE, 1),)),
        replace(TAKEN_IN, status=Status.BLOCKED, reason=STILL_ALIVE),
        replace(TAKEN_IN, status=Status.BLOCKED, reason=HELD),
        replace(TAKEN_IN, in_scope=False),
        replace(TAKEN_IN, home=Home("fs-new", "200005", "d-lab")),
        replace(TAKEN_IN, owner=Owner(Kind.SPACE, "ada", "lab")),
    ],
)
def test_when_in_doubt_the_owner_is_looked_at(row: Row | None) -> None:
    assert LISTED in due(row)


def test_who_waited_for_an_approval_that_nobody_asks_for_any_more_is_looked_at() -> None:
    waits = replace(TAKEN_IN, status=Status.BLOCKED, reason=APPROVAL, sources=(left(NEW),))
    assert due(waits, guard=OPEN) == [LISTED]


def test_a_listed_owner_without_creation_time_is_looked_at() -> None:
    assert due(replace(TAKEN_IN, created_at=0), replace(LISTED, created_at=0)) != []


def test_a_row_of_a_domain_that_left_the_scope_is_looked_at() -> None:
    assert due(TAKEN_IN, scope=Scope(exclude=("lab",))) == [LISTED]


@pytest.mark.parametrize(
    ("reason", "listed", "domain"),
    [
        (NO_FILE_SYSTEM, LISTED, BARE),
        (NOT_CREATED, replace(LISTED, status="Failed"), LAB),
        (CANVAS, Listed(Kind.SPACE, "CanvasManagedSpace-ada", "d-lab", 1_000, "InService"), LAB),
    ],
)
def test_who_still_has_no_home_for_the_same_reason_needs_no_look(reason: str, listed: Listed, domain: Domain) -> None:
    row = replace(HOMELESS, owner=Owner(listed.kind, listed.name, "lab"), reason=reason)
    assert due(row, listed, domain) == []
    assert due(replace(row, created_at=999), listed, domain) == [listed]


@pytest.mark.parametrize("reason", [NO_FILE_SYSTEM, NOT_CREATED, CANVAS, "something new"])
def test_who_may_have_got_a_home_is_looked_at(reason: str) -> None:
    assert due(replace(HOMELESS, reason=reason)) == [LISTED]


@pytest.mark.parametrize("row", [TAKEN_IN, replace(HOMELESS, reason=CANVAS)])
def test_who_is_listed_no_more_is_looked_at_once(row: Row) -> None:
    assert due(row, None) == [Listed(Kind.USER, "ada", "d-lab")]
    assert due(replace(row, deleted_at=5), None) == []


def test_a_namesake_that_is_listed_no_more_is_looked_at() -> None:
    row = replace(TAKEN_IN, waiting=(Source(ELSEWHERE, 1),))
    assert {owner.domain_id for owner in due(row, None)} == {"d-lab", "d-lab2"}


def test_a_row_for_an_owner_who_was_never_there_is_left_alone() -> None:
    assert due(Row(ADA, sources=(left(OLD),), version=1), None) == []


def test_nobody_counts_as_gone_of_a_domain_that_could_not_be_listed() -> None:
    assert Census({}, (), SCOPE, frozenset({"d-lab"})).due([TAKEN_IN], at=1) == []


def test_nobody_is_last_in_every_pass() -> None:
    owners = tuple(Listed(Kind.USER, f"user-{number}", "d-lab") for number in range(5))
    census = Census({"d-lab": LAB}, owners, SCOPE)
    firsts = {census.due([], at)[0].name for at in range(100)}
    assert firsts == {owner.name for owner in owners}


def test_protection_counts_the_living_by_reason() -> None:
    far = Domain("d-lab2", "lab2", "vpc-2", "fs-new")
    census = Census({"d-lab": LAB, "d-lab2": far}, (), SCOPE)
    rows = [
        TAKEN_IN,
        replace(TAKEN_IN, deleted_at=5),
        replace(TAKEN_IN, in_scope=False, status=Status.UNPROTECTED, reason=OUT_OF_SCOPE),
        replace(TAKEN_IN, in_scope=False, status=Status.RUNNING),
        replace(TAKEN_IN, home=ELSEWHERE),
        replace(HOMELESS, reason=CANVAS),
        replace(HOMELESS, reason=CANVAS, deleted_at=5),
        Row(ADA, sources=(left(OLD),)),
    ]
    told = census.protection(rows, frozenset({"vpc-1"}))
    assert told.protected == 1
    assert told.reasons == {
        OUT_OF_SCOPE: 2,
        "its domain's VPC vpc-2 is not in the variable vpcs": 1,
        CANVAS: 1,
    }
