"""What the ledger tells of one owner: homes by generation, executions, and the timeline."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from studio_recovery.rows import Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery_cli.following.progress import Phase, Progress
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.portrait import Portrait, console_link, told
from studio_recovery_cli.standing.showing import drawn
from tests.unit.cast import ADA, ELSEWHERE, EXECUTION, NEW, OLD

SEEN: dict[str, str | int] = {"status": "IDLE", "domain_id": "d-lab", "efs_sys_id": "fs-old"}
RUN: dict[str, str | int] = {"source": OLD.key, "target": NEW.key, "execution_arn": EXECUTION}
DONE: dict[str, str | int] = {"bytes_written": 1_000, "files_transferred": 2, "total_duration_ms": 3_000}
CREATED = Line("created", 1_000, "1", SEEN | {"efs_uid": OLD.uid})
AGAIN = Line("created", 2_000, "2", SEEN | {"efs_uid": NEW.uid, "status": "PENDING"})
STARTED = Line("recovery started", 3_000, "3", RUN)
ENDED = Line("SUCCEEDED", 4_000, "4", RUN | DONE)
OF_A_PART = replace(ENDED, details=ENDED.details | {"selection": "only /projects"})
ROW = Row(ADA, home=NEW, status=Status.SUCCEEDED)
WAITING = replace(ROW, sources=(Source(OLD, 1),), status=Status.PENDING)


def states(row: Row | None, *lines: Line) -> list[str]:
    return [one.state.partition(" 19")[0] for one in Portrait(ADA, row, lines).generations]


@pytest.mark.parametrize(
    ("row", "lines", "expected"),
    [
        (ROW, (CREATED, AGAIN, STARTED, ENDED), ["recovered", "current"]),
        (ROW, (CREATED, AGAIN, STARTED, OF_A_PART), ["left, a part recovered", "current"]),
        (WAITING, (CREATED, AGAIN), ["waits to be copied", "current"]),
        (
            replace(WAITING, sources=(Source(OLD, 1, unfinished=True),)),
            (CREATED, AGAIN),
            [
                "waits, a copy of it was not complete",
                "current",
            ],
        ),
        (
            replace(WAITING, sources=(Source(OLD, 1, dormant=True),)),
            (CREATED, AGAIN),
            [
                "set aside, still known",
                "current",
            ],
        ),
        (replace(WAITING, status=Status.RUNNING, copying=OLD.key), (CREATED, AGAIN), ["is being copied", "current"]),
        (replace(ROW, deleted_at=9), (CREATED, AGAIN), ["left", "the last one"]),
        (None, (CREATED,), ["left"]),
        (ROW, (), ["current"]),
    ],
)
def test_each_home_is_told_with_how_it_stands(row: Row | None, lines: tuple[Line, ...], expected: list[str]) -> None:
    assert states(row, *lines) == expected


def test_the_home_of_another_owner_comes_first_with_its_name() -> None:
    row = replace(ROW, sources=(Source(ELSEWHERE, 1, origin="user/bob@lab"),))
    first, second = Portrait(ADA, row, (AGAIN,)).generations
    assert (first.home, first.origin, first.state) == (ELSEWHERE.key, "user/bob@lab", "waits to be copied")
    assert (second.home, second.origin) == (NEW.key, "")


def test_an_execution_is_told_from_its_lines() -> None:
    (one,) = Portrait(ADA, ROW, (CREATED, STARTED, ENDED)).executions
    assert (one.arn, one.source, one.target) == (EXECUTION, OLD.key, NEW.key)
    assert (one.started_at, one.ended_at, one.outcome) == (3_000, 4_000, "SUCCEEDED")
    assert (one.bytes_written, one.files_transferred, one.duration_ms) == (1_000, 2, 3_000)


def test_an_execution_that_runs_has_no_outcome_yet() -> None:
    (one,) = Portrait(ADA, WAITING, (STARTED,)).executions
    assert (one.outcome, one.ended_at) == ("", 0)


@pytest.mark.parametrize(
    ("arn", "host"),
    [
        ("arn:aws:states:eu-west-1:1:execution:m:x", "eu-west-1.console.aws.amazon.com"),
        ("arn:aws-cn:states:cn-north-1:1:execution:m:x", "cn-north-1.console.amazonaws.cn"),
        ("arn:aws-us-gov:states:us-gov-west-1:1:execution:m:x", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_a_link_leads_to_the_console_of_the_partition(arn: str, host: str) -> None:
    region = host.partition(".")[0]
    assert console_link(arn) == f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (CREATED, f"home {OLD.key}, then IDLE"),
        (STARTED, f"from {OLD.key} into {NEW.key}"),
        (ENDED, f"from {OLD.key} into {NEW.key}, 2 files and folders, 1.0 kB"),
        (Line("FAILED", 1, "1", RUN | {"reason": "NoApp: why"}), f"from {OLD.key} into {NEW.key}, NoApp: why"),
        (
            Line("held", 1, "1", {"status": "BLOCKED", "reason": "held", "by": "arn:aws:iam::1:user/root"}),
            "then BLOCKED (held), by arn:aws:iam::1:user/root",
        ),
    ],
)
def test_a_line_of_the_history_is_told_in_words(line: Line, said: str) -> None:
    assert told(line) == said


def test_the_home_of_another_owner_is_told_also_after_its_copy() -> None:
    asked = Line("target", 2_500, "a", {"source": "user/bob@lab", "homes": f"fs-x/1, {ELSEWHERE.key}"})
    ended = replace(ENDED, details=ENDED.details | {"source": ELSEWHERE.key})
    other, current = Portrait(ADA, ROW, (AGAIN, asked, ended)).generations
    assert (other.home, other.origin) == (ELSEWHERE.key, "user/bob@lab")
    assert other.state.startswith("recovered")
    assert current.state == "current"


def test_in_a_pipe_no_line_is_longer_than_what_it_says() -> None:
    paper, going = io.StringIO(), [Progress(ADA, Status.PENDING, Phase.BEGINS)]
    for part in drawn(Session(), Portrait(ADA, WAITING, (CREATED, AGAIN, STARTED)), going, (CREATED,), 140):
        Console(file=paper, width=100_000).print(part)
    assert "waits to begin" in paper.getvalue()
    assert max(map(len, paper.getvalue().splitlines())) < 300


def test_each_execution_has_its_page_in_the_console() -> None:
    other = EXECUTION.replace("run-1", "run-2")
    lines = (STARTED, replace(STARTED, details=STARTED.details | {"execution_arn": other}))
    said = [str(part) for part in drawn(Session(), Portrait(ADA, WAITING, lines), [], (), 140)]
    assert all(any(console_link(arn) in part for part in said) for arn in (EXECUTION, other))
