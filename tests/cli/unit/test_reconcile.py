"""Passes of the seed are asked for until one is through, and told together."""

from collections.abc import Callable
from typing import Any

from studio_recovery_cli.exits import DONE, PARTIAL
from studio_recovery_cli.repairing.reconcile import Reconciled, changes, detached, foretold, lines, reconcile

ANSWER = {
    "domains": 2,
    "owners": 300,
    "protected": 298,
    "unprotected": 2,
    "reasons": {"held": 2},
    "looked_at": 0,
    "to_look_at": 0,
    "changed": 0,
    "finished": 0,
    "swept": 0,
    "complete": True,
    "troubles": [],
}
CHANGE = {"owner": "user/ada@lab", "what": "seeded", "status": "PENDING", "from": "fs-old/1", "to": "fs-new/2"}
WOULD = {"changes": [CHANGE], "finish": [], "remove": ["ap-1"], "counts": {"seeded: PENDING": 7, "remove": 1}}


def passes(*answers: dict[str, Any]) -> tuple[Callable[[dict[str, Any]], Any], list[dict[str, Any]]]:
    """A seed function that gives these answers, the last one for ever; and what it was asked."""
    asked: list[dict[str, Any]] = []

    def call(payload: dict[str, Any]) -> dict[str, Any]:
        asked.append(payload)
        return ANSWER | answers[min(len(asked), len(answers)) - 1]

    return call, asked


def run(*answers: dict[str, Any]) -> tuple[Reconciled, list[tuple[int, int]], int]:
    call, asked = passes(*answers)
    told: list[tuple[int, int]] = []
    done = reconcile(call, lambda looked, of: told.append((looked, of)))
    return done, told, len(asked)


def test_passes_go_on_where_the_last_one_ended() -> None:
    first = {"looked_at": 100, "to_look_at": 250, "changed": 90, "complete": False}
    second = {"looked_at": 150, "to_look_at": 150, "changed": 10, "finished": 1}
    done, told, asked = run(first, second)
    assert (asked, told) == (2, [(100, 250), (250, 250)])
    assert (done.status, done.sums["changed"], done.sums["finished"]) == (DONE, 100, 1)
    assert done.as_item("group")["to_look_at"] == 250


def test_a_pass_is_short_so_that_the_bar_moves() -> None:
    call, asked = passes({})
    reconcile(call, lambda *_: None)
    assert asked == [{"action": "seed", "seconds": 30}]


def test_passes_that_get_nowhere_come_to_an_end() -> None:
    done, _, asked = run({"to_look_at": 5, "complete": False})
    assert (asked, done.is_complete, done.left, done.status) == (3, False, 5, PARTIAL)


def test_a_pass_that_only_listed_is_followed_by_a_longer_one() -> None:
    listed = {"to_look_at": 5, "complete": False}
    call, asked = passes(listed, listed, {"looked_at": 5, "to_look_at": 5})
    assert reconcile(call, lambda *_: None).is_complete
    assert [one["seconds"] for one in asked] == [30, 60, 120]


def test_a_trouble_is_told_once_and_makes_the_end_partial() -> None:
    trouble = {"looked_at": 1, "to_look_at": 2, "complete": False, "troubles": ["user/bob: AccessDenied"]}
    done, _, _ = run(trouble, {"troubles": ["user/bob: AccessDenied"]})
    assert (done.troubles, done.status, done.is_good) == (["user/bob: AccessDenied"], PARTIAL, False)


def test_a_dry_run_is_one_pass_without_a_limit() -> None:
    call, asked = passes({"dry_run": True, "would": WOULD})
    item = foretold(call).as_item("group", dry_run=True)
    assert asked == [{"action": "seed", "dry_run": True}]
    assert changes(item) == [{**CHANGE, "reason": None}]
    said = list(lines(item))
    assert "  Would change: 7" in said
    assert "  6 of them are not listed." in said
    assert "  Things that dead runs left, to be removed: 1" in said


def test_numbers_are_told_in_words() -> None:
    done, _, _ = run({"looked_at": 1, "to_look_at": 1, "changed": 1})
    assert list(lines(done.as_item("group"))) == [
        "Studio has 300 owners. Looked at 1 who came, went or changed.",
        "  Changed: 1",
        "Protected: 298 owners in 2 domains.",
        "Not protected: 2",
        "       2  held",
    ]


def test_what_nobody_waits_for_has_the_same_members() -> None:
    done, _, _ = run({})
    assert detached("group").keys() == done.as_item("group").keys()
