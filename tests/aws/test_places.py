"""Recovery, where it waits: who comes finds a place or stands in line, and is called in turn."""

import pytest
from botocore.exceptions import ClientError

from studio_recovery.aws.calls import typed_errors
from studio_recovery.errors import AwsBusy, LeftBehind, NoRoom, TargetBusy
from studio_recovery.handlers.side_by_side import side_by_side
from studio_recovery.statuses import Word
from studio_recovery.waiting_line import HELD_FOR_MS
from tests.aws.in_line import in_line, new_run, standing
from tests.aws.lab import Lab, making


def test_while_there_is_room_nobody_stands_in_line(recreated: Lab) -> None:
    recreated.recover()
    assert standing(recreated) == []


def test_who_waits_is_called_in_the_order_in_which_the_runs_began(recreated: Lab) -> None:
    early, late = new_run(recreated, "early"), new_run(recreated, "late")
    full = recreated.places(max_concurrent=0)
    assert [full.wait(run, run.id) for run in (late, early)] == [0, 0]
    assert recreated.places(max_concurrent=1).call_next() == 1
    assert recreated.tokens.woken == ["early"]
    assert standing(recreated) == [("called", "early"), ("waiting", "late")]


def test_a_place_is_given_once(recreated: Lab) -> None:
    in_line(recreated, "first")
    in_line(recreated, "second")
    places = recreated.places(max_concurrent=1)
    assert [places.call_next(), places.call_next()] == [1, 0]
    assert recreated.tokens.woken == ["first"]


def test_who_stands_in_line_when_a_place_is_free_is_called_at_once(recreated: Lab) -> None:
    """The place became free between the look for one and the line."""
    assert recreated.places(max_concurrent=1).wait(new_run(recreated, "only"), "only") == 1
    assert recreated.tokens.woken == ["only"]


def test_who_was_called_finds_its_place_and_leaves_the_line(recreated: Lab) -> None:
    run = in_line(recreated, "first")
    recreated.places(max_concurrent=1).call_next()
    recreated.opening(max_concurrent=1).open(run)
    assert standing(recreated) == []


def test_who_comes_later_waits_behind_those_in_line(recreated: Lab) -> None:
    in_line(recreated, "first")
    later = new_run(recreated, "later")
    with pytest.raises(NoRoom):
        recreated.opening(max_concurrent=1).open(later)
    assert recreated.temporary() == []


def test_who_comes_later_has_the_place_that_those_in_line_leave(recreated: Lab) -> None:
    in_line(recreated, "first")
    recreated.opening(max_concurrent=2).open(new_run(recreated, "later"))
    assert standing(recreated) == [("waiting", "first")]


def test_a_place_that_somebody_was_called_for_is_taken_by_nobody_else(recreated: Lab) -> None:
    in_line(recreated, "first")
    recreated.places(max_concurrent=1).call_next()
    with pytest.raises(NoRoom):
        recreated.opening(max_concurrent=1).open(new_run(recreated, "later"))


def test_whose_time_is_up_keeps_its_place_in_line(recreated: Lab) -> None:
    first = in_line(recreated, "first")
    in_line(recreated, "second")
    with pytest.raises(NoRoom):
        recreated.opening(max_concurrent=0).open(first)
    recreated.places(max_concurrent=0).wait(first, "first again")
    recreated.places(max_concurrent=1).call_next()
    assert recreated.tokens.woken == ["first again"]


def test_the_end_of_a_run_calls_the_next_before_everything_is_removed(recreated: Lab) -> None:
    run = recreated.start()
    copy = recreated.copy(recreated.opening().open(run))
    in_line(recreated, "next")
    recreated.cloud.faults.add(service="datasync", operation="DeleteLocation", error="InternalException", times=99)
    with pytest.raises(LeftBehind):
        recreated.closing(max_concurrent=1).close(run, {"closed_at": "2026-03-02T09:20:00.000Z", "copy": copy})
    assert recreated.tokens.woken == ["next"]


