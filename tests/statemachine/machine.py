"""Starts executions, makes the ground under them give way, and reads the ways that they went."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

from demo.cloud import Cloud
from demo.homes import Home, write
from demo.ledger import Item, Ledger
from demo.leftovers import leftovers
from demo.studio import Owner, Studio, wait_for

WALKED = "state machine"
"""Under this name the last test tells how much of the state machine was walked."""


@dataclass(frozen=True)
class Ended:
    """An execution that has ended: its status, the outcome it said, and the states that it entered."""

    status: str
    said: dict[str, str]
    states: list[str]


@dataclass
class Machine:
    """The state machine of a deployment, on a local cloud, with a domain whose owners nobody had before."""

    cloud: Cloud
    outputs: dict[str, Any]
    studio: Studio
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def arn(self) -> str:
        return str(self.outputs["state_machine_arn"])

    @property
    def ledger(self) -> Ledger:
        return Ledger(
            self.cloud, self.outputs["profile_table_name"], self.outputs["history_table_name"], self.studio.name
        )

    def new_owner(self) -> Owner:
        return Owner("user", f"user-{next(self._numbers)}")

    def two_homes(self) -> tuple[Home, Home]:
        """Homes of two users whom nobody had before: the module does nothing for them by itself."""
        old, new = self.studio.create(self.new_owner(), self.new_owner()).values()
        return old, new

    def recreated(self, files: dict[str, bytes]) -> tuple[Owner, Home, Home]:
        """An owner that had these files, was deleted and came back, with the old home and the new one."""
        owner = self.new_owner()
        (old,) = self.studio.create(owner).values()
        self.leave(old, files)
        wait_for("home in the ledger", lambda: self.ledger.knows(owner, old))
        self.studio.delete(owner)
        (new,) = self.studio.create(owner).values()
        return owner, old, new

    def leave(self, home: Home, files: dict[str, bytes]) -> None:
        """Files in a home, as its user leaves them."""
        self.cloud.disk.make_home(home.file_system_id, f"/{home.uid}", (home.uid, 0), 0o700)
        for name, content in files.items():
            write(self.cloud.disk, home, name, content)

    def fail(self, service: str, operation: str, **fault: Any) -> None:
        """Let a call be refused for as many `times` as said, or fail as said."""
        told = {"service": service, "operation": operation, "error": "InvalidRequestException", "status": 400}
        self.cloud.ask("POST", "faults", told | fault)

    def hold(self, operation: str, seconds: float) -> None:
        """Let the next calls of this operation of DataSync take so long."""
        told = {"service": "datasync", "operation": operation, "delay": seconds, "times": 3}
        self.cloud.ask("POST", "faults", told)

    def run(self, source: Home, target: Home, changes: dict[str, Any] | None = None) -> Ended:
        """An execution started by hand, to its end. `changes` are made in its input."""
        asked = {"source": as_input(source), "target": as_input(target)} | (changes or {})
        started = self._states.start_execution(stateMachineArn=self.arn, input=json.dumps(asked))
        return self.ended(started["executionArn"])

    def ended(self, arn: str) -> Ended:
        """The execution, once it has ended."""
        wait_for(
            "the execution's end", lambda: self._states.describe_execution(executionArn=arn)["status"] != "RUNNING"
        )
        told = self._states.describe_execution(executionArn=arn)
        failed = {"word": told.get("error", ""), "reason": told.get("cause", "")}
        said = json.loads(told["output"]) if told["status"] == "SUCCEEDED" else failed
        return Ended(told["status"], said, self.entered(arn))

    def entered(self, arn: str) -> list[str]:
        """The states that an execution entered, in order."""
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = (event for page in pages for event in page["events"])
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def ways(self) -> set[tuple[str, str]]:
        """Every step from one state to the next that any execution took."""
        pages = self._states.get_paginator("list_executions").paginate(stateMachineArn=self.arn)
        arns = [execution["executionArn"] for page in pages for execution in page["executions"]]
        return {step for arn in arns for step in pairwise(self.entered(arn))}

    def row(self, owner: Owner) -> Item:
        return self.ledger.row(owner) or {}

    def at_rest(self, owner: Owner, status: str) -> Item:
        """The owner's row, once it has this status and its execution has ended."""
        wait_for(f"{owner} {status}", lambda: self.row(owner).get("replication_status") == status)
        self.ended(self.row(owner)["execution_arn"])
        return self.row(owner)

    def history(self, owner: Owner) -> list[str]:
        return [line["what"] for line in self.ledger.history(owner)]

    def ask_again(self, owner: Owner, replication: bool = True) -> None:
        """Ask for the owner's next recovery, as a retry does."""
        self.cloud.client("dynamodb").update_item(
            TableName=self.outputs["profile_table_name"],
            Key={"profile_name": {"S": str(owner)}, "domain_name": {"S": self.studio.name}},
            UpdateExpression="SET replication_status = :asked, request_id = :new, replication = :on ADD version :one",
            ExpressionAttributeValues={
                ":asked": {"S": "PENDING"},
                ":new": {"S": uuid.uuid4().hex},
                ":on": {"BOOL": replication},
                ":one": {"N": "1"},
            },
        )

    def stop_in(self, owner: Owner, state: str) -> str:
        """Stop the owner's execution by hand once it is in this state. Its ARN."""
        wait_for("claim or start", lambda: self._running_of(owner))
        arn = str(self._running_of(owner))
        wait_for(state, lambda: self.entered(arn)[-1:] == [state])
        self._states.stop_execution(executionArn=arn)
        return arn

    def seed(self) -> dict[str, Any]:
        """What the seed says that it did."""
        function = self.outputs["function_names"]["seed"]
        told = self.cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"action": "seed"}))
        said: dict[str, Any] = json.loads(told["Payload"].read())
        return said

    def left(self) -> list[str]:
        return leftovers(self.cloud, self.outputs["name"])

    def _running_of(self, owner: Owner) -> str | None:
        pages = self._states.get_paginator("list_executions").paginate(stateMachineArn=self.arn, statusFilter="RUNNING")
        for execution in (execution for page in pages for execution in page["executions"]):
            told = self._states.describe_execution(executionArn=execution["executionArn"])
            if json.loads(told["input"]).get("profile_name") == str(owner):
                return str(execution["executionArn"])
        return None

    @property
    def _states(self) -> Any:
        return self.cloud.client("stepfunctions")


def as_input(home: Home) -> dict[str, str]:
    return {"efs_sys_id": home.file_system_id, "efs_uid": str(home.uid)}
