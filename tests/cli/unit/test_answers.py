"""Answers of the admin function as data: every member is always there."""

import pytest

from studio_recovery.answers import answer, refusal
from studio_recovery.errors import BadInput
from studio_recovery.rows import Row
from studio_recovery.selection import Selection
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery_cli.asking.answers import FIELDS, standing, told
from tests.cli.documented import undocumented
from tests.unit.cast import ADA, NEW, OLD

ROW = Row(ADA, home=NEW, sources=(Source(OLD, 1, selection=Selection(path="a")),), status=Status.FAILED, reason="x: y")


@pytest.mark.parametrize(
    "said", [answer(ROW, changed=True), answer(Row(ADA), changed=False), refusal("a", BadInput("b"))]
)
def test_an_answer_has_every_member(said: dict[str, object]) -> None:
    assert undocumented(told(said), FIELDS) == []


def test_a_refusal_says_why() -> None:
    said = told(refusal("user/ada@lab", BadInput("not now")))
    assert (said["error"], said["says"], said["status"], said["changed"]) == ("BadInput", "not now", None, None)


def test_a_source_tells_its_marks_and_what_was_chosen_of_it() -> None:
    (source,) = told(answer(ROW, changed=True))["sources"]
    assert source == {
        "home": OLD.key,
        "origin": None,
        "approved": False,
        "dormant": False,
        "unfinished": False,
        "selection": {"path": "a"},
    }


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("IDLE", None, "IDLE"),
        ("BLOCKED", "held", "BLOCKED (held)"),
        ("FAILED", "CannotOpen: a sentence that is told elsewhere, in full", "FAILED"),
        (None, None, "REFUSED"),
    ],
)
def test_a_status_stands_with_a_short_reason(status: str | None, reason: str | None, words: str) -> None:
    assert standing(status, reason) == words
