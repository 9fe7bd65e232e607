"""How often everybody is looked at."""

import pytest

from studio_recovery_cli.waiting import between_looks


@pytest.mark.parametrize(
    ("seconds", "owners", "expected"), [(5, 1000, 5), (5, 1001, 30), (60, 1001, 60), (2, 10_000, 30)]
)
def test_many_owners_are_looked_at_less_often(seconds: float, owners: int, expected: float) -> None:
    assert between_looks(seconds, owners) == expected
