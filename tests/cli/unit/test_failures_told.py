"""Failures are told so that a tired person sees what to type, also in a narrow terminal."""

import io

import pytest
from rich.console import Console

from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery_cli.repairing.failures import (
    draw_messages,
    draw_recoveries,
    intentions,
    may_be_the_network,
    message,
    recovery,
)
from studio_recovery_cli.repairing.letters import Kind as What
from studio_recovery_cli.repairing.letters import Letter, Remedy

ADA = Owner(Kind.USER, "ada", "lab")
FAILED = Row(
    ADA,
    Home("fs-new", "200010"),
    sources=(Source(Home("fs-old", "200005"), 1),),
    status=Status.FAILED,
    reason="CannotOpen: sg-1 must admit sg-2",
)


def letter(number: int, remedy: Remedy = Remedy.SEED) -> Letter:
    return Letter(f"m-{number}", 1000, What.SEED, "a seed", "AwsBusy: " + "busy " * 40, "AWS was busy", remedy, "raw")


def drawn(draw: object, *given: object, width: int = 80) -> str:
    paper = io.StringIO()
    draw(*given, Console(file=paper, width=width, markup=False, highlight=False))  # type: ignore[operator]  # any of them
    return paper.getvalue()


def test_a_recovery_is_told_with_cause_and_command() -> None:
    steps = [("sg-1 keeps DataSync out. Open it:", "studio-recovery grant fs-old"), ("Then look", "")]
    item = recovery(FAILED, 0, "sg-1 must admit sg-2", steps)
    said = drawn(draw_recoveries, [item]).splitlines()
    assert said[:4] == [
        "user/ada@lab  FAILED",
        "  Cause: sg-1 must admit sg-2",
        "  sg-1 keeps DataSync out. Open it:",
        "    studio-recovery grant fs-old",
    ]
    assert (item["from"], item["to"], item["since"]) == ("fs-old/200005", "fs-new/200010", None)
    assert item["steps"][1] == {"text": "Then look", "command": None}


def test_long_sentences_are_broken_between_words_and_fit() -> None:
    item = recovery(FAILED, 0, "the cause " * 30, [("do this " * 30, "")])
    assert max(map(len, drawn(draw_recoveries, [item]).splitlines())) <= 80
    assert max(map(len, drawn(draw_messages, [message(letter(1), None)], 1).splitlines())) <= 80


def test_no_more_messages_than_anybody_reads() -> None:
    said = drawn(draw_messages, [message(letter(number), None) for number in range(30)], 30)
    assert "In the failure queue: 30 messages" in said
    assert "and 10 more: --output json shows all" in said


def test_what_nobody_understands_is_shown() -> None:
    assert "It says: raw" in drawn(draw_messages, [message(letter(1, Remedy.NOTHING), None)], 1)


def test_an_empty_queue_says_whether_others_have_messages_in_hand() -> None:
    assert drawn(draw_messages, [], 0) == "The failure queue is empty.\n"
    assert "About 3" in drawn(draw_messages, [], 3)


def test_it_is_said_first_what_becomes_of_the_messages() -> None:
    letters = [letter(1), letter(2, Remedy.NOTHING), letter(3, Remedy.EVENT), letter(4, Remedy.OPERATION)]
    assert list(intentions(letters, drop=False)) == [
        "To be given to the event handler again: 1 event",
        "To be asked for again: 1 part of operations",
        "To be made good by a seed: 1 message",
        "To stay, as nobody understands them: 1 message",
    ]
    assert list(intentions(letters, drop=True)) == [
        "To be deleted, and nothing is made good: 4 messages",
        "Nobody understands 1 of them: read them first.",
    ]


@pytest.mark.parametrize(
    ("reason", "may"),
    [
        ("CannotOpen: none of the groups", True),
        ("TaskNotReady: Failed to connect to EFS mount target", True),
        ("TimedOut: the copy took 24 hours", False),
        ("AccountFull: no place", False),
    ],
)
def test_the_network_is_looked_at_where_it_may_be_the_cause(reason: str, may: bool) -> None:
    row = Row(ADA, Home("fs-new", "200010"), status=Status.FAILED, reason=reason)
    assert may_be_the_network(row) is may
