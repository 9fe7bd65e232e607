"""Reads the executions of the state machine as an admin would."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demo.cloud import Cloud

WORK = ("TaskStateEntered", "FailStateEntered")


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution: for whom it copies, how it stands, and how long it took. `owner` as the ledger spells it."""

    arn: str
    owner: str
    domain: str
    status: str
    seconds: float

    @property
    def name(self) -> str:
        """The part of the ARN that tells it from others of the state machine."""
        return self.arn.rsplit(":", 1)[1]


@dataclass(frozen=True, slots=True)
class Executions:
    """All executions of one state machine."""

    cloud: Cloud
    state_machine_arn: str

    def all(self) -> Iterator[Execution]:
        """Every execution, newest first."""
        states = self.cloud.client("stepfunctions")
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=self.state_machine_arn)
        for listed in (listed for page in pages for listed in page["executions"]):
            told = states.describe_execution(executionArn=listed["executionArn"])
            given = json.loads(told["input"])
            named = given if isinstance(given, dict) else {}
            end = told.get("stopDate", told["startDate"])
            yield Execution(
                told["executionArn"],
                named.get("profile_name", "by hand"),
                named.get("domain_name", ""),
                told["status"],
                (end - told["startDate"]).total_seconds(),
            )

    def of(self, domain: str) -> list[Execution]:
        """The executions for owners of one domain."""
        return [execution for execution in self.all() if execution.domain == domain]

    def states_entered(self, execution: Execution) -> list[str]:
        """The names of the states that an execution entered, in order; each is one state transition on the bill."""
        return [event["stateEnteredEventDetails"]["name"] for event in self._entries(execution)]

    def work(self, execution: Execution) -> list[str]:
        """The names of the states that did something, or that said that it failed, each once, in order."""
        events = [event for event in self._entries(execution) if event["type"] in WORK]
        return list(dict.fromkeys(event["stateEnteredEventDetails"]["name"] for event in events))

    def _entries(self, execution: Execution) -> Iterator[dict[str, Any]]:
        """The events of its history that tell of a state entered."""
        history = self.cloud.client("stepfunctions").get_paginator("get_execution_history")
        pages = history.paginate(executionArn=execution.arn)
        yield from (e for page in pages for e in page["events"] if e["type"].endswith("StateEntered"))
