"""Knows whether the state machine takes recoveries. API: DescribeStateMachine (Step Functions)."""

from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery_cli.checks.finding import Finding, bad, ok

NAME = "state machine"


def look(stepfunctions: Any, arn: str) -> list[Finding]:
    """How the state machine of this ARN stands."""
    try:
        status = stepfunctions.describe_state_machine(stateMachineArn=arn)["status"]
    except ClientError as error:
        if code(error) == "StateMachineDoesNotExist":
            return judge(arn, "gone")
        raise
    return judge(arn, status)


def judge(arn: str, status: str) -> list[Finding]:
    """How a state machine of this status stands."""
    name = arn.rpartition(":")[2]
    if status != "ACTIVE":
        return [bad(NAME, f"{name} is {status}: no recovery runs", "terraform apply makes it again.")]
    return [ok(NAME, f"{name} is active")]
