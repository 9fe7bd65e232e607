"""Uses every right of every role once, on a local cloud that enforces IAM, and writes what came of it down.

python -m tools.security writes the report into docs/security.md; with --check it compares.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.homes import Home, write
from demo.ledger import Ledger
from demo.story import messages
from demo.studio import Network, Owner, Studio, make_network, wait_for
from demo.terraforms_domain import MadeDomain
from tools.iam_report import Use, exemptions, use
from tools.pages import ROOT, Place

PLACE = Place(ROOT / "docs" / "security.md", "report", "python -m tools.security")
NAME, TIME_SCALE = "studio-recovery", 0.02
ADA, EVE, READING_GROUP = Owner("user", "ada"), Owner("user", "eve"), Owner("space", "reading-group")
# The module's default: so many that stand in line take all places.
MAX_CONCURRENT = 50
REFUSED = {"status": 400, "error": "ValidationException"}


@dataclass
class Scenes:
    """What happens in a deployment's life, so that each right is needed at least once."""

    cloud: Cloud
    studio: Studio
    outputs: dict[str, Any]
    home: Home

    @property
    def ledger(self) -> Ledger:
        """The tables that the module made."""
        outputs = self.outputs
        return Ledger(self.cloud, outputs["profile_table_name"], outputs["history_table_name"], self.studio.name)

    def a_copy_whose_start_is_not_answered(self) -> None:
        """The state machine looks for the copy. A space comes back meanwhile, too."""
        self.studio.delete(READING_GROUP)
        self.studio.create(READING_GROUP)
        self._fail("datasync", "StartTaskExecution", when="after", error="InternalException", status=500)
        self._again()
        self._rest()

    def a_task_that_cannot_be_made(self) -> None:
        """The second try looks for what the first one made; closing finds the locations without a task."""
        self._fail("datasync", "CreateTask", error="InternalException", status=500)
        self._fail("datasync", "CreateTask", **REFUSED)
        self._again()
        self._rest()

    def a_home_that_is_replaced_during_its_copy(self) -> None:
        """The next recovery stops the one before, cancels its copy and removes what it made."""
        self._hanging()
        self._again()
        self._rest()

    def a_recovery_that_comes_too_late(self) -> None:
        """Its row asks for something else by now: closing looks whether the next one has told so, and tells it."""
        states, machine = self.cloud.client("stepfunctions"), self.outputs["state_machine_arn"]
        earlier = states.list_executions(stateMachineArn=machine)["executions"][-1]["executionArn"]
        given = states.describe_execution(executionArn=earlier)["input"]
        late = states.start_execution(stateMachineArn=machine, input=given)["executionArn"]
        wait_for("end of the late one", lambda: states.describe_execution(executionArn=late)["status"] != "RUNNING")

    def a_copy_that_cannot_be_looked_at(self) -> None:
        """Closing cancels it."""
        self._fail("datasync", "DescribeTaskExecution", times=7, error="InvalidRequestException")
        self._hanging()
        self._rest()

    def two_copies_by_hand_into_one_home(self) -> None:
        """The later one asks which task was first, and calls nobody into its place. The first tells the bus its end."""
        self.cloud.behave(tasks_stay_creating=True)
        homes = {"efs_sys_id": self.home.file_system_id}
        given = json.dumps({"source": homes | {"efs_uid": "1"}, "target": homes | {"efs_uid": str(self.home.uid)}})
        machine = self.outputs["state_machine_arn"]
        start = partial(self.cloud.client("stepfunctions").start_execution, stateMachineArn=machine, input=given)
        started = [start()["executionArn"]]
        wait_for("task of the first", lambda: bool(self.cloud.client("datasync").list_tasks()["Tasks"]))
        self._stand(1, "nobody")
        started.append(start()["executionArn"])
        wait_for("question who was first", self._asked_who_was_first)
        wait_for("a call", self._nobody_stands)
        first, second = started
        self.cloud.client("stepfunctions").stop_execution(executionArn=second)
        self.cloud.behave(tasks_stay_creating=False)
        describe = partial(self.cloud.client("stepfunctions").describe_execution, executionArn=first)
        wait_for("end of the first", lambda: describe()["status"] != "RUNNING")

    def failures_that_are_told(self) -> None:
        """Each of the five functions that can fail unseen leaves a message in the queue."""
        url = self.outputs["failure_queue_url"]
        self._fail("sns", "Publish", times=11, **REFUSED)
        self._fail("datasync", "CreateTask", **REFUSED)
        self._again()
        wait_for("the notices' message", lambda: messages(self.cloud, url) == 1)
        self._fail("dynamodb", "TransactWriteItems", times=3, **REFUSED)
        self.studio.create(EVE)
        wait_for("the event handler's message", lambda: messages(self.cloud, url) == 2)
        self._fail("dynamodb", "Scan", times=3, **REFUSED)
        seed = self.outputs["function_names"]["seed"]
        self.cloud.client("lambda").invoke(FunctionName=seed, InvocationType="Event", Payload='{"action": "seed"}')
        wait_for("the seed's message", lambda: messages(self.cloud, url) == 3)
        self._fail("stepfunctions", "StartExecution", times=11, **REFUSED)
        self.studio.delete(ADA)
        self.home = self.studio.create(ADA)[ADA]
        wait_for("the stream trigger's message", lambda: messages(self.cloud, url) == 4)
        admin, nobody = self.outputs["function_names"]["admin"], '{"action": "restore", "owners": []}'
        self.cloud.client("lambda").invoke(FunctionName=admin, InvocationType="Event", Payload=nobody)
        wait_for("the admin function's message", lambda: messages(self.cloud, url) == 5)

    def requests_of_an_admin(self) -> None:
        """Targets that nobody has heard of are looked up, a home that is in no row is looked for in the history."""
        ada, zoe, club = (f"{owner}@{self.studio.name}" for owner in (ADA, "user/zoe", "space/club"))
        self._ask(action="target", source=ada, target=zoe)
        self._ask(action="target", source=ada, target=club)
        self._ask(action="target", source=ada, target=club, home=f"{self.home.file_system_id}/1")
        self._ask(action="release", owner=ada)

    def recoveries_that_are_cancelled(self) -> None:
        """A task in which nothing has been copied is removed, a copy that runs is cancelled."""
        self.cloud.behave(tasks_stay_creating=True)
        self._again()
        wait_for("her task", self._has_her_task)
        self.cloud.behave(tasks_stay_creating=False)
        self._ask(action="cancel", owner=f"{ADA}@{self.studio.name}")
        self._rest()
        self._hanging()
        self._ask(action="cancel", owner=f"{ADA}@{self.studio.name}")
        self._rest()

    def a_line_that_everybody_moves_along(self) -> None:
        """Nobody stands in it; the gate, the end of a recovery, a seed and a cancel call nobody all the same.

        Each begins when no execution runs: one that still closes would call those who stand there for another.
        """
        self._end()
        for number in range(MAX_CONCURRENT):
            self._stand(1, f"nobody-{number}")
        self._again()
        self._end()
        self._stand(1, "nobody")
        self._again()
        self._end()
        self._stand(1, "nobody")
        self._invoke("seed", action="seed")
        self._fail("datasync", "CreateTask", status=400, error="ThrottlingException", times=99)
        self._again()
        wait_for("a claim", lambda: (self.ledger.row(ADA) or {}).get("replication_status") == "RUNNING")
        started = [line["epoctime"] for line in self.ledger.history(ADA) if line["what"] == "recovery started"]
        arn = str((self.ledger.row(ADA) or {})["execution_arn"])
        self._stand(int(max(started)), arn.rpartition(":")[2])
        self._ask(action="cancel", owner=f"{ADA}@{self.studio.name}")
        self._rest()
        self.cloud.ask("DELETE", "faults")

    def a_schedule_that_comes_round(self) -> None:
        """It calls the seed; a call that gets nowhere is left in the queue."""
        url = self.outputs["failure_queue_url"]
        scheduler, name = self.cloud.client("scheduler"), {"Name": f"{NAME}-seed", "GroupName": f"{NAME}-seed"}
        known = scheduler.get_schedule(**name)
        target = known["Target"] | {"RetryPolicy": {"MaximumRetryAttempts": 0}}
        kept = {"FlexibleTimeWindow": known["FlexibleTimeWindow"], "Target": target}
        self._fail("lambda", "Invoke", error="ServiceException", status=500)
        scheduler.update_schedule(**name, **kept, ScheduleExpression="rate(1 minute)")
        wait_for("the schedule's message", lambda: messages(self.cloud, url) == 6)
        scheduler.update_schedule(**name, **kept, ScheduleExpression=known["ScheduleExpression"])

    def a_copy_that_runs_until_the_end(self) -> None:
        """Destroying the module stops it and removes what it made."""
        self._hanging()

    def _again(self) -> None:
        self.studio.delete(ADA)
        wait_for("end in the ledger", lambda: self.ledger.has_ended(ADA))
        self.home = self.studio.create(ADA)[ADA]

    def _hanging(self) -> None:
        """Ada is made again, and the copy of her home hangs."""
        self.cloud.behave(copies_hang=True)
        self._again()
        datasync = self.cloud.client("datasync")

        def hangs() -> bool:
            known = datasync.get_paginator("list_task_executions").paginate()
            return any(one["Status"] == "TRANSFERRING" for page in known for one in page["TaskExecutions"])

        wait_for("a hanging copy", hangs)
        self.cloud.behave(copies_hang=False)

    def _ask(self, **asked: str) -> None:
        self._invoke("admin", **asked)

    def _rest(self) -> None:
        wait_for("recovery", lambda: self.ledger.is_at_rest(ADA, self.home))

    def _end(self) -> None:
        """Ada's recovery is done, and no execution closes any more."""
        self._rest()
        states, machine = self.cloud.client("stepfunctions"), self.outputs["state_machine_arn"]
        running = partial(states.list_executions, stateMachineArn=machine, statusFilter="RUNNING")
        wait_for("end of all executions", lambda: not running()["executions"])

    def _fail(self, service: str, operation: str, **how: Any) -> None:
        self.cloud.ask("POST", "faults", {"service": service, "operation": operation, **how})

    def _has_her_task(self) -> bool:
        tasks = self.cloud.client("datasync").list_tasks()["Tasks"]
        return any(f":{self.home}:" in task["Name"] for task in tasks)

    def _stand(self, since: int, run_id: str) -> None:
        """This run waits for a place, at a token that nobody knows."""
        item = {"line": "waiting", "turn": f"{since:013d}#{run_id}", "task_token": "nobody"}
        typed = {name: {"S": value} for name, value in item.items()}
        self.cloud.client("dynamodb").put_item(TableName=f"{NAME}-studioPlaces", Item=typed)

    def _nobody_stands(self) -> bool:
        return not self.cloud.client("dynamodb").scan(TableName=f"{NAME}-studioPlaces")["Items"]

    def _invoke(self, function: str, **event: Any) -> None:
        named = self.outputs["function_names"][function]
        self.cloud.client("lambda").invoke(FunctionName=named, Payload=json.dumps(event))

    def _asked_who_was_first(self) -> bool:
        asked = f"{NAME}-open-homes", "datasync:DescribeTask"
        return any((one["principal"], one["action"]) == asked for one in self.cloud.ask("GET", "iam")["decisions"])


