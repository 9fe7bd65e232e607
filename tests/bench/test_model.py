"""The model says what the whole chain does; `make bench-full` holds it against a thousand owners."""

from statistics import mean

import pytest

from tools.bench.crowd import QUOTA, Storm, storm
from tools.bench.model import Stages, model, stages_of

NOTHING = Stages(begun=0, opening=0, creating=0, closing=0, handing_on=0, transitions=12)


@pytest.fixture(scope="module")
def crowd() -> Storm:
    return storm(QUOTA + 50)


def test_the_model_says_what_the_chain_does(crowd: Storm) -> None:
    told, few, real = model(QUOTA + 50, stages_of(crowd)), model(10, stages_of(crowd)), storm(10)
    assert told.makespan == pytest.approx(crowd.makespan, rel=0.03)
    assert few.makespan == pytest.approx(real.makespan, rel=0.03)
    assert mean(told.transitions) == pytest.approx(mean(crowd.transitions), rel=0.03)
    assert mean(few.transitions) == pytest.approx(mean(real.transitions), rel=0.03)


def test_nobody_fails_when_there_are_more_owners_than_places(crowd: Storm) -> None:
    assert (crowd.failed, crowd.left_behind) == (0, 0)
    assert max(count for _, count in crowd.in_use) == QUOTA


def test_where_nothing_but_looking_takes_time_the_model_is_near_the_bound() -> None:
    assert 1 <= model(3_000, NOTHING).ratio() <= 1.1


def test_who_waits_longer_looks_again_more_rarely() -> None:
    long, longer = (max(model(owners, NOTHING).transitions) for owners in (1_000, 100_000))
    assert longer < 2 * long
