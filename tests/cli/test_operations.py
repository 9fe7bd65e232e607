"""`studio-recovery operations`, and the restores of many that it lists: they need nobody's terminal."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.cloud import ACCESS, REGION, Cloud
from demo.leftovers import leftovers
from demo.studio import wait_for
from studio_recovery_cli.commands.cancel import cancel
from studio_recovery_cli.commands.operations import operations
from studio_recovery_cli.commands.restore import restore
from tests.cli.crowd import crowd, failed
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, GRACE, LabOf, came_back, named
from tests.cli.shell import Result, Shell
from tests.e2e.lab import Lab

THROTTLED = {"error": "ThrottlingException", "status": 400, "times": 999}


@pytest.fixture
def hang(cloud: Cloud) -> Iterator[Callable[..., None]]:
    """Switches on, and off again, what lets a copy stay as it is."""
    yield cloud.behave
    cloud.behave(copies_hang=False)


def id_in(text: str) -> str:
    """The operation that a restore tells of."""
    found = re.search(r"Operation (\d{8}-\d{6}-[0-9a-f]{6}) goes on without this terminal", text)
    assert found, text
    return found[1]


def outcomes(told: Result) -> dict[str, tuple[str, str | None]]:
    return {one["owner"]: (one["outcome"], one["reason"]) for one in told.data}


def listed(shell: Shell, operation: str) -> dict[str, Any]:
    (one,) = [one for one in shell.run("operations", "--output", "json").data if one["id"] == operation]
    return dict(one)


def all_came_back(lab: Lab) -> None:
    """Three owners whose homes have been recovered, and are not to be copied by themselves."""
    lab.recovered({owner: came_back(lab, owner)[1] for owner in (ADA, BOB, GRACE)})


def test_it_goes_on_when_its_terminal_is_closed_and_ends_with_a_list_of_outcomes(
    lab_of: LabOf, operator: Shell, reader: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    """One is on hold, and stays so. Whoever may only look can follow it too."""
    lab = lab_of("cli-operations")
    homes = {owner: came_back(lab, owner)[1] for owner in (ADA, BOB, GRACE)}
    assert operator.run("hold", named(lab, BOB), "--yes").status == 0
    process = operator.start("restore", "user/*@cli-operations", "--yes")
    assert process.stderr
    operation = id_in(process.stderr.readline() + process.stderr.readline())
    process.kill()
    process.communicate()
    waiting = wait_for("all are asked for", lambda: (one := listed(reader, operation))["missing"] == 0 and one)
    assert (waiting["asked"], waiting["of"], waiting["waiting"]) == ("user/*@cli-operations", 3, 2)
    assert waiting["by"].endswith("assumed-role/people-operator/admin")
    no_recovery_begins()
    file = reader.home / "outcomes.csv"
    told = reader.run("restore", "--operation", operation, "--csv", str(file), "--output", "json")
    assert told.status == 3
    assert outcomes(told) == {
        named(lab, ADA): ("SUCCEEDED", None),
        named(lab, BOB): ("BLOCKED", "held"),
        named(lab, GRACE): ("SUCCEEDED", None),
    }
    assert undocumented(told.data, restore.fields) == []
    with file.open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert [(row["owner"], row["outcome"]) for row in rows] == [(one["owner"], one["outcome"]) for one in told.data]
    assert {owner: lab.files(homes[owner]) for owner in (ADA, GRACE)} == {
        owner: {f"{owner.name}.txt": lab.words(owner)} for owner in (ADA, GRACE)
    }
    ended = reader.run("operations", "--output", "json")
    assert undocumented(ended.data, operations.fields) == []
    assert set(ended.actions) <= set(operations.actions)
    assert listed(reader, operation)["ended"] == waiting["ended"] | {"SUCCEEDED": 2, "BLOCKED": 1}
    assert f"{operation}  " in reader.run("operations").out


def test_it_is_cancelled_in_the_middle(lab_of: LabOf, operator: Shell, hang: Callable[..., None]) -> None:
    lab = lab_of("cli-cancelled-operations")
    all_came_back(lab)
    hang(copies_hang=True)
    words = ("restore", "user/*@cli-cancelled-operations", "--overwrite", "always", "--yes", "--detach")
    operation = id_in(operator.run(*words).err)
    wait_for("all are copied", lambda: listed(operator, operation)["running"] == 3)
    told = operator.run("cancel", "--operation", operation, "--yes", "--output", "json")
    assert (told.status, {one["reason"] for one in told.data}) == (0, {"cancelled"})
    assert len(told.data) == 3
    assert set(told.actions) <= set(cancel.actions)
    hang(copies_hang=False)
    ended = operator.run("restore", "--operation", operation, "--output", "json")
    assert (ended.status, set(outcomes(ended).values())) == (1, {("BLOCKED", "cancelled")})
    again = operator.run("cancel", "--operation", operation, "--yes")
    assert (again.status, again.err) == (0, "Nothing of it waits or runs.\n")
    lab.recovered({})
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_what_was_asked_for_already_is_followed_and_not_asked_for_again(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-second-operations")
    homes = {owner: came_back(lab, owner)[1] for owner in (ADA, BOB)}
    words = ("restore", "user/*@cli-second-operations", "--yes")
    operation = id_in(operator.run(*words, "--detach").err)
    wait_for("all are asked for", lambda: listed(operator, operation)["missing"] == 0)
    no_recovery_begins()
    again = operator.run(*words, "--output", "json")
    assert again.status == 0
    assert id_in(again.err) == operation
    assert outcomes(again) == {named(lab, owner): ("SUCCEEDED", None) for owner in homes}
    assert [lab.history(owner).count("restore asked for") for owner in homes] == [1, 1]


def test_what_lambda_gave_up_lies_in_the_failure_queue_and_is_asked_for_again(
    lab_of: LabOf, operator: Shell, cloud: Cloud
) -> None:
    """The ledger cannot be written for so long that all three tries of the function fail."""
    lab = lab_of("cli-failed-operations")
    homes = {owner: came_back(lab, owner)[1] for owner in (ADA, BOB)}
    lab.recovered(homes)
    cloud.ask("POST", "faults", {"service": "dynamodb", "operation": "TransactWriteItems"} | THROTTLED)
    operation = id_in(operator.run("restore", "user/*@cli-failed-operations", "--yes", "--detach").err)

    def letters() -> list[dict[str, Any]] | None:
        queue = operator.run("failures", "--output", "json").data["queue"]
        return [one for one in queue if operation in one["what"]] or None

    (letter,) = wait_for("the call in the queue", letters)
    cloud.ask("DELETE", "faults")
    assert (letter["kind"], letter["made_good_by"]) == ("restore of many", "operation")
    assert operator.run("failures", "--redrive", "--yes").status == 0
    ended = operator.run("restore", "--operation", operation, "--output", "json")
    assert outcomes(ended) == {named(lab, owner): ("SKIPPED", "nothing to copy") for owner in homes}
    assert letters() is None


@pytest.fixture
def writer_of_logs(cloud: Cloud) -> str:
    """A function's role that may do nothing but write its log."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    logs = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    iam, name = cloud.client("iam"), "cli-writer-of-logs"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}))
    document = json.dumps({"Version": "2012-10-17", "Statement": logs})
    iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=document)
    return name


