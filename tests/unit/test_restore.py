"""What a restore brings now: which home, what of it, and what becomes of the row."""

from dataclasses import replace

import pytest

from studio_recovery.errors import BadInput
from studio_recovery.guard import OPEN, Guard
from studio_recovery.homes import Home
from studio_recovery.observe import Present, observe
from studio_recovery.offers import cut_off
from studio_recovery.rows import Change, Line, Row
from studio_recovery.selection import WHOLE, Selection
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import CANCELLED, HELD, Status
from studio_recovery.targets import Offer, latest_earlier, restore, what_waits
from tests.unit.asking import ASKS, AT, BOB, RUNS, blocked, lines, written
from tests.unit.cast import ADA, ELSEWHERE, NEW, NEWER, OLD, ROW, SEEN, alices, source

PART, OTHER_PART, OVER = Selection(path="projects"), Selection(path="notes"), Selection(overwrite="ALWAYS")
RESTS = replace(ROW, home=NEW)
EARLIER = source(OLD, 0, older=True)


def asked(row: Row, *homes: Source, selection: Selection = WHOLE, guard: Guard = OPEN) -> Change | None:
    return restore(row, Offer(homes, ADA, selection=selection), AT, guard)


@pytest.mark.parametrize(
    "row",
    [
        replace(RUNS, status=Status.FAILED, reason="why", copying=""),
        replace(RUNS, status=Status.PARTIAL, reason="why", copying=""),
        blocked(ASKS, "approval"),
        blocked(ASKS, "left long ago"),
        blocked(ASKS, CANCELLED),
    ],
)
def test_what_waits_is_approved_and_begins(row: Row) -> None:
    change = asked(row, source(OLD), guard=Guard(require_approval=True, max_age_days=1))
    assert (written(change).status, written(change).sources) == (Status.PENDING, (source(OLD, approved=True),))
    assert lines(change) == ["restore asked for"]


def test_the_newest_of_several_that_wait_stays_the_first() -> None:
    row = blocked(replace(ASKS, sources=(source(NEWER, 1), source(OLD, 2))), "approval")
    assert written(asked(row, source(OLD, 2))).next_source == source(OLD, 2, approved=True)


@pytest.mark.parametrize("row", [ASKS, RUNS])
def test_what_is_under_way_is_left_alone(row: Row) -> None:
    assert asked(row, source(OLD)) is None


def test_the_same_restore_changes_nothing_the_second_time() -> None:
    row = written(asked(RESTS, EARLIER, selection=PART))
    assert asked(row, EARLIER, selection=PART) is None
    failed = replace(row, status=Status.FAILED)
    again = asked(failed, EARLIER, selection=PART)
    assert (written(again).status, written(again).sources) == (Status.PENDING, row.sources)


def test_a_home_that_no_row_knows_is_copied_again() -> None:
    row = written(asked(RESTS, EARLIER))
    assert (row.status, row.sources) == (Status.PENDING, (source(OLD, 1, approved=True, older=True),))


def test_a_part_is_copied_first_and_remembers_how_its_home_waited() -> None:
    row = replace(ASKS, sources=(source(OLD, 1), source(NEWER, 2)))
    change = asked(row, replace(source(OLD, 1), older=True), selection=PART)
    now = written(change)
    assert now.next_source == source(OLD, 3, approved=True, selection=PART, before=source(OLD, 1))
    assert now.request_id != row.request_id
    assert change
    assert change.lines[0].details["selection"] == "only /projects"
    assert change.lines[0].details["homes"] == OLD.key


def test_another_selection_takes_the_place_of_the_one_before() -> None:
    row = replace(written(asked(ASKS, source(OLD), selection=PART)), status=Status.FAILED)
    now = written(asked(row, source(OLD), selection=OTHER_PART))
    assert now.sources == (source(OLD, 1, approved=True, selection=OTHER_PART, before=source(OLD)),)


def test_all_of_a_home_takes_the_place_of_a_part() -> None:
    row = replace(written(asked(ASKS, source(OLD), selection=PART)), status=Status.FAILED)
    assert written(asked(row, source(OLD))).sources == (source(OLD, approved=True),)
    none_before = replace(written(asked(RESTS, EARLIER, selection=PART)), status=Status.FAILED)
    assert written(asked(none_before, EARLIER)).sources == (source(OLD, 1, approved=True, older=True),)


