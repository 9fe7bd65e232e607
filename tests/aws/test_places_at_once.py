"""Recovery, where it waits: what happens in the same moment, or is refused in the middle."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.transfers import Transfers
from studio_recovery.errors import AccountFull, AwsBusy, NoRoom, Superseded, TargetBusy
from studio_recovery.handlers.open_homes import Opening
from studio_recovery.handlers.places import Places
from studio_recovery.waiting_line import Turn
from tests.aws.in_line import in_line, new_run, standing
from tests.aws.lab import NAME, PLACES, Lab, making
from tests.aws.tokens import Tokens


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


def test_who_finds_the_account_full_passes_its_place_on(recreated: Lab) -> None:
    run = new_run(recreated, "stuck")
    in_line(recreated, "next")
    recreated.cloud.behaviour.task_quota = 0
    with pytest.raises(AccountFull):
        recreated.opening(max_concurrent=1).open(run)
    assert (recreated.tokens.woken, standing(recreated)) == (["next"], [("called", "next")])


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
