"""A row that was kept brings back what the ledger lost; it takes nothing away, and starts nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio_recovery.errors import BadInput
from studio_recovery.guard import OPEN
from studio_recovery.homes import Belonging, Home
from studio_recovery.imports import Import, added_homes, is_closed, is_held, refuse_if_odd, taken_in
from studio_recovery.observe import Absent, Present, Sighting, observe
from studio_recovery.rows import Line, Row
from studio_recovery.selection import Selection
from studio_recovery.sources import Source
from studio_recovery.statuses import CANCELLED, HELD, OTHER_OWNER, Status
from tests.unit.cast import ADA, ELSEWHERE, EXECUTION, NEW, NEWER, OLD, alices, source

T0 = 1_772_442_900_000
EXPORTED, NOW = T0 + 60_000, T0 + 600_000
HOW = Import(EXPORTED, NOW)
KEPT = Row(ADA, home=NEW, sources=(source(OLD),), version=7, updated_at=T0)
PENDING = replace(KEPT, status=Status.PENDING, request_id="request-7")
RUNS = replace(PENDING, status=Status.RUNNING, execution_arn=EXECUTION, copying=OLD.key)
SEEDED = Row(ADA, home=NEW, version=1, created_at=T0, updated_at=EXPORTED + 1)


def line(what: str, at: int, **details: Any) -> Line:
    return Line(what, at, f"{what}/{at}", details)


def merged(known: Row | None, kept: Row, *lines: Line, how: Import = HOW) -> Row:
    """The row after the import, as it is read again."""
    change = taken_in(known, kept, lines, how)
    if change is None:
        assert known
        return known
    return replace(change.row, version=change.row.version + 1, updated_at=how.at)


def looked_at(row: Row, home: Home = NEW) -> Row:
    """The row after the seed has found the owner in this home."""
    seen = Present(ADA, home, Belonging(), created_at=T0)
    change = observe(row, seen, Sighting(NOW + 1, "seeded", "seed"), OPEN)
    return change.row if change else row


@pytest.mark.parametrize("kept", [PENDING, RUNS])
def test_what_was_under_way_waits_for_a_look_and_then_begins_anew(kept: Row) -> None:
    row = merged(None, kept)
    assert (row.status, row.request_id, row.deleted_at) == (Status.IDLE, "", EXPORTED)
    seen = looked_at(row)
    assert (seen.status, seen.deleted_at, seen.next_source and seen.next_source.home) == (Status.PENDING, 0, OLD)
    assert seen.request_id not in ("", kept.request_id)


def test_a_copy_that_was_in_its_middle_is_verified_and_ended_before_the_next() -> None:
    row = merged(None, RUNS)
    assert (row.unsettled, row.sources[0].unfinished) == (EXECUTION, True)
    elsewhere = merged(None, RUNS, how=replace(HOW, moved=True))
    assert (elsewhere.execution_arn, elsewhere.unsettled, elsewhere.sources[0].unfinished) == ("", "", True)


def test_an_owner_who_left_since_starts_nothing_and_keeps_its_homes() -> None:
    row = merged(None, PENDING)
    assert observe(row, Absent(ADA, NEW.domain_id), Sighting(NOW + 1, "seeded", "seed")) is None
    assert row.home == NEW


def test_an_owner_who_was_created_again_since_gets_both_homes() -> None:
    seen = looked_at(merged(None, PENDING), NEWER)
    assert [one.home for one in sorted(seen.sources, key=lambda one: one.order)] == [OLD, NEW]
    assert (seen.home, seen.status) == (NEWER, Status.PENDING)
    assert seen.source(NEW.key) == Source(NEW, 2, left_at=EXPORTED)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(Status.FAILED, "TimedOut"), (Status.PARTIAL, "2 files"), (Status.BLOCKED, CANCELLED), (Status.BLOCKED, HELD)],
)
def test_what_rested_rests(status: Status, reason: str) -> None:
    kept = replace(KEPT, status=status, reason=reason, replication=reason != HELD)
    for row in (merged(None, kept), merged(SEEDED, kept)):
        seen = looked_at(row)
        assert (seen.status, seen.reason) == (status, reason)


def test_a_copy_that_was_being_cancelled_is_cancelled() -> None:
    kept = replace(RUNS, reason=CANCELLED)
    for row in (merged(None, kept), merged(SEEDED, kept)):
        assert (looked_at(row).status, looked_at(row).reason) == (Status.BLOCKED, CANCELLED)


def test_the_version_is_above_that_of_the_lost_row_so_no_request_comes_twice() -> None:
    assert merged(None, KEPT).version == KEPT.version + 1
    assert merged(SEEDED, KEPT).version == KEPT.version + 1
    assert merged(replace(SEEDED, version=30), KEPT).version == 31


def test_a_row_that_the_seed_made_anew_gets_the_sources_back_and_waits_for_a_look() -> None:
    row = merged(SEEDED, PENDING)
    assert (row.status, row.deleted_at, row.sources) == (Status.IDLE, NOW, (source(OLD),))
    assert looked_at(row).status is Status.PENDING


def test_a_home_that_the_owner_left_in_between_is_a_source_older_than_what_is_known() -> None:
    known = replace(SEEDED, home=NEWER)
    row = merged(known, PENDING)
    assert [(one.home, one.older) for one in row.sources] == [(OLD, True), (NEW, False)]
    assert looked_at(row, NEWER).next_source == Source(NEW, 2, left_at=EXPORTED)
    with_its_own = replace(known, sources=(source(ELSEWHERE),))
    assert [one.home for one in merged(with_its_own, PENDING).sources] == [OLD, NEW, ELSEWHERE]


def test_a_home_in_another_domain_waits_unless_a_look_shows_that_its_owner_is_gone() -> None:
    known = replace(SEEDED, home=ELSEWHERE)
    alive = merged(known, PENDING)
    assert [one.home for one in alive.waiting] == [NEW]
    assert (alive.next_source, [one.dormant for one in alive.sources]) == (None, [True])
    gone = merged(known, PENDING, how=replace(HOW, gone=frozenset({NEW.domain_id})))
    assert (gone.waiting, gone.next_source and gone.next_source.home) == ((), NEW)


def test_what_was_approved_for_one_person_is_not_for_the_next() -> None:
    kept = replace(KEPT, sources=(source(OLD, approved=True),), belonging=alices("alice"))
    known = replace(SEEDED, belonging=alices("bob"))
    assert merged(SEEDED, kept).sources[0].approved
    assert not merged(replace(known, home=NEWER), kept).sources[0].approved
    assert looked_at(merged(None, kept)).belonging == alices("alice")


@pytest.mark.parametrize("status", [Status.RUNNING, Status.FAILED, Status.PARTIAL])
def test_what_runs_or_rests_in_the_table_goes_on_as_it_is(status: Status) -> None:
    known = replace(SEEDED, sources=(source(NEWER),), status=status, execution_arn=EXECUTION, copying=NEWER.key)
    row = merged(known, PENDING)
    assert (row.status, row.execution_arn, row.copying) == (status, EXECUTION, NEWER.key)
    assert [one.home for one in row.sources] == [OLD, NEWER]


def test_what_waits_in_the_table_waits_for_a_look_with_all_its_sources() -> None:
    known = replace(SEEDED, sources=(source(NEWER),), status=Status.PENDING, request_id="request-2")
    row = merged(known, PENDING)
    assert (row.status, row.request_id) == (Status.IDLE, "")
    assert (looked_at(row).status, looked_at(row).next_source) == (Status.PENDING, Source(NEWER, 2))


def test_a_copy_that_may_still_run_into_the_home_is_known_to_the_next() -> None:
    kept = replace(RUNS, belonging=alices("alice"))
    row = merged(SEEDED, kept)
    assert (row.unsettled, row.belonging, row.sources[0].unfinished) == (EXECUTION, alices("alice"), True)
    moved = merged(SEEDED, kept, how=replace(HOW, moved=True))
    assert (moved.execution_arn, moved.sources[0].unfinished) == ("", True)
    later = replace(SEEDED, execution_arn=f"{EXECUTION}-later")
    assert (merged(later, kept).execution_arn, merged(later, kept).copying) == (later.execution_arn, "")


def test_what_is_newer_in_the_table_stays() -> None:
    known = replace(SEEDED, sources=(source(OLD, dormant=True),), status=Status.SKIPPED, reason="empty")
    assert taken_in(known, PENDING, (), HOW) is None


def test_a_row_that_fell_back_becomes_what_was_kept_and_keeps_what_only_it_knows() -> None:
    back = replace(KEPT, home=OLD, sources=(source(ELSEWHERE),), version=3, updated_at=T0 - 1)
    row = merged(back, replace(PENDING, sources=()))
    assert (row.home, [one.home for one in row.sources]) == (NEW, [ELSEWHERE, OLD])
    assert (row.status, row.version) == (Status.IDLE, 8)


@pytest.mark.parametrize("what", ["SUCCEEDED", "dropped"])
def test_a_home_of_which_the_history_tells_that_it_is_done_does_not_come_back(what: str) -> None:
    done = line(what, T0 + 1, source=OLD.key)
    assert taken_in(replace(SEEDED, version=9), PENDING, (done,), HOW) is None
    assert merged(None, PENDING, done).sources == ()
    assert merged(None, PENDING, replace(done, at=T0)).sources == (source(OLD),)
    assert (
        taken_in(replace(SEEDED, home=NEWER), replace(KEPT, sources=()), (line(what, T0 + 1, source=NEW.key),), HOW)
        is None
    )


def test_a_part_that_was_copied_closes_nothing_and_asked_for_again_is_open_again() -> None:
    part = line("restore asked for", T0 + 1, homes=OLD.key, selection="notes/", source="user/ada@lab")
    whole = line("restore asked for", T0 + 3, homes=f"{NEW.key}, {OLD.key}", source="user/ada@lab")
    done = line("SUCCEEDED", T0 + 2, source=OLD.key)
    assert not is_closed(OLD, PENDING, (part, done))
    assert is_closed(OLD, PENDING, (done,))
    assert not is_closed(OLD, PENDING, (done, whole))


def test_a_part_that_was_asked_for_is_not_asked_for_by_itself() -> None:
    part = source(OLD, selection=Selection(path="notes"), approved=True)
    assert merged(None, replace(PENDING, sources=(part,))).sources == (source(OLD, dormant=True),)
    before = replace(part, before=source(OLD))
    assert merged(None, replace(PENDING, sources=(before,))).sources == (source(OLD),)


@pytest.mark.parametrize(
    ("known", "kept", "lines", "held"),
    [
        (None, False, (), True),
        (True, False, (), True),
        (False, True, (), True),
        (True, True, (), False),
        (True, False, (line("released", T0 + 1),), False),
        (True, True, (line("held", EXPORTED + 2),), True),
        (None, True, (line("held", T0 + 1), line("released", T0 + 2)), False),
    ],
)
def test_a_hold_survives_unless_the_history_tells_of_its_release(
    known: bool | None, kept: bool, lines: tuple[Line, ...], held: bool
) -> None:
    before = None if known is None else replace(SEEDED, replication=known)
    row = merged(before, replace(PENDING, replication=kept), *lines)
    assert row.replication is not held
    assert looked_at(row).status is (Status.BLOCKED if held else Status.PENDING)


def test_what_waits_in_the_table_is_held_back_by_a_hold_that_was_kept() -> None:
    known = replace(SEEDED, sources=(source(OLD),), status=Status.PENDING, request_id="request-1")
    row = merged(known, replace(KEPT, replication=False))
    assert (row.status, row.reason, row.request_id) == (Status.BLOCKED, HELD, "")


def test_the_history_says_what_came() -> None:
    change = taken_in(SEEDED, PENDING, (), HOW)
    assert change
    (said,) = change.lines
    assert (said.what, said.at, said.details["added"], said.details["exported_at"]) == (
        "imported",
        NOW,
        OLD.key,
        EXPORTED,
    )
    assert added_homes(SEEDED, change.row) == [OLD.key]


@pytest.mark.parametrize(
    "odd",
    [
        replace(KEPT, reason=7),  # type: ignore[arg-type]  # what an export may hold
        replace(KEPT, replication="yes"),  # type: ignore[arg-type]  # what an export may hold
        replace(KEPT, belonging=Belonging(sso_user=b"x")),  # type: ignore[arg-type]  # what an export may hold
        replace(KEPT, copying="../etc"),
        replace(KEPT, execution_arn="arn:aws:iam::111122223333:role/admin"),
        replace(KEPT, owner=replace(ADA, domain_name="lab/../other")),
    ],
)
def test_what_this_package_never_wrote_is_refused(odd: Row) -> None:
    with pytest.raises(BadInput):
        refuse_if_odd(odd)


HOMES = st.sampled_from([OLD, NEW, NEWER, ELSEWHERE, Home("fs-new", "200040", "d-lab3")])
TIMES = st.integers(T0 - 5, T0 + 5)
FLAGS = {name: st.booleans() for name in ("dormant", "unfinished", "approved")}
A_SOURCE = st.builds(Source, HOMES, st.integers(1, 9), **FLAGS)
SOURCES = st.lists(A_SOURCE, max_size=3, unique_by=lambda one: one.home).map(tuple)
REASONS = st.sampled_from(["", CANCELLED, HELD, OTHER_OWNER])


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Rows such as stand in tables, and some that do not."""
    home = draw(st.none() | HOMES)
    sources = tuple(one for one in draw(SOURCES) if one.home != home)
    waiting = tuple(one for one in draw(SOURCES) if one.home not in {home, *(own.home for own in sources)})
    copying = draw(st.sampled_from(["", *(one.home.key for one in sources)]))
    return Row(
        ADA,
        home=home,
        sources=sources,
        waiting=waiting,
        replication=draw(st.booleans()),
        status=draw(st.sampled_from(Status)),
        reason=draw(REASONS),
        execution_arn=EXECUTION if copying else "",
        copying=copying,
        deleted_at=draw(st.sampled_from([0, T0])),
        version=draw(st.integers(1, 9)),
        updated_at=draw(TIMES),
    )


