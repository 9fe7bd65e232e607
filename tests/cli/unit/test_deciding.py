"""Who is meant by a decision, and the status with which one on several owners ends."""

from types import SimpleNamespace
from typing import Any

import pytest

from studio_recovery_cli.asking.deciding import rows_of, status_of
from studio_recovery_cli.exits import DONE, ERROR, PARTIAL, Trouble
from tests.unit.cast import ADA

GOOD, REFUSED = {"error": None}, {"error": "BadInput"}


@pytest.mark.parametrize(
    ("answers", "status"),
    [([], DONE), ([GOOD, GOOD], DONE), ([GOOD, REFUSED], PARTIAL), ([REFUSED, REFUSED], ERROR)],
)
def test_some_refusals_are_partial_and_nothing_but_refusals_an_error(
    answers: list[dict[str, str | None]], status: int
) -> None:
    assert status_of(answers) == status


def test_who_leaves_the_ledger_between_two_looks_is_said_to_have_left() -> None:
    ledger = SimpleNamespace(owners=lambda: [ADA], row=lambda _: None)
    session: Any = SimpleNamespace(deployment=SimpleNamespace(ledger=ledger))
    with pytest.raises(Trouble, match="user/ada@lab has just left the ledger"):
        rows_of(session, "ada")
