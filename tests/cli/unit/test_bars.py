"""Bars fit the terminal; without one there are lines."""

import io

import pytest
from rich.console import Console

from studio_recovery.owners import Kind, Owner
from studio_recovery.statuses import Status
from studio_recovery_cli.following.bars import Bars, Lines, drawn_on, picture
from studio_recovery_cli.following.progress import Copy, Phase, Progress

MB = 1_000_000


def copying(name: str, written: int = 12 * MB) -> Progress:
    copy = Copy("arn", "TRANSFERRING", written, 50 * MB, 3, 17)
    return Progress(Owner(Kind.USER, name, "lab"), Status.RUNNING, Phase.COPIES, copy=copy, bytes_per_second=2 * MB)


def pending(name: str) -> Progress:
    return Progress(Owner(Kind.USER, name, "lab"), Status.PENDING, Phase.BEGINS)


def printed(going: list[Progress], ended: int, width: int) -> list[str]:
    paper = io.StringIO()
    Console(file=paper, width=width).print(picture(going, ended, width))
    return paper.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 140])
def test_a_few_have_a_bar_each_and_no_line_is_too_long(width: int) -> None:
    lines = printed([copying("ada"), pending("a-very-long-name-of-a-user-that-is-not-short-at-all")], 0, width)
    assert len(lines) == 2
    assert max(map(len, lines)) <= width
    assert "copies 12.0" in lines[0]


def test_at_eighty_columns_time_left_and_pace_are_told() -> None:
    (line,) = printed([copying("ada")], 0, 80)
    assert "copies 12.0 MB of 50.0 MB, 19 s left, 2.0 MB/s" in line


def test_many_have_one_bar_and_those_that_copy_stand_below_it() -> None:
    lines = printed([copying("ada"), *(pending(f"user-{number}") for number in range(40))], 9, 80)
    assert "9 of 50 ended, 1 copy, 2.0 MB/s" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == ["user/ada@lab"]


def test_without_a_terminal_each_phase_and_each_tenth_of_a_copy_is_a_line() -> None:
    paper = io.StringIO()
    drawn = drawn_on(Console(file=paper, width=80))
    assert isinstance(drawn, Lines)
    with drawn:
        for one in (pending("ada"), pending("ada"), copying("ada"), copying("ada", 13 * MB), copying("ada", 30 * MB)):
            drawn.show([one], 0)
    lines = paper.getvalue().splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "user/ada@lab: waits to begin",
        "user/ada@lab: copies 12.0 MB of 50.0 MB",
        "user/ada@lab: copies 30.0 MB of 50.0 MB",
    ]


def test_on_a_terminal_bars_are_drawn_in_place() -> None:
    paper = io.StringIO()
    drawn = drawn_on(Console(file=paper, width=80, force_terminal=True))
    assert isinstance(drawn, Bars)
    with drawn:
        drawn.show([copying("ada")], 0)
    assert "copies 12.0 MB" in paper.getvalue()


def test_without_a_terminal_a_minute_without_news_is_told_too() -> None:
    paper, time = io.StringIO(), [0.0]
    drawn = Lines(Console(file=paper, width=80), lambda: time[0])
    for time[0] in (0, 59, 60, 61, 119, 120):
        drawn.show([pending("ada"), pending("bob")], 1)
    first, second, *silent = paper.getvalue().splitlines()
    assert [first.partition(":")[0], second.partition(":")[0]] == ["user/ada@lab", "user/bob@lab"]
    assert len(silent) == 2
    assert silent[0].startswith("user/ada@lab: waits to begin")
    assert silent[0].endswith("; 1 more go on, 1 ended")
