"""What the local Step Functions promises where MiniStack alone does not: errors, retries, names of executions."""

import json
from typing import Any

import pytest

from tests.localcloud.promises import LAMBDA, STATES, promise, unconfirmed
from tests.localcloud.servers import ROLE, Server, until

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


TOKENS = f"{STATES}/dg/connect-to-resource.html#connect-wait-token"
WAITS = {"Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken"}


@promise(TOKENS, catches="a recovery whose place in line was never written waits in it for ever")
def test_a_call_that_fails_before_anybody_waits_is_the_error_of_the_state(server: Server, function: str) -> None:
    arguments = {"FunctionName": function, "Payload": {"token": "{% $states.context.Task.Token %}"}}
    assert server.outcome("no-waiting", **WAITS, Arguments=arguments)["error"] == "AccountFull"


@promise(TOKENS, catches="a recovery that nobody calls waits for ever")
@unconfirmed("that an expression for TimeoutSeconds may read the context object")
def test_who_is_not_called_within_the_time_goes_on_by_itself(server: Server) -> None:
    function = server.function("silent", "def handler(event, context): pass")
    since = "$toMillis($states.context.State.EnteredTime) - $toMillis($states.context.Execution.StartTime)"
    seconds = "{% $max([60, $floor((" + since + ") / 1000)]) %}"
    asked = {"Arguments": {"FunctionName": function, "Payload": {}}, "TimeoutSeconds": seconds}
    assert server.outcome("not-called", **WAITS, **asked)["error"] == "States.Timeout"


@promise(f"{STATES}/apireference/API_SendTaskSuccess.html", catches="a place is given to a run that is gone")
@unconfirmed("which of its errors AWS gives: TaskTimedOut, TaskDoesNotExist, InvalidToken")
def test_who_waits_is_woken_once_and_who_was_stopped_not_at_all(server: Server) -> None:
    machines, queue = server.client("stepfunctions"), server.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    told = {"QueueUrl": queue, "MessageBody": "{% $states.context.Task.Token %}"}
    state = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Arguments": told}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": state | {"End": True}}}
    made = machines.create_state_machine(name="woken", definition=json.dumps(definition), roleArn=ROLE)

    def waiting() -> tuple[str, str]:
        arn = machines.start_execution(stateMachineArn=made["stateMachineArn"], input="{}")["executionArn"]
        (message,) = until(lambda: server.client("sqs").receive_message(QueueUrl=queue).get("Messages"))
        return arn, message["Body"]

    stopped, nobodys = waiting()
    machines.stop_execution(executionArn=stopped)
    woken, token = waiting()
    machines.send_task_success(taskToken=token, output='{"called": 1}')
    ended = until(lambda: machines.describe_execution(executionArn=woken).get("output"))
    assert json.loads(ended) == {"called": 1}
    for gone in (token, nobodys):
        with pytest.raises((machines.exceptions.TaskTimedOut, machines.exceptions.TaskDoesNotExist)):
            machines.send_task_success(taskToken=gone, output="{}")


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