def destroy_a_domain(cloud: Cloud, folder: Path, network: Network) -> None:
    """A domain of modules/studio-domain goes although apps run in it, with owners that Terraform did not make."""
    domain = Deployment(cloud, folder, "modules/studio-domain")
    variables = {
        "name": NAME,
        "domain_name": "made",
        "vpc_id": network.vpc_id,
        "subnet_ids": list(network.subnet_ids),
        "user_profiles": {"ada": {}},
        "execution_role": {"arn": f"arn:aws:iam::{cloud.account}:role/studio"},
        "retain_home_file_system": False,
        "delete_unknown_owners": True,
    }
    domain.apply(variables)
    studio = MadeDomain(cloud, domain.output()["domain_id"])
    studio.create(EVE)
    studio.open_apps(ADA, studio.create_private_space("sketches", EVE.name))
    domain.destroy(variables)


def use_every_right(cloud: Cloud, folder: Path, told: Callable[[str], None] = lambda _: None) -> Use:
    """Apply the module, play all scenes, destroy it, destroy a domain of ours, and judge what was asked."""
    network = make_network(cloud)
    studio = Studio(cloud, "lab", network)
    home = studio.create(ADA, READING_GROUP)[ADA]
    studio.open_apps(ADA)
    write(cloud.disk, home, "notebook.ipynb", b"{}")
    # No schedule comes in between: the seed's failures are counted.
    quiet = {"deletion_protection": False, "seed_schedule": "rate(30 days)"}
    variables = {"vpcs": {"studio": network.vpc_id}, **quiet}
    told("apply")
    deployment = Deployment(cloud, folder)
    deployment.apply(variables)
    scenes = Scenes(cloud, studio, deployment.output(), home)
    for scene in (
        scenes.a_copy_whose_start_is_not_answered,
        scenes.a_task_that_cannot_be_made,
        scenes.a_home_that_is_replaced_during_its_copy,
        scenes.a_recovery_that_comes_too_late,
        scenes.a_copy_that_cannot_be_looked_at,
        scenes.two_copies_by_hand_into_one_home,
        scenes.failures_that_are_told,
        scenes.requests_of_an_admin,
        scenes.recoveries_that_are_cancelled,
        scenes.a_line_that_everybody_moves_along,
        scenes.a_schedule_that_comes_round,
        scenes.a_copy_that_runs_until_the_end,
    ):
        told(scene.__name__.replace("_", " "))
        scene()
    told("destroy")
    deployment.destroy(variables)
    told("a domain that Terraform destroys")
    destroy_a_domain(cloud, folder.with_name("domain"), network)
    return use(cloud.ask("GET", "iam"), NAME, exemptions())