@pytest.mark.parametrize("selection", [OTHER_PART, OVER, WHOLE, Selection(into="restored")])
def test_what_a_part_left_half_written_is_verified_whatever_is_asked_for_next(selection: Selection) -> None:
    part = source(OLD, 1, approved=True, older=True, unfinished=True, selection=PART)
    row = replace(RESTS, sources=(part,), status=Status.FAILED)
    now = written(asked(row, EARLIER, selection=selection)).next_source
    assert now
    assert now.unfinished


def test_what_a_part_left_half_written_is_not_forgotten_with_it() -> None:
    part = source(OLD, 1, approved=True, unfinished=True, selection=PART)
    assert part.unselected == source(OLD, 1, dormant=True, unfinished=True)
    assert replace(part, selection=Selection(path="a", into="b")).unselected == part.unselected
    assert replace(part, unfinished=False).unselected is None
    assert replace(part, before=source(OLD)).unselected == source(OLD, unfinished=True)


def outcome(word: str, target: Home = NEW, **more: str | int) -> Line:
    homes: dict[str, str | int] = {"source": OLD.key, "target": target.key, "files_transferred": 1}
    return Line(word, AT, word, homes | more)


@pytest.mark.parametrize(
    ("lines_of", "broken"),
    [
        ([outcome("FAILED")], {OLD.key}),
        ([outcome("FAILED"), outcome("SUCCEEDED")], set()),
        ([outcome("SUCCEEDED"), outcome("BLOCKED")], {OLD.key}),
        ([outcome("PARTIAL"), outcome("SUCCEEDED", selection="only /projects")], {OLD.key}),
        ([outcome("FAILED", target=NEWER)], set()),
        ([outcome("FAILED"), outcome("SUCCEEDED", target=NEWER)], {OLD.key}),
        ([Line("FAILED", AT, "1", {"source": OLD.key, "target": NEW.key})], set()),
        ([Line("let go", AT, "1", {"source": OLD.key})], {OLD.key}),
    ],
)
def test_the_history_knows_of_which_homes_a_copy_broke_off(lines_of: list[Line], broken: set[str]) -> None:
    assert cut_off(lines_of, NEW) == broken


def test_more_selections_than_a_row_can_hold_are_refused() -> None:
    much = Selection(includes=("/" + "a" * 9_999,), excludes=("/" + "b" * 9_999,))
    full = tuple(source(replace(OLD, uid=str(uid)), uid, selection=much) for uid in range(1, 11))
    with pytest.raises(BadInput, match="too much is selected of user/ada@lab that waits still"):
        asked(replace(RESTS, sources=full), EARLIER, selection=much)


def test_a_part_is_asked_for_again_before_what_was_asked_for_since() -> None:
    cancelled = Rest(Status.BLOCKED, CANCELLED)
    part = source(OLD, 1, approved=True, selection=PART, rests=cancelled)
    row = blocked(replace(RESTS, sources=(part, source(NEWER, 2, rests=cancelled))), CANCELLED)
    now = written(asked(row, part, selection=PART))
    assert now.status is Status.PENDING
    assert now.next_source
    assert now.next_source.home == OLD
    assert now.sources[1].rests == cancelled


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (None, source(OLD, 0, older=True)),
        (source(OLD, 1, rests=Rest(Status.FAILED)), source(OLD, 1, older=True)),
    ],
)
def test_what_was_to_overwrite_fills_gaps_in_the_next_home(before: Source | None, kept: Source) -> None:
    row = replace(RESTS, sources=(source(OLD, 5, older=True, selection=OVER, before=before),))
    row = written(observe(row, Present(ADA, NEWER, ROW.belonging), SEEN))
    assert row.source(OLD.key) == kept


@pytest.mark.parametrize("selection", [PART, WHOLE])
def test_what_runs_in_another_way_is_not_changed_under_way(selection: Selection) -> None:
    running = source(OLD, 1, approved=True, selection=OTHER_PART, before=source(OLD))
    with pytest.raises(BadInput, match="home fs-old/200005 is being copied to user/ada@lab: wait"):
        asked(replace(RUNS, sources=(running,)), EARLIER, selection=selection)


def test_another_home_comes_after_the_copy_that_runs() -> None:
    now = written(asked(RUNS, source(NEWER, 0, older=True), selection=PART))
    assert (now.status, now.copying, now.request_id) == (Status.RUNNING, OLD.key, "request-1")
    assert now.next_source
    assert now.next_source.home == NEWER


