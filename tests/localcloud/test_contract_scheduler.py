"""What the local EventBridge Scheduler promises of a schedule's calls."""

import json
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.promises import promise, unconfirmed
from tests.localcloud.roles import ACCOUNT, Grant, allow
from tests.localcloud.servers import ROLE, Server, until
from tests.localcloud.test_contract_iam import HANDLER, grant, strict
from tests.localcloud.test_contract_lambda import Notebook, notebook

GUIDE = "https://docs.aws.amazon.com/scheduler/latest/UserGuide"
RATES = f"{GUIDE}/schedule-types.html"
ROLES = f"{GUIDE}/setting-up.html"
DEPUTIES = f"{GUIDE}/cross-service-confused-deputy-prevention.html"
DEAD_LETTERS = f"{GUIDE}/configuring-schedule-dlq.html"
GROUP = f"arn:aws:scheduler:eu-west-1:{ACCOUNT}:schedule-group/default"

__all__ = ["grant", "notebook", "strict"]
Schedule = Callable[..., None]
OURS, ANOTHER = {"from": "the schedule"}, {"from": "another"}


@pytest.fixture
def every_minute(server: Server, notebook: Notebook) -> Iterator[Schedule]:
    """Calls the notebook once a minute; the input and the retry policy are the test's."""
    scheduler = server.client("scheduler")

    def call(given: object = OURS, **policy: int) -> None:
        called = {"Arn": notebook.arn, "RoleArn": ROLE, "Input": json.dumps(given)}
        queue = {"Arn": notebook.queue_arn}
        scheduler.create_schedule(
            Name=notebook.name,
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=called | {"DeadLetterConfig": queue, "RetryPolicy": policy},
        )

    yield call
    scheduler.delete_schedule(Name=notebook.name)


@promise(RATES, catches="the schedule runs once, or its input never reaches the seed")
def test_a_schedule_calls_its_function_again_and_again(notebook: Notebook, every_minute: Schedule) -> None:
    every_minute()
    assert until(lambda: notebook.seen()[1:])[0] == OURS


@promise(RATES, catches="a schedule that was destroyed still starts something")
def test_a_deleted_schedule_calls_no_more(server: Server, notebook: Notebook, every_minute: Schedule) -> None:
    every_minute()
    until(notebook.seen)
    server.client("scheduler").delete_schedule(Name=notebook.name)
    every_minute(ANOTHER)
    calls = until(lambda: notebook.seen() if notebook.seen().count(ANOTHER) == 3 else None)
    assert OURS not in calls[calls.index(ANOTHER) :]


@promise(DEAD_LETTERS, catches="a call that never came through is gone without a word")
@unconfirmed("the error's code, and what else the message holds")
def test_after_the_last_retry_the_input_is_in_the_dead_letter_queue(
    server: Server, notebook: Notebook, every_minute: Schedule
) -> None:
    server.admin("POST", "faults", {"service": "lambda", "operation": "Invoke", "error": "Busy", "times": 2})
    every_minute(MaximumRetryAttempts=1)
    message = notebook.message()
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"]) == OURS
    assert told["SCHEDULE_ARN"] == f"arn:aws:scheduler:eu-west-1:{ACCOUNT}:schedule/default/{notebook.name}"
    assert (told["TARGET_ARN"], told["RETRY_ATTEMPTS"]) == (notebook.arn, "1")


def schedule(strict: Server, function: str, role: str) -> None:
    strict.client("scheduler").create_schedule(
        Name=f"s-{role.rpartition('-')[2]}",
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": function, "RoleArn": role, "RetryPolicy": {"MaximumRetryAttempts": 0}},
    )


def decisions(strict: Server, role: str) -> list[tuple[str, bool]]:
    recorded = strict.admin("GET", "iam")["decisions"]
    return [(one["action"], one["allowed"]) for one in recorded if one["principal"] == role]


@promise(ROLES, catches="the schedule's role may not call the seed, and nobody notices")
def test_a_schedule_calls_with_the_rights_of_its_role(strict: Server, grant: Grant) -> None:
    function = strict.function("scheduled", HANDLER, grant().arn)
    may, may_not = grant(allow("lambda:InvokeFunction", function), service="scheduler"), grant(service="scheduler")
    for role in (may, may_not):
        schedule(strict, function, role.arn)
    assert until(partial(decisions, strict, may.name)) == [("lambda:InvokeFunction", True)]
    assert until(partial(decisions, strict, may_not.name)) == [("lambda:InvokeFunction", False)]


@promise(ROLES, catches="a role that trusts somebody else is given to the schedule")
def test_a_role_that_does_not_trust_scheduler_is_refused(strict: Server, grant: Grant) -> None:
    function = strict.function("not-scheduled", HANDLER, grant().arn)
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        schedule(strict, function, grant(service="events").arn)


@promise(DEPUTIES, catches="the role's trust names the schedule, where Scheduler tells the group")
def test_a_roles_trust_hears_the_schedules_group(strict: Server, grant: Grant) -> None:
    function = strict.function("grouped", HANDLER, grant().arn)

    def trusting(source: str) -> str:
        return grant(service="scheduler", Condition={"ArnEquals": {"aws:SourceArn": source}}).arn

    schedule(strict, function, trusting(GROUP))
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        schedule(strict, function, trusting(f"{GROUP.replace('schedule-group', 'schedule')}/one"))