def main() -> int:
    """Play, judge and write (or compare); 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tools.security", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with docs/security.md and write nothing")
    chosen = parser.parse_args()
    local.forget_the_callers_aws()
    with local.running(TIME_SCALE, iam=True) as cloud, tempfile.TemporaryDirectory() as folder:
        judged = use_every_right(cloud, Path(folder) / "module", lambda scene: print(scene, flush=True))
    for complaint in judged.complaints:
        print(complaint, file=sys.stderr)
    if not chosen.check:
        PLACE.write(as_text(judged))
    return int(bool(judged.complaints) or not PLACE.holds(as_text(judged)))


def as_text(judged: Use) -> str:
    """The report in Markdown."""
    roles = sorted({right.role for right in judged.granted})
    lines = [
        "| role | rights | used | exempt | used but denied | allowed but never used |",
        "|---|---|---|---|---|---|",
    ]
    for role in roles:
        granted = sum(right.role == role for right in judged.granted)
        exempt = sum(right.role == role for right, _ in judged.exempt)
        denied = sum(who == role for who, _, _ in judged.denied)
        unused = sum(right.role == role for right in judged.unused)
        used = granted - exempt - unused
        lines.append(f"| `{role}` | {granted} | {used} | {exempt} | {denied or 'none'} | {unused or 'none'} |")
    lines += ["", "Exempt, since AWS asks for them and the local cloud never uses them:", ""]
    lines += ["| rights | of | why | AWS says so in |", "|---|---|---|---|"]
    for one in dict.fromkeys(one for _, one in judged.exempt):
        rights = [right for right, by in judged.exempt if by == one]
        actions = ", ".join(f"`{action}`" for action in sorted({right.action for right in rights}))
        of = ", ".join(f"`{role}`" for role in sorted({right.role for right in rights}))
        lines.append(f"| {actions} | {of} | {one.why} | [{one.page.rpartition('/')[2]}]({one.page}) |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