def homes(*some: Row | None) -> set[str]:
    return {key for row in some if row for key in added_homes(None, row)}


IMPORTS = st.builds(Import, st.just(EXPORTED), st.just(NOW), st.sets(st.just(NEW.domain_id)).map(frozenset))
ANY = settings(max_examples=150, deadline=None)


@ANY
@given(st.none() | rows(), rows(), IMPORTS)
def test_no_home_is_ever_forgotten(known: Row | None, kept: Row, how: Import) -> None:
    assert homes(merged(known, kept, how=how)) == homes(known, kept)


@ANY
@given(st.none() | rows(), rows(), IMPORTS)
def test_the_second_time_changes_nothing(known: Row | None, kept: Row, how: Import) -> None:
    assert taken_in(merged(known, kept, how=how), kept, (), replace(how, at=how.at + 1)) is None


@ANY
@given(st.none() | rows(), rows(), IMPORTS)
def test_nothing_begins_by_itself(known: Row | None, kept: Row, how: Import) -> None:
    change = taken_in(known, kept, (), how)
    assert change is None or change.row.status is not Status.PENDING
    runs_before = known is not None and known.status is Status.RUNNING
    assert change is None or change.row.status is not Status.RUNNING or runs_before


@ANY
@given(st.none() | rows(), rows(), IMPORTS)
def test_a_hold_survives(known: Row | None, kept: Row, how: Import) -> None:
    held = any(is_held(row, ()) for row in (known, kept) if row)
    assert merged(known, kept, how=how).replication is not held


@ANY
@given(rows(), rows(), IMPORTS)
def test_what_runs_is_not_touched(known: Row, kept: Row, how: Import) -> None:
    known = replace(known, status=Status.RUNNING, updated_at=kept.updated_at)
    row = merged(known, kept, how=how)
    assert (row.status, row.home, row.request_id) == (Status.RUNNING, known.home, known.request_id)
