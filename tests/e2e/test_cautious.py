"""A deployment that is careful: copies wait for an approval and for an app, and some domains are left alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.homes import Home, look, write
from demo.ledger import Ledger
from demo.studio import Network, Owner, Studio, make_network, wait_for

ADA, BOB = Owner("user", "ada"), Owner("user", "bob")
CHOSEN = {
    "deletion_protection": False,
    "require_approval": True,
    "wait_for_app": True,
    "domains": {"exclude": ["*-sandbox"]},
}


@dataclass(frozen=True)
class Careful:
    """The deployment's cloud, its outputs, and where its domains live."""

    cloud: Cloud
    outputs: dict[str, Any]
    network: Network

    def ledger(self, domain: str) -> Ledger:
        return Ledger(self.cloud, self.outputs["profile_table_name"], self.outputs["history_table_name"], domain)

    def approve(self, owner: Owner, domain: str) -> dict[str, Any]:
        asked = {"action": "approve", "owner": f"{owner}@{domain}"}
        function = self.outputs["function_names"]["admin"]
        told = self.cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(asked))
        said: dict[str, Any] = json.loads(told["Payload"].read())
        return said

    def executions(self) -> list[str]:
        states = self.cloud.client("stepfunctions")
        found = states.list_executions(stateMachineArn=self.outputs["state_machine_arn"])["executions"]
        return [execution["executionArn"] for execution in found]

    def tries(self, execution: str) -> int:
        """How often the execution has tried to open the homes and was told to wait."""
        history = self.cloud.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
        return sum(event["type"] == "TaskFailed" for event in history)


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Careful]:
    with local.running(0.02, iam=True) as cloud:
        network = make_network(cloud)
        deployment = Deployment(cloud, tmp_path_factory.mktemp("careful"))
        deployment.apply(CHOSEN | {"vpcs": {"studio": network.vpc_id}})
        yield Careful(cloud, deployment.output(), network)
        assert cloud.denied() == []


def recreated(careful: Careful, studio: Studio, owner: Owner) -> Home:
    """The new home of an owner that had a notebook, was deleted, and came back."""
    ledger = careful.ledger(studio.name)
    old = studio.create(owner)[owner]
    careful.cloud.disk.make_home(old.file_system_id, f"/{old.uid}", (old.uid, 0), 0o700)
    write(careful.cloud.disk, old, "notebook.ipynb", b"{}")
    wait_for("home in the ledger", lambda: ledger.knows(owner, old))
    studio.delete(owner)
    new = studio.create(owner)[owner]
    wait_for("new home in the ledger", lambda: ledger.knows(owner, new))
    return new


def stands(careful: Careful, studio: Studio, owner: Owner) -> tuple[str, str]:
    row = careful.ledger(studio.name).row(owner) or {}
    return row["replication_status"], row.get("reason", "")


def test_a_recovery_waits_for_its_approval_and_then_for_an_app(careful: Careful) -> None:
    studio = Studio(careful.cloud, "lab", careful.network)
    new = recreated(careful, studio, ADA)
    assert stands(careful, studio, ADA) == ("BLOCKED", "approval")

    careful.approve(ADA, "lab")
    (execution,) = wait_for("an execution", lambda: careful.executions() or None)
    wait_for("a second look for an app", lambda: careful.tries(execution) > 1)
    assert stands(careful, studio, ADA)[0] == "PENDING"

    studio.open_apps(ADA)
    wait_for("recovery", lambda: stands(careful, studio, ADA)[0] == "SUCCEEDED")
    assert look(careful.cloud.disk, new)["notebook.ipynb"].owner == (new.uid, 0)


@pytest.fixture
def little_patience(careful: Careful) -> Iterator[None]:
    """The state machine looks three times for an app, and not for a day."""
    states, machine = careful.cloud.client("stepfunctions"), careful.outputs["state_machine_arn"]
    whole = states.describe_state_machine(stateMachineArn=machine)["definition"]
    definition = json.loads(whole)
    (waits,) = [one for one in definition["States"]["Open both homes"]["Retry"] if one["ErrorEquals"] == ["NoApp"]]
    waits["MaxAttempts"] = 3
    states.update_state_machine(stateMachineArn=machine, definition=json.dumps(definition))
    yield
    states.update_state_machine(stateMachineArn=machine, definition=whole)


@pytest.mark.usefixtures("little_patience")
def test_an_owner_who_opens_no_app_is_told_of_in_the_end(careful: Careful) -> None:
    studio = Studio(careful.cloud, "lab-without-apps", careful.network)
    new = recreated(careful, studio, BOB)
    careful.approve(BOB, studio.name)
    wait_for("the end of waiting", lambda: stands(careful, studio, BOB)[0] == "FAILED")
    assert "NoApp: no app of user/bob@lab-without-apps is in service" in stands(careful, studio, BOB)[1]
    assert not careful.cloud.disk.home(new.file_system_id, str(new.uid)).exists()


def test_a_domain_outside_the_scope_is_written_down_and_left_alone(careful: Careful) -> None:
    studio = Studio(careful.cloud, "lab-sandbox", careful.network)
    before = careful.executions()
    recreated(careful, studio, ADA)
    assert stands(careful, studio, ADA) == ("UNPROTECTED", "out of scope")
    assert len((careful.ledger("lab-sandbox").row(ADA) or {})["sources"]) == 1
    assert careful.executions() == before
