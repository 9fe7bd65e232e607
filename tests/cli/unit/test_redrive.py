"""What lies in the failure queue leaves it when it was made good, and only then."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.repairing.failure_queue import FailureQueue
from studio_recovery_cli.repairing.letters import Remedy
from studio_recovery_cli.repairing.reconcile import Reconciled
from studio_recovery_cli.repairing.redrive import Outcome, Redrive

EVENT = json.loads((Path(__file__).parents[2] / "events" / "create_user_profile.json").read_text("utf-8"))
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery-"
BATCH = {"requestContext": {"functionArn": f"{ARN}notices", "condition": "x"}, "DDBStreamBatchInfo": {"batchSize": 1}}
CALL = {"requestContext": {"functionArn": f"{ARN}event-handler", "condition": "x"}, "requestPayload": EVENT}
GOOD = {"complete": True}
PART = {
    "requestContext": {"functionArn": "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery-admin"},
    "requestPayload": {"owners": ["user/ada@lab", "user/bob@lab"], "operation": {"id": "20260302-091505-3f9a1c"}},
}


class Desk:
    """A queue at AWS (moto), with what is done to it."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs", region_name="eu-west-1")
        self.url = self.sqs.create_queue(QueueName="failures")["QueueUrl"]
        self.queue = FailureQueue(self.sqs, self.url, wait_seconds=0)

    def leave(self, *bodies: object) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def redrive(self, seed: Reconciled | None = None, refusal: str = "") -> Redrive:
        def take_in(_: Mapping[str, Any]) -> dict[str, Any]:
            if refusal:
                raise Trouble(refusal)
            return {"written": []}

        def ask(request: Mapping[str, Any]) -> dict[str, Any]:
            if refusal:
                raise Trouble(refusal)
            refused = [{"owner": owner, "error": "BadInput"} for owner in request["owners"][1:]]
            return {"answers": [{"owner": request["owners"][0]}, *refused]}

        return Redrive(self.queue, take_in, ask, lambda: seed or Reconciled(last=GOOD))


@pytest.fixture
def desk() -> Iterator[Desk]:
    with mock_aws():
        yield Desk()


def outcomes(desk: Desk, redrive: Redrive) -> list[tuple[Outcome, str]]:
    return sorted((end.outcome, end.reason) for end in redrive.run(desk.queue.look()).values())


def test_who_looks_twice_sees_everything_twice(desk: Desk) -> None:
    desk.leave(*range(25))
    first, second = desk.queue.look(), desk.queue.look()
    assert [one.id for one in first] == [one.id for one in second]
    assert (len(first), desk.queue.count()) == (25, 25)


def test_all_of_the_queues_servers_are_asked(desk: Desk) -> None:
    asked: list[int] = []
    desk.sqs.meta.events.register(
        "provide-client-params.sqs.ReceiveMessage", lambda params, **_: asked.append(params["WaitTimeSeconds"])
    )
    assert FailureQueue(desk.sqs, desk.url).look() == []
    assert asked == [1]


def test_what_was_made_good_is_gone(desk: Desk) -> None:
    desk.leave(BATCH, CALL)
    ends = outcomes(desk, desk.redrive())
    assert [outcome for outcome, _ in ends] == [Outcome.DONE, Outcome.DONE]
    assert desk.queue.look() == []


def test_a_part_of_an_operation_is_asked_for_again(desk: Desk) -> None:
    desk.leave(PART)
    assert outcomes(desk, desk.redrive(refusal="AwsBusy")) == [(Outcome.STAYS, "AwsBusy")]
    assert outcomes(desk, desk.redrive()) == [(Outcome.DONE, "asked for 1 of 2")]
    assert desk.queue.look() == []


def test_what_the_handler_refuses_stays_and_is_visible_again(desk: Desk) -> None:
    desk.leave(CALL)
    assert outcomes(desk, desk.redrive(refusal="no such domain")) == [(Outcome.STAYS, "no such domain")]
    assert [one.remedy for one in desk.queue.look()] == [Remedy.EVENT]


@pytest.mark.parametrize(
    ("seed", "why"),
    [
        (Reconciled(last=GOOD, troubles=["user/bob: AccessDenied"]), "user/bob: AccessDenied"),
        (Reconciled(last={"complete": False, "to_look_at": 7}), "the seed is not through, 7 owners are left"),
    ],
)
def test_what_a_seed_was_to_make_good_stays_if_the_seed_did_not_get_through(
    desk: Desk, seed: Reconciled, why: str
) -> None:
    desk.leave(BATCH)
    assert outcomes(desk, desk.redrive(seed)) == [(Outcome.STAYS, why)]
    assert len(desk.queue.look()) == 1


def test_a_seed_that_is_refused_loses_nothing(desk: Desk) -> None:
    desk.leave(BATCH)

    def refused() -> Reconciled:
        raise Trouble("access denied")

    assert outcomes(desk, Redrive(desk.queue, dict, dict, refused)) == [(Outcome.STAYS, "access denied")]
    assert len(desk.queue.look()) == 1


def test_what_came_meanwhile_is_not_touched(desk: Desk) -> None:
    desk.leave(BATCH)
    seen = desk.queue.look()
    desk.leave(CALL)
    assert [end.outcome for end in desk.redrive().drop(seen).values()] == [Outcome.DROPPED]
    assert [one.remedy for one in desk.queue.look()] == [Remedy.EVENT]


def test_what_somebody_else_removed_is_told(desk: Desk) -> None:
    desk.leave(BATCH)
    seen = desk.queue.look()
    desk.redrive().drop(seen)
    assert [end.outcome for end in desk.redrive().run(seen).values()] == [Outcome.GONE]


def test_who_breaks_off_gives_everything_back(desk: Desk) -> None:
    desk.leave(BATCH, CALL)
    ids = {one.id for one in desk.queue.look()}
    with pytest.raises(KeyboardInterrupt), desk.queue.holding(ids):
        raise KeyboardInterrupt
    assert {one.id for one in desk.queue.look()} == ids
