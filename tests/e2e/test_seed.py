"""The seed finds what no event told: on its schedule, and when it is called."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Owner, wait_for
from tests.e2e.lab import Lab

ADA, BOB, EVE = Owner("user", "ada"), Owner("user", "bob"), Owner("user", "eve")


@pytest.fixture
def lose_events(cloud: Cloud) -> Iterator[Callable[[], None]]:
    """From now on, until the test is over, CloudTrail loses every event."""
    yield lambda: cloud.behave(lose_events=True)
    cloud.behave(lose_events=False)


@pytest.fixture
def often(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Lets the deployment's schedule call the seed every minute, until the test is over."""
    scheduler = cloud.client("scheduler")
    (found,) = [one for one in scheduler.list_schedules()["Schedules"] if one["Name"] == f"{outputs['name']}-seed"]
    known = scheduler.get_schedule(Name=found["Name"], GroupName=found["GroupName"])
    kept = {name: known[name] for name in ("Name", "GroupName", "Description", "FlexibleTimeWindow", "Target")}
    yield lambda: scheduler.update_schedule(**kept, ScheduleExpression="rate(1 minute)")
    scheduler.update_schedule(**kept, ScheduleExpression=known["ScheduleExpression"])


def seed(lab: Lab, **asked: Any) -> dict[str, Any]:
    """Calls the seed, as the README says, and returns its answer."""
    name = lab.outputs["function_names"]["seed"]
    answer = lab.cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"action": "seed"} | asked))
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    return told


def changes(told: dict[str, Any], lab: Lab) -> dict[str, tuple[str, str]]:
    """What a dry run says of the owners of a domain: what happened, and how their rows would stand."""
    ours = [change for change in told["would"]["changes"] if change["owner"].endswith(f"@{lab.studio.name}")]
    return {change["owner"].partition("@")[0]: (change["what"], change["status"]) for change in ours}


def test_a_home_whose_event_was_lost_is_brought_back_by_the_schedule(
    lab_of: Callable[..., Lab], lose_events: Callable[[], None], often: Callable[[], None]
) -> None:
    """A user is made again, no event tells of it, and the files come back with the schedule's next seed."""
    lab = lab_of("lab-of-lost-events")
    (old,) = lab.move_in(ADA).values()
    lose_events()
    lab.studio.delete(ADA)
    again = lab.studio.create(ADA)
    assert changes(seed(lab, dry_run=True, seconds=60), lab) == {"user/ada": ("seeded", "PENDING")}
    assert lab.ledger.knows(ADA, old)

    often()

    lab.known(again)
    lab.recovered(again)
    assert lab.statuses(again) == {"SUCCEEDED"}
    assert lab.files(again[ADA]) == lab.files(old)


def test_owners_that_are_gone_without_an_event_are_written_down_and_a_dry_run_says_so_before(
    lab_of: Callable[..., Lab], lose_events: Callable[[], None]
) -> None:
    """Two users are deleted and one is made, no event tells of it, and a seed that is called finds all three."""
    lab = lab_of("lab-of-silent-ends")
    lab.known(lab.studio.create(ADA, BOB))
    lose_events()
    lab.studio.delete(ADA, BOB)
    new = lab.studio.create(EVE)

    foreseen = seed(lab, dry_run=True)

    assert changes(foreseen, lab) == {
        "user/ada": ("deleted", "IDLE"),
        "user/bob": ("deleted", "IDLE"),
        "user/eve": ("seeded", "IDLE"),
    }
    assert [lab.ledger.has_ended(owner) for owner in (ADA, BOB)] == [False, False]
    assert lab.ledger.row(EVE) is None

    told = seed(lab)

    assert [lab.ledger.has_ended(owner) for owner in (ADA, BOB)] == [True, True]
    lab.known(new)
    assert (told["complete"], told["looked_at"], told["troubles"]) == (True, told["to_look_at"], [])
    assert (told["protected"], told["reasons"]) == (foreseen["protected"], foreseen["reasons"])
    assert changes(seed(lab, dry_run=True), lab) == {}


def test_the_log_says_how_far_a_pass_was(lab_of: Callable[..., Lab]) -> None:
    """Every pass leaves one line with its figures."""
    lab = lab_of("lab-of-figures")
    told = seed(lab)
    group = f"/aws/lambda/{lab.outputs['function_names']['seed']}"

    def line() -> dict[str, Any] | None:
        pages = lab.cloud.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        texts = [event["message"] for page in pages for event in page["events"] if '"to_look_at"' in event["message"]]
        lines = [json.loads(text[text.index("{") :]) for text in texts]
        return next((line for line in lines if told.items() <= line.items()), None)

    assert wait_for("the line", line)["stage"] == "watch"
