"""Whose turn it is."""

from itertools import permutations

import pytest

from studio_recovery.waiting_line import HELD_FOR_MS, Room, Turn, lapsed, may_begin, unheld

FIRST, SECOND, THIRD = (Turn(since, f"run-{since}") for since in (1, 2, 3))


@pytest.mark.parametrize(
    ("quota", "most", "in_account", "ours", "free"),
    [
        (100, 50, 0, 0, 50),
        (100, 50, 70, 20, 30),
        (100, 50, 100, 20, 0),
        (100, 50, 101, 20, 0),
        (100, 50, 50, 50, 0),
        (10, 50, 4, 4, 6),
    ],
)
def test_a_place_is_free_within_the_accounts_quota_and_our_share(
    quota: int, most: int, in_account: int, ours: int, free: int
) -> None:
    assert Room(quota, most).free(in_account, ours) == free


@pytest.mark.parametrize(("room", "most"), [(Room(100, 50), 50), (Room(10, 50), 10)])
def test_there_are_never_more_tasks_of_ours_than_both_allow(room: Room, most: int) -> None:
    assert room.most == most


@pytest.mark.parametrize(
    ("free", "ahead", "at_work", "may"),
    [
        (1, [], set(), True),
        (0, [], set(), False),
        (1, [FIRST], set(), False),
        (2, [FIRST], set(), True),
        (1, [FIRST], {"run-1"}, True),
        (2, [FIRST, SECOND], {"run-9"}, False),
        # Seen on its way from one part of the line to the other.
        (2, [FIRST, Turn(1, "run-1", called_at=5)], set(), True),
    ],
)
def test_who_began_earlier_and_has_no_task_goes_first(
    free: int, ahead: list[Turn], at_work: set[str], may: bool
) -> None:
    assert may_begin(free, ahead, at_work) is may


def test_of_those_who_come_at_once_as_many_begin_as_there_are_places() -> None:
    for together in permutations([FIRST, SECOND, THIRD]):
        ahead = {mine: [other for other in together if other.order < mine.order] for mine in together}
        assert [mine for mine in sorted(ahead, key=lambda turn: turn.order) if may_begin(2, ahead[mine], set())] == [
            FIRST,
            SECOND,
        ]


@pytest.mark.parametrize(
    ("free", "called", "at_work", "left"),
    [
        (3, [], set(), 3),
        (3, [FIRST, SECOND], set(), 1),
        (3, [FIRST, SECOND], {"run-1"}, 2),
        (1, [FIRST, SECOND], set(), 0),
    ],
)
def test_a_place_that_somebody_was_called_for_is_given_to_nobody_else(
    free: int, called: list[Turn], at_work: set[str], left: int
) -> None:
    assert unheld(free, called, at_work) == left


def test_a_place_is_held_for_some_minutes_only() -> None:
    called = [Turn(1, "run-1", called_at=1000), Turn(2, "run-2", called_at=1001)]
    assert list(lapsed(called, 1000 + HELD_FOR_MS)) == called[:1]
