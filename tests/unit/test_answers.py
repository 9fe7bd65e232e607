"""How a row is told to an admin."""

from dataclasses import replace

import pytest

from studio_recovery.answers import answer, says
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from tests.unit.asking import (
    ASKS,
    HELD_BACK,
    RUNS,
    blocked,
)
from tests.unit.cast import ADA, NEWER, OLD, ROW, source


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW, "nothing waits to be copied"),
        (ASKS, "the copy from fs-old/200005 begins"),
        (RUNS, "fs-old/200005 is being copied"),
        (replace(RUNS, replication=False), "it is on hold, so nothing is copied after that"),
        (HELD_BACK, "it is on hold: nothing is copied until it is released"),
        (replace(ROW, deleted_at=7), "it is gone"),
        (replace(ASKS, status=Status.IDLE, deleted_at=7), "when it is created, its sources are copied"),
        (Row(ADA, sources=(source(OLD),)), "when it is created, its sources are copied"),
        (blocked(ASKS, "approval"), "every recovery waits for an approval"),
        (blocked(replace(ASKS, replication=False), "approval"), "it is on hold, so nothing is copied after that"),
        (Row(ADA, status=Status.UNPROTECTED, reason="out of scope"), "out of scope"),
    ],
)
def test_a_row_is_told_in_words(row: Row, said: str) -> None:
    assert said in says(row)


def test_an_answer_says_what_to_ask_for_next() -> None:
    told = answer(blocked(ASKS, "other owner"), changed=False)["next"]
    assert told[0].endswith(": approve user/ada@lab")
    assert answer(HELD_BACK, changed=True)["next"] == []


def test_an_answer_lists_the_sources_in_the_order_of_their_copies() -> None:
    sources = (source(OLD, 1, dormant=True), source(NEWER, 2, origin="user/bob@lab", approved=True))
    assert answer(replace(ASKS, sources=sources), changed=True) == {
        "owner": "user/ada@lab",
        "changed": True,
        "status": "PENDING",
        "reason": "",
        "says": "the copy from fs-old/200015 begins",
        "next": [],
        "replication": True,
        "home": "fs-old/200010",
        "request_id": "request-1",
        "execution_arn": "",
        "sources": [
            {"home": "fs-old/200015", "origin": "user/bob@lab", "approved": True},
            {"home": "fs-old/200005", "dormant": True},
        ],
    }
