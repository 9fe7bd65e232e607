"""Numbers and times as people read them."""

import pytest

from studio_recovery_cli import words

PRESENT = 1_800_000_000_000


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3599.6, "1 h"),
        (7500, "2 h 5 min"),
        (86_400, "1 d"),
        (200_000, "2 d 7 h"),
        (-5, "0 s"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 bytes"), (999, "999 bytes"), (50_000_340, "50.0 MB"), (7_200_000_000, "7.2 GB")]
)
def test_a_size_is_told_in_units_of_a_thousand(count: int, said: str) -> None:
    assert words.size(count) == said


def test_a_time_is_told_with_its_age() -> None:
    assert words.moment(PRESENT - 180_000, PRESENT).endswith(" (3 min ago)")
    assert words.moment(PRESENT + 60_000, PRESENT).endswith(" (in 1 min)")
    assert words.moment(0, PRESENT) == "-"


def test_data_holds_times_in_utc_to_the_millisecond() -> None:
    assert words.iso(1_732_459_812_345) == "2024-11-24T14:50:12.345Z"
    assert words.iso(0) is None