def test_a_thousand_owners_are_handed_over_in_two_requests(cloud: Cloud, writer_of_logs: str, tmp_path: Path) -> None:
    """So the laptop may be closed at once; nobody has to wait for what the requests do."""
    root = Shell(cloud, "root", {**ACCESS, "AWS_REGION": REGION}, tmp_path)
    with crowd(cloud, "cli-handed-over", writer_of_logs, failed(1_000)):
        before = cloud.calls()["lambda:Invoke"]
        told = root.run("restore", "user/*", "--yes", "--detach", "--name", "cli-handed-over", "--output", "json")
        requests = cloud.calls()["lambda:Invoke"] - before
    assert (told.status, requests, set(outcomes(told).values())) == (0, 2, {("PENDING", None)})
    assert len(told.data) == 1_000
    assert f"cancel --operation {id_in(told.err)} --name cli-handed-over" in told.err


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("restore", "--operation", "20260302-091505-3f9a1c"), 1, "nobody was asked for by operation"),
        (("cancel", "--operation", "20260302-091505-3f9a1c", "--yes"), 1, "See which there are: studio-recovery"),
        (("restore", "--operation", "latest"), 1, "'latest' is not an operation, such as 20260302-091505-3f9a1c"),
        (("restore", "user/ada@lab", "--operation", "latest"), 2, "one of OWNER and --operation is needed"),
        (("restore", "--operation", "latest", "--path", "a"), 2, "an operation is as it was asked for"),
        (("cancel",), 2, "one of OWNER and --operation is needed"),
    ],
)
def test_an_operation_that_nobody_knows_is_told_with_where_to_look(
    operator: Shell, words: tuple[str, ...], status: int, said: str
) -> None:
    told = operator.run(*words)
    assert (told.status, told.out) == (status, "")
    assert said in told.err
