"""How far a recovery is, from what Step Functions and DataSync tell."""

from typing import Any

import pytest

from studio_recovery.statuses import Status
from studio_recovery_cli.following.progress import Copy, Phase, Progress, as_item, of_copy, pace, phase_of, sentence
from studio_recovery_cli.following.progress_fields import FIELDS
from tests.unit.cast import ADA

MB = 1_000_000
COPY = Copy("arn:copy", "TRANSFERRING", 12 * MB, 50 * MB, 3, 17, started_at=1_000)
COPYING = Progress(ADA, Status.RUNNING, Phase.COPIES, "fs-old/1", "fs-new/2", copy=COPY, bytes_per_second=2 * MB)


def entered(state: str) -> dict[str, Any]:
    return {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}


def failed(error: str, cause: str = "why") -> dict[str, Any]:
    return {"type": "TaskFailed", "taskFailedEventDetails": {"error": error, "cause": cause}}


SCHEDULED = {"type": "TaskScheduled"}
OPENING, IN_LINE = entered("Open both homes"), entered("Wait for a place")


@pytest.mark.parametrize(
    ("events", "phase", "why"),
    [
        ([{"type": "ExecutionStarted"}], Phase.BEGINS, ""),
        ([SCHEDULED, entered("Open both homes")], Phase.OPENS, ""),
        ([failed("AccountFull"), SCHEDULED, entered("Open both homes")], Phase.NO_PLACE, "why"),
        ([SCHEDULED, IN_LINE, failed("NoRoom"), SCHEDULED, OPENING], Phase.NO_PLACE, "why"),
        ([failed("AwsBusy"), SCHEDULED, IN_LINE, failed("NoRoom"), SCHEDULED, OPENING], Phase.AWS_BUSY, "why"),
        ([SCHEDULED, OPENING, SCHEDULED, IN_LINE, failed("NoRoom"), OPENING], Phase.OPENS, ""),
        ([SCHEDULED, failed("NoApp"), SCHEDULED, failed("AccountFull")], Phase.NO_APP, "why"),
        ([failed("TargetBusy")], Phase.OTHER_COPY, "why"),
        ([failed("AwsBusy"), entered("Open both homes")], Phase.AWS_BUSY, "why"),
        ([failed("Lambda.Unknown"), entered("Open both homes")], Phase.OPENS, "why"),
        ([failed("LeftBehind"), entered("Close both homes")], Phase.CLOSES, ""),
        ([entered("Wait for the task")], Phase.OPENS, ""),
        ([entered("Copy the files")], Phase.COMPARES, ""),
        ([entered("Look at the copy")], Phase.CLOSES, ""),
        ([{"type": "ExecutionSucceeded"}], Phase.CLOSES, ""),
        ([{"type": "ExecutionAborted"}], Phase.DEAD, ""),
        ([{"type": "ExecutionTimedOut"}], Phase.DEAD, ""),
        ([], Phase.OPENS, ""),
    ],
)
def test_the_phase_is_what_the_newest_events_tell(events: list[dict[str, Any]], phase: Phase, why: str) -> None:
    assert phase_of(events) == (phase, why)


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ('{"errorType": "AccountFull", "errorMessage": "no addresses", "stackTrace": ["/var/task"]}', "no addresses"),
        ('{"errorMessage": "two\\n lines"}', "two lines"),
        ("plain words", "plain words"),
        ("[]", "[]"),
        ("x" * 301, "x" * 299 + "…"),
        ("", ""),
    ],
)
def test_why_it_waits_is_what_the_function_said(cause: str, why: str) -> None:
    assert phase_of([failed("AccountFull", cause)]) == (Phase.NO_PLACE, why)


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("QUEUED", Phase.QUEUED),
        ("PREPARING", Phase.COMPARES),
        ("TRANSFERRING", Phase.COPIES),
        ("VERIFYING", Phase.VERIFIES),
        ("SUCCESS", Phase.CLOSES),
        ("SOMETHING_NEW", Phase.COPIES),
    ],
)
def test_a_copys_status_is_told_in_words(status: str, phase: Phase) -> None:
    assert of_copy(status) is phase


@pytest.mark.parametrize(
    ("samples", "started_at", "expected"),
    [
        ([(11_000, 10 * MB)], 1_000, MB),
        ([(11_000, 10 * MB)], 0, 0),
        ([(1_000, 0)], 1_000, 0),
        ([(11_000, 10 * MB), (13_000, 14 * MB)], 1_000, 2 * MB),
        ([(1_000, 0), (71_000, 10 * MB), (81_000, 40 * MB)], 1_000, 3 * MB),
    ],
)
def test_the_pace_is_that_of_the_last_half_minute(
    samples: list[tuple[int, int]], started_at: int, expected: float
) -> None:
    assert pace(samples, started_at) == expected


def test_the_time_left_follows_from_the_pace() -> None:
    assert COPYING.seconds_left == 19
    assert COPYING.share == 12 / 50


def test_nobody_knows_the_time_left_of_what_does_not_copy() -> None:
    assert Progress(ADA, Status.RUNNING, Phase.OPENS).seconds_left is None


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (80, "copies 12.0 MB of 50.0 MB, 19 s left, 2.0 MB/s, 3 of 17 files"),
        (50, "copies 12.0 MB of 50.0 MB, 19 s left, 2.0 MB/s"),
        (30, "copies 12.0 MB of 50.0 MB"),
        (5, "copies 12.0 MB of 50.0 MB"),
    ],
)
def test_as_much_is_said_as_there_is_room_for(room: int, said: str) -> None:
    assert sentence(COPYING, room) == said


@pytest.mark.parametrize(
    ("room", "said"), [(80, "waits for a place: subnet-1 has 3 free addresses"), (40, "waits for a place")]
)
def test_why_it_waits_is_said_where_there_is_room(room: int, said: str) -> None:
    waits = Progress(ADA, Status.PENDING, Phase.NO_PLACE, why="subnet-1 has 3 free addresses")
    assert sentence(waits, room) == said
    assert as_item(waits)["why"] == waits.why


def test_every_member_of_the_data_is_documented_and_there_also_before_the_copy() -> None:
    assert as_item(COPYING).keys() == as_item(Progress(ADA, Status.PENDING, Phase.BEGINS)).keys() == FIELDS.keys()
