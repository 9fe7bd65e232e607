"""What the local Step Functions promises where MiniStack alone does not: errors, retries, names of executions."""

import json
from typing import Any

import pytest

from tests.localcloud.promises import LAMBDA, STATES, promise, unconfirmed
from tests.localcloud.servers import ROLE, Server

INTEGRATIONS = f"{STATES}/dg/supported-services-awssdk.html"
ERRORS = f"{STATES}/dg/concepts-error-handling.html"


@promise(f"{LAMBDA}/python-exceptions.html", catches="`Retry` and `Catch` name errors that no function raises")
def test_an_exceptions_class_is_the_error_of_the_state(server: Server, function: str) -> None:
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function, "Payload": {}}}
    ended = server.outcome("raises", **task)
    assert (ended["error"], json.loads(ended["cause"])["errorMessage"]) == ("AccountFull", "no place\nleft")


@promise(ERRORS, catches="a full account is asked again ever more rarely, without a cap")
def test_a_retry_waits_no_longer_than_its_cap(server: Server, function: str) -> None:
    retry = {"ErrorEquals": ["AccountFull"], "IntervalSeconds": 1, "BackoffRate": 9999, "MaxDelaySeconds": 2}
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function, "Payload": {}}}
    assert server.outcome("capped", **task, Retry=[{**retry, "MaxAttempts": 2}])["error"] == "AccountFull"


@promise(f"{STATES}/dg/bp-lambda-serviceexception.html", catches="a burst fails since Lambda has no room for a moment")
def test_a_function_that_lambda_has_no_room_for_is_no_unknown_error(server: Server) -> None:
    function = server.function("crowded")
    server.client("lambda").put_function_concurrency(FunctionName="crowded", ReservedConcurrentExecutions=0)
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function, "Payload": {}}}
    assert server.outcome("crowded", **task)["error"] == "Lambda.TooManyRequestsException"


@promise(f"{STATES}/dg/bp-lambda-serviceexception.html", catches="a function whose memory runs out ends the recovery")
@unconfirmed("that Step Functions says Runtime.ExitError, as Lambda does; the page says Lambda.Unknown")
def test_a_function_whose_process_dies_is_an_error_of_the_runtime(server: Server) -> None:
    function = server.function("dies", "import os\ndef handler(event, context): os._exit(1)")
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function, "Payload": {}}}
    assert server.outcome("dies", **task)["error"] == "Runtime.ExitError"


@promise(INTEGRATIONS, catches="`ErrorEquals` names an error as boto3 spells it")
@unconfirmed("each name follows from the rule; few were recorded on AWS")
@pytest.mark.parametrize(
    ("action", "arguments", "error"),
    [
        ("datasync:describeTask", {"TaskArn": "nonsense"}, "DataSync.InvalidRequestException"),
        ("efs:describeFileSystems", {"FileSystemId": "fs-0"}, "Efs.FileSystemNotFoundException"),
        ("sagemaker:describeDomain", {"DomainId": "d-0"}, "SageMaker.ResourceNotFoundException"),
        ("sagemaker:listDomains", {"MaxResults": 1000}, "SageMaker.SageMakerException"),
    ],
)
def test_errors_of_sdk_tasks_are_named_as_on_aws(
    server: Server, action: str, arguments: dict[str, Any], error: str
) -> None:
    name = action.replace(":", "-")
    assert server.outcome(name, Resource=f"arn:aws:states:::aws-sdk:{action}", Arguments=arguments)["error"] == error


@promise(f"{STATES}/apireference/API_StartExecution.html", catches="a stream record that comes twice starts two copies")
def test_a_running_execution_is_not_started_twice(server: Server) -> None:
    machines = server.client("stepfunctions")
    states = {"Wait": {"Type": "Wait", "Seconds": 200, "End": True}}
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Wait", "States": states})
    machine = machines.create_state_machine(name="waits", definition=definition, roleArn=ROLE)["stateMachineArn"]
    once = {"stateMachineArn": machine, "name": "once"}
    first = machines.start_execution(**once, input="{}")
    assert machines.start_execution(**once, input="{}")["executionArn"] == first["executionArn"]
    with pytest.raises(machines.exceptions.ExecutionAlreadyExists):
        machines.start_execution(**once, input='{"other": 1}')
