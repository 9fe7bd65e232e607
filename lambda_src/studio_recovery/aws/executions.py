"""Knows Step Functions: starts the execution of a recovery once, and ends the execution that a newer one replaces.

API: StartExecution is idempotent for a name and input while the execution runs; later the name is refused with
ExecutionAlreadyExists (docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.recovery import Recovery

UNKNOWN = "UNKNOWN"
_GONE = ("ExecutionDoesNotExist", "ExecutionNotFound")


@dataclass(frozen=True, slots=True)
class End:
    """How an execution ended (Step Functions' status, or UNKNOWN), and when, in milliseconds since 1970."""

    status: str
    at: int


def execution_arn(state_machine_arn: str, name: str) -> str:
    """The ARN of the execution of this name."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


class Executions:
    """The executions of one state machine."""

    def __init__(self, states: Any) -> None:
        self._states = states

    def start(self, state_machine_arn: str, recovery: Recovery) -> bool:
        """Starts the recovery's execution; False if it was started before."""
        try:
            self._states.start_execution(
                stateMachineArn=state_machine_arn,
                name=recovery.execution_name,
                input=json.dumps(recovery.as_input(), sort_keys=True),
            )
        except ClientError as error:
            if code(error) == "ExecutionAlreadyExists":
                return False
            raise
        return True

    def end(self, execution_arn: str) -> End | None:
        """How and when the execution ended, or None while it runs. One that is not known has ended."""
        try:
            found = self._states.describe_execution(executionArn=execution_arn)
        except ClientError as error:
            if code(error) in _GONE:
                return End(UNKNOWN, 0)
            raise
        if found["status"] == "RUNNING":
            return None
        return End(found["status"], int(found["stopDate"].timestamp() * 1000))

    def is_running(self, execution_arn: str) -> bool:
        """True while the execution runs; one that is not known has ended."""
        return self.end(execution_arn) is None

    def stop(self, execution_arn: str, cause: str) -> None:
        """Stops the execution if it runs."""
        if self.is_running(execution_arn):
            self._states.stop_execution(executionArn=execution_arn, error="Superseded", cause=cause)

    def running(self, state_machine_arn: str) -> Iterator[str]:
        """The ARNs of the executions that run."""
        pages = self._states.get_paginator("list_executions").paginate(
            stateMachineArn=state_machine_arn, statusFilter="RUNNING", PaginationConfig={"PageSize": 1000}
        )
        for page in pages:
            yield from (execution["executionArn"] for execution in page["executions"])