@pytest.mark.parametrize("operation", ["Query", "DeleteItem", "TransactWriteItems"])
def test_a_line_that_refuses_keeps_no_outcome_back(recreated: Lab, operation: str) -> None:
    run = recreated.start()
    copy = recreated.copy(recreated.opening().open(run))
    in_line(recreated, "next")
    after = 1 if operation == "TransactWriteItems" else 0
    refused = {"error": "AccessDeniedException", "status": 400, "times": 99, "after": after}
    recreated.cloud.faults.add(service="dynamodb", operation=operation, **refused)
    with pytest.raises(LeftBehind, match=f"the next in line was not called .{operation}: AccessDenied"):
        recreated.close(run, copy=copy)
    recreated.cloud.faults.clear()
    assert (recreated.row().outcome, recreated.temporary()) == (Word.SUCCEEDED, [])
    recreated.close(run, copy=copy)
    assert recreated.tokens.woken == ["next"]


def test_who_is_gone_is_passed_over(recreated: Lab) -> None:
    for run_id in ("gone", "gone-too", "here"):
        in_line(recreated, run_id)
    recreated.tokens.dead |= {"gone", "gone-too"}
    assert recreated.places(max_concurrent=1).call_next() == 1
    assert (recreated.tokens.woken, standing(recreated)) == (["here"], [("called", "here")])


@pytest.mark.parametrize("refusal", ["ThrottlingException", "AccessDeniedException"])
def test_who_could_not_be_woken_is_called_again_some_minutes_later(
    recreated: Lab, capsys: pytest.CaptureFixture[str], refusal: str
) -> None:
    in_line(recreated, "first")
    places = recreated.places(max_concurrent=1)
    recreated.tokens.refuses = refusal
    places.call_next()
    recreated.tokens.refuses = ""
    assert places.call_next() == 0
    recreated.cloud.clock.advance(HELD_FOR_MS / 1000)
    assert (places.call_next(), recreated.tokens.woken) == (1, ["first"])
    assert refusal in capsys.readouterr().out


def test_the_place_of_one_that_was_called_and_died_goes_to_the_next(recreated: Lab) -> None:
    in_line(recreated, "dies")
    in_line(recreated, "next")
    places = recreated.places(max_concurrent=1)
    places.call_next()
    recreated.cloud.clock.advance(HELD_FOR_MS / 1000)
    places.call_next()
    assert (recreated.tokens.woken, standing(recreated)) == (["dies", "next"], [("called", "next")])


def test_the_place_of_one_that_came_and_died_is_free_some_minutes_later(recreated: Lab) -> None:
    recreated.places().take(new_run(recreated, "dies"))
    in_line(recreated, "next")
    places = recreated.places(max_concurrent=1)
    assert places.call_next() == 0
    recreated.cloud.clock.advance(HELD_FOR_MS / 1000)
    assert (places.call_next(), standing(recreated)) == (1, [("called", "next")])


def test_a_seed_calls_whom_a_run_that_died_did_not_call(recreated: Lab) -> None:
    in_line(recreated, "next")
    recreated.swept()
    assert recreated.tokens.woken == ["next"]


def test_who_waits_for_another_copy_into_its_home_holds_no_place(recreated: Lab) -> None:
    first = new_run(recreated, "first")
    recreated.begin_copy(recreated.opening().open(first))
    with pytest.raises(TargetBusy):
        recreated.opening().open(new_run(recreated, "second"))
    assert standing(recreated) == []


def test_who_goes_to_the_line_leaves_nothing_of_an_earlier_try(recreated: Lab) -> None:
    run = recreated.start()
    recreated.cloud.faults.add(service="datasync", operation="CreateTask", error="InternalException", times=9)
    with pytest.raises(ClientError):
        recreated.opening().open(run)
    recreated.cloud.faults.clear()
    with pytest.raises(NoRoom):
        recreated.opening(max_concurrent=0).open(run, again=True)
    assert recreated.temporary() == []


def test_two_who_move_the_same_one_are_tried_again(recreated: Lab) -> None:
    error = "TransactionConflictException"
    recreated.cloud.faults.add(service="dynamodb", operation="UpdateItem", error=error, status=400, times=9)
    with pytest.raises(AwsBusy), typed_errors():
        recreated.opening().open(recreated.start())


def test_both_homes_are_opened_side_by_side(recreated: Lab) -> None:
    run = recreated.start()
    task = making(recreated.opening(), doing=side_by_side).open(run)
    assert recreated.close(run, copy=recreated.copy(task)).word is Word.SUCCEEDED
    assert recreated.temporary() == []
