"""The status with which a decision on several owners ends."""

import pytest

from studio_recovery_cli.asking.deciding import status_of
from studio_recovery_cli.exits import DONE, ERROR, PARTIAL

GOOD, REFUSED = {"error": None}, {"error": "BadInput"}


@pytest.mark.parametrize(
    ("answers", "status"),
    [([], DONE), ([GOOD, GOOD], DONE), ([GOOD, REFUSED], PARTIAL), ([REFUSED, REFUSED], ERROR)],
)
def test_some_refusals_are_partial_and_nothing_but_refusals_an_error(
    answers: list[dict[str, str | None]], status: int
) -> None:
    assert status_of(answers) == status
