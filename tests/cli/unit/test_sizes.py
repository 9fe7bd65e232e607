"""What the history says of sizes and speed."""

import pytest

from studio_recovery.rows import Line
from studio_recovery_cli.planning.sizes import ASSUMED_BYTES_PER_SECOND, ASSUMED_START_SECONDS, Sizes, Speed

OLD, NEW, NEWER = "fs-old/200005", "fs-old/200010", "fs-old/200015"


def copied(
    source: str, target: str, moved: int, took: int = 1000, what: str = "SUCCEEDED", selection: str = ""
) -> Line:
    told: dict[str, str | int] = {"source": source, "target": target, "bytes_written": moved, "total_duration_ms": took}
    return Line(what, 0, "1", told | ({"selection": selection} if selection else {}))


def sizes(*lines: Line) -> Sizes:
    found = Sizes()
    found.feed(lines)
    return found


@pytest.mark.parametrize(
    ("lines", "home", "expected"),
    [
        ([], OLD, None),
        ([copied(OLD, NEW, 700)], OLD, 700),
        ([copied(OLD, NEW, 700)], NEW, 700),
        ([copied(OLD, NEW, 700)], NEWER, None),
        ([copied(OLD, NEW, 700), copied(OLD, NEW, 20)], OLD, 700),
        ([copied(OLD, NEWER, 700), copied(NEW, NEWER, 20)], NEWER, 720),
        ([copied(OLD, NEW, 0)], OLD, None),
        ([copied(OLD, NEW, 6, selection="only /notes.txt")], OLD, None),
        ([copied(OLD, NEW, 700), copied(OLD, NEW, 900, selection="not *.log")], OLD, 700),
        ([copied(OLD, NEW, 700, selection="overwriting")], OLD, 700),
        ([copied(OLD, NEW, 6, what="FAILED"), copied(OLD, NEW, 7, what="PARTIAL")], OLD, None),
        ([Line("recovery started", 0, "1", {"source": OLD, "target": NEW})], OLD, None),
    ],
)
def test_a_home_is_as_large_as_what_was_moved_out_of_it_or_into_it(
    lines: list[Line], home: str, expected: int | None
) -> None:
    assert sizes(*lines).of(home) == expected


def test_large_copies_tell_how_fast_the_next_will_be_and_small_ones_tell_nothing() -> None:
    large = copied(OLD, NEW, 2_000_000_000, 100_000)
    assert sizes(copied(OLD, NEW, 500, 50_000), large).speed == Speed(20_000_000, 1)
    assert sizes(copied(OLD, NEW, 500, 50_000)).speed == Speed(ASSUMED_BYTES_PER_SECOND, 0)


def test_the_modules_own_limit_makes_it_slower_never_faster() -> None:
    assert Speed(1000, 3).limited(100) == Speed(100, 3)
    assert Speed(1000, 3).limited(5000) == Speed(1000, 3)
    assert Speed(1000, 3).limited(-1) == Speed(1000, 3)


def test_every_copy_takes_its_time_to_begin() -> None:
    assert Speed(1000).seconds(5000) == ASSUMED_START_SECONDS + 5