def test_another_owners_files_come_with_their_origin_also_in_part() -> None:
    offer = Offer((source(ELSEWHERE, 0, belonging=alices("bob")),), BOB, selection=PART)
    now = written(restore(replace(RESTS, belonging=alices("ada")), offer, AT, Guard(require_approval=True)))
    (its,) = now.sources
    assert (now.status, its.origin, its.approved, its.selection) == (Status.PENDING, "user/bob@lab", True, PART)


def test_a_hold_still_counts() -> None:
    held = written(asked(replace(RESTS, replication=False), EARLIER))
    assert (held.status, held.reason) == (Status.BLOCKED, HELD)
    offer = Offer((source(ELSEWHERE),), BOB, frozenset({str(BOB)}), PART)
    blocked_by_source = written(restore(RESTS, offer, AT))
    assert (blocked_by_source.status, blocked_by_source.reason) == (Status.BLOCKED, "source held")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Row(ADA), "does not exist now: use target"),
        (replace(RESTS, deleted_at=7), "does not exist now: use target"),
        (Row(ADA, status=Status.UNPROTECTED, reason="why"), "has no home that files could be copied into: why"),
        (replace(RESTS, in_scope=False, status=Status.UNPROTECTED, reason="out of scope"), "is out of scope"),
        (replace(RUNS, reason=CANCELLED), "is being cancelled: ask again when it has ended"),
    ],
)
def test_nothing_is_restored_where_nothing_can_be_copied_now(row: Row, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        asked(row, EARLIER)


@pytest.mark.parametrize("selection", [WHOLE, PART])
def test_the_current_home_is_never_restored(selection: Selection) -> None:
    with pytest.raises(BadInput, match="home fs-old/200010 is the current home of user/ada@lab"):
        asked(RESTS, source(NEW), selection=selection)


def test_what_waits_is_the_next_source_unless_it_was_another_persons() -> None:
    assert what_waits(ASKS) == source(OLD)
    assert what_waits(RESTS) is None
    foreign = source(OLD, belonging=alices("bob"))
    row = blocked(replace(ASKS, sources=(foreign,), belonging=alices("ada")), "other owner")
    with pytest.raises(BadInput, match="belonged to another: approve it, or name it as home"):
        what_waits(row)
    assert what_waits(replace(row, sources=(replace(foreign, approved=True),)))


def test_the_latest_earlier_home_is_never_the_current_one_nor_a_living_namesakes() -> None:
    row = replace(RESTS, waiting=(source(ELSEWHERE),))
    assert latest_earlier(row, [OLD, NEWER, ELSEWHERE, NEW], frozenset()) == source(NEWER, 0, older=True)
    dormant = replace(RESTS, sources=(source(OLD, dormant=True),))
    assert latest_earlier(dormant, [OLD, NEW], frozenset()) == source(OLD, dormant=True)


@pytest.mark.parametrize(
    ("row", "earlier", "dropped", "said"),
    [
        (RESTS, [NEW], "", "nothing is known of an earlier home"),
        (RESTS, [NEWER, OLD, NEW], OLD.key, "fs-old/200005, was dropped: name it as home"),
        (
            replace(RESTS, belonging=alices("ada"), sources=(source(OLD, belonging=alices("bob"), dormant=True),)),
            [NEWER, OLD],
            "",
            "fs-old/200005, belonged to another: name it as home",
        ),
    ],
)
def test_an_earlier_home_that_somebody_gave_up_or_another_had_has_to_be_named(
    row: Row, earlier: list[Home], dropped: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        latest_earlier(row, earlier, frozenset({dropped}))


def test_a_selection_goes_with_the_owner_to_its_next_home_but_not_what_was_approved_for_another() -> None:
    row = written(asked(replace(RESTS, belonging=alices("ada")), EARLIER, selection=PART))
    row = row.with_changed(replace(row.sources[0], before=source(OLD, approved=True)))
    again = written(observe(row, Present(ADA, NEWER, alices("ada")), SEEN)).source(OLD.key)
    assert again
    assert (again.approved, again.selection, again.older) == (True, PART, True)
    others = written(observe(row, Present(ADA, NEWER, alices("carol")), SEEN)).source(OLD.key)
    assert others
    assert others.before
    assert (others.approved, others.before.approved, others.before.older) == (False, False, True)
