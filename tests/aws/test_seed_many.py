"""A thousand profiles at ten calls a second; `make bench ONLY=seed` does the same with more."""

from collections.abc import Iterator

import pytest

from tests.aws.crowd import Figures, crowd, seed_until_complete
from tests.aws.lab import Lab

PROFILES = 1_000
# A quarter of what it takes, beside the reserve: so it has to stop.
LAMBDA_SECONDS = 120.0


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Figures, Figures]]:
    with crowd(PROFILES, tmp_path_factory.mktemp("crowd")) as lab:
        yield lab, seed_until_complete(lab, LAMBDA_SECONDS), seed_until_complete(lab, LAMBDA_SECONDS)


def test_a_throttled_seed_goes_on_where_it_stopped_and_finishes(passes: tuple[Lab, Figures, Figures]) -> None:
    _, first, _ = passes
    left = PROFILES
    for told in first.told:
        assert told["to_look_at"] == left
        left -= told["looked_at"]
    assert (left, len(first.told) >= 4, first.told[-1]["protected"]) == (0, True, PROFILES)
    assert [told["complete"] for told in first.told] == [False] * (len(first.told) - 1) + [True]
    assert [told["troubles"] for told in first.told] == [[]] * len(first.told)


def test_a_throttled_seed_takes_little_longer_than_the_throttle_makes_it(passes: tuple[Lab, Figures, Figures]) -> None:
    _, first, _ = passes
    assert first.throttled > 0
    assert first.writes == PROFILES
    assert first.ratio <= 1.15


def test_the_next_pass_lists_and_writes_nothing(passes: tuple[Lab, Figures, Figures]) -> None:
    _, first, second = passes
    assert (len(second.told), second.writes, second.told[0]["to_look_at"]) == (1, 0, 0)
    assert second.answered < first.answered / 10
