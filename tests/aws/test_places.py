"""Recovery, where it waits: who comes finds a place or stands in line, and is called in turn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.executions import execution_arn
from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.transfers import Transfers
from studio_recovery.errors import AccountFull, AwsBusy, LeftBehind, NoRoom, Superseded, TargetBusy
from studio_recovery.handlers.open_homes import Opening
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.side_by_side import one_after_the_other, side_by_side
from studio_recovery.homes import Home
from studio_recovery.recovery import Recovery, Run
from studio_recovery.statuses import Word
from studio_recovery.waiting_line import HELD_FOR_MS, Turn
from tests.aws.lab import NAME, PLACES, Lab, making
from tests.aws.tokens import Tokens


def new_run(lab: Lab, run_id: str, uid: int = 200099) -> Run:
    """A run by hand that begins now, into a home of nobody else."""
    source = lab.row().home
    assert source
    arn = execution_arn(lab.state_machine_arn, run_id)
    lab.cloud.client("stepfunctions").start_execution(stateMachineArn=lab.state_machine_arn, name=run_id)
    lab.cloud.clock.advance(1)
    return Run(Recovery(source, Home(source.file_system_id, str(uid))), NAME, arn, lab.now())


def in_line(lab: Lab, run_id: str) -> Run:
    """A run that waits at the token of its own name."""
    run = new_run(lab, run_id, 200100 + len(standing(lab)))
    lab.places(max_concurrent=0).wait(run, run_id)
    return run


def standing(lab: Lab) -> list[tuple[str, str]]:
    """Who waits or was called, in order."""
    items = lab.cloud.client("dynamodb").scan(TableName=PLACES)["Items"]
    found = sorted((item["line"]["S"], item["turn"]["S"].partition("#")[2]) for item in items)
    return [(state, run_id) for state, run_id in found]


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


class Overtaken(WaitingLine):
    """A line in which somebody else is faster: `meanwhile` happens right before the first call of one who waits."""

    def __init__(self, lab: Lab, meanwhile: Callable[[], object]) -> None:
        super().__init__(lab.cloud.client("dynamodb"), lab.tokens, PLACES)
        self._meanwhile = [meanwhile]

    def call(self, turn: Turn, now: int) -> bool:
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().call(turn, now)


def overtaken(lab: Lab, meanwhile: Callable[[Places], object]) -> Places:
    places = lab.places(max_concurrent=1)
    return replace(places, line=Overtaken(lab, lambda: meanwhile(places)))


def test_of_two_that_call_at_once_one_does(recreated: Lab) -> None:
    in_line(recreated, "first")
    in_line(recreated, "second")
    overtaken(recreated, Places.call_next).call_next()
    assert recreated.tokens.woken == ["first"]


def test_one_that_stands_in_line_anew_is_called_at_its_new_token(recreated: Lab) -> None:
    run = in_line(recreated, "old")
    overtaken(recreated, lambda _: recreated.places(max_concurrent=0).wait(run, "new")).call_next()
    assert (recreated.tokens.woken, standing(recreated)) == (["new"], [("called", "old")])


def test_for_one_that_leaves_at_the_last_moment_the_next_is_called(recreated: Lab) -> None:
    leaves = in_line(recreated, "leaves")
    in_line(recreated, "next")
    overtaken(recreated, lambda places: places.leave(leaves)).call_next()
    assert recreated.tokens.woken == ["next"]


def cancelled(reason: str) -> dict[str, Any]:
    """The answer to a transaction that DynamoDB did not carry out."""
    return {"error": "TransactionCanceledException", "members": {"CancellationReasons": [{"Code": reason}]}}


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_who_could_not_be_put_in_line_is_tried_again(recreated: Lab, reason: str) -> None:
    """Else its execution would wait at a token that nobody knows."""
    recreated.cloud.faults.add(service="dynamodb", operation="TransactWriteItems", status=400, **cancelled(reason))
    with pytest.raises(AwsBusy):
        in_line(recreated, "first")


def test_two_that_call_the_same_one_at_once_look_again(recreated: Lab) -> None:
    in_line(recreated, "first")
    conflict = cancelled("TransactionConflict")
    recreated.cloud.faults.add(service="dynamodb", operation="TransactWriteItems", status=400, **conflict)
    assert (recreated.places(max_concurrent=1).call_next(), recreated.tokens.woken) == (1, ["first"])


def test_who_calls_does_not_look_for_ever(recreated: Lab) -> None:
    in_line(recreated, "first")
    conflict = cancelled("TransactionConflict")
    recreated.cloud.faults.add(service="dynamodb", operation="TransactWriteItems", status=400, times=99, **conflict)
    places = recreated.places(max_concurrent=1)
    with pytest.raises(AwsBusy, match="after 10 looks"):
        places.call_next()
    assert "after 10 looks" in places.pass_on(new_run(recreated, "ends"))[0]


def test_fifty_that_are_gone_hold_up_nobody(recreated: Lab) -> None:
    gone = [Turn(number, f"gone-{number}", f"gone-{number}") for number in range(50)]
    places = recreated.places(max_concurrent=1)
    for turn in gone:
        places.line.enter(turn)
    in_line(recreated, "here")
    recreated.tokens.dead |= {turn.token for turn in gone}
    assert (places.call_next(), recreated.tokens.woken) == (1, ["here"])


@dataclass
class Interrupted(Tokens):
    """Tokens of which none waits; `meanwhile` happens while the first is answered."""

    meanwhile: Callable[[], object] = str

    def send_task_success(self, taskToken: str, output: str) -> dict[str, Any]:  # noqa: N803 (AWS's)
        """An answer that comes too late."""
        self.meanwhile()
        self.dead.add(taskToken)
        return super().send_task_success(taskToken, output)


def test_whose_time_is_up_while_it_is_called_keeps_the_place_that_it_takes(recreated: Lab) -> None:
    run = in_line(recreated, "first")

    def comes() -> None:
        recreated.cloud.clock.advance(1)
        recreated.places().take(run)

    recreated.tokens = Interrupted(meanwhile=comes)
    recreated.places(max_concurrent=1).call_next()
    assert standing(recreated) == [("called", "first")]


def test_whose_time_is_up_while_it_is_called_keeps_its_new_token(recreated: Lab) -> None:
    run = in_line(recreated, "first")
    anew = partial(recreated.places(max_concurrent=0).wait, run, "first again")
    recreated.tokens = Interrupted(meanwhile=anew)
    recreated.places(max_concurrent=1).call_next()
    assert standing(recreated) == [("waiting", "first")]


class Late(Transfers):
    """DataSync as a slow run sees it: `meanwhile` happens after it has looked, right before it makes its task."""

    def __init__(self, lab: Lab, meanwhile: Callable[[], object]) -> None:
        super().__init__(lab.cloud.client("datasync"), lab.cloud.client("datasync"), NAME)
        self._meanwhile = meanwhile

    def create_task(self, *asked: Any) -> str:
        self._meanwhile()
        self._meanwhile = str
        return super().create_task(*asked)


def opening_slowly(lab: Lab, meanwhile: Callable[[], object]) -> Opening:
    return making(lab.opening(max_concurrent=1), transfers=Late(lab, meanwhile))


# Which task has the smaller ARN is chance.
@pytest.mark.parametrize("chance", range(4))
def test_of_too_many_tasks_the_older_one_stays(recreated: Lab, chance: int) -> None:
    early = new_run(recreated, "early")
    late = new_run(recreated, f"late-{chance}", uid=200098)

    def is_faster() -> None:
        # It had looked for a place before the early one came.
        recreated.opening(max_concurrent=2).open(late)
        recreated.cloud.clock.advance(1)

    with pytest.raises(NoRoom, match="2 tasks were made at once"):
        opening_slowly(recreated, is_faster).open(early)
    _, tasks = recreated.transfers().tasks()
    assert [task.run_id for task in tasks] == [late.id]


def test_of_two_into_one_home_the_later_one_keeps_no_task(recreated: Lab) -> None:
    first, second = new_run(recreated, "first"), new_run(recreated, "second")

    def is_faster() -> None:
        recreated.opening().open(second)
        recreated.cloud.clock.advance(1)

    with pytest.raises(TargetBusy, match="was first"):
        opening_slowly(recreated, is_faster).open(first)
    _, tasks = recreated.transfers().tasks()
    assert ([task.run_id for task in tasks], standing(recreated)) == (["second"], [])


def test_who_finds_no_addresses_or_a_full_account_passes_its_place_on(recreated: Lab) -> None:
    in_line(recreated, "next")
    recreated.places(max_concurrent=1).call_next()
    recreated.cloud.behaviour.task_quota = 0
    first = in_line(recreated, "after")
    with pytest.raises(AccountFull):
        recreated.opening().open(first)
    assert recreated.tokens.woken == ["next"]


def test_who_waits_for_another_copy_into_its_home_passes_its_place_on(recreated: Lab) -> None:
    recreated.begin_copy(recreated.opening().open(new_run(recreated, "first")))
    second = new_run(recreated, "second")
    in_line(recreated, "next")
    with pytest.raises(TargetBusy):
        recreated.opening(max_concurrent=2).open(second)
    assert recreated.tokens.woken == ["next"]


def test_who_was_stopped_while_it_made_its_task_passes_its_place_on(recreated: Lab) -> None:
    run = new_run(recreated, "stopped")
    in_line(recreated, "next")
    stop = partial(recreated.executions().stop, run.execution_arn, "by hand")
    with pytest.raises(Superseded, match="was stopped"):
        opening_slowly(recreated, stop).open(run)
    assert (recreated.tokens.woken, recreated.temporary()) == (["next"], [])


def test_a_task_that_cannot_be_removed_is_not_left_to_stand_in_line(recreated: Lab) -> None:
    first, second = new_run(recreated, "first"), new_run(recreated, "second", uid=200098)

    def is_faster() -> None:
        recreated.opening(max_concurrent=2).open(second)
        recreated.cloud.clock.advance(1)
        recreated.cloud.faults.add(service="datasync", operation="DeleteTask", error="InternalException", times=9)

    with pytest.raises(AwsBusy, match="not removed"):
        opening_slowly(recreated, is_faster).open(first)


@pytest.mark.parametrize("doing", [one_after_the_other, side_by_side])
def test_what_fails_first_is_told(doing: Callable[..., list[int]]) -> None:
    assert doing(len, ["a", "bc"]) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        doing(lambda number: 1 // number, [1, 0, 2])


def test_both_homes_are_opened_side_by_side(recreated: Lab) -> None:
    run = recreated.start()
    task = making(recreated.opening(), doing=side_by_side).open(run)
    assert recreated.close(run, copy=recreated.copy(task)).word is Word.SUCCEEDED
    assert recreated.temporary() == []
