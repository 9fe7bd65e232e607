"""Where MiniStack's behaviour is not AWS's and the recovery rests on it. Each repair is named in docs/decisions."""
# ruff: noqa: SLF001 - private names are what this file is about

import json
import random
import threading
from contextvars import ContextVar
from functools import partial
from typing import Any

from localcloud import sdk_integration
from localcloud.disk import Disk
from localcloud.enforcement import Enforcement
from localcloud.ministack import VERSION, MiniStack, MiniStackChanged
from localcloud.permissions import Question
from localcloud.processes import Processes
from localcloud.sdk_integration import TaskFailed

STATES = "states.amazonaws.com"
THROTTLED = "TooManyRequestsException"
DIED = "Worker process died"


def repair(stack: MiniStack, disk: Disk, iam: Enforcement) -> Processes:
    """Make all repairs; returns the processes that must be ended with the server."""
    processes = stack.lambda_runtime.subprocess = Processes()
    file_system_folders(stack, disk)
    access_point_lists(stack)
    lambda_error_names(stack)
    execution_names(stack)
    retry_delays(stack)
    remembered_tracing(stack)
    rules_without_ports(stack)
    tls(stack)
    throttled_functions(stack)
    state_machine_roles(stack, iam)
    return processes


def file_system_folders(stack: MiniStack, disk: Disk) -> None:
    """Every file system is a folder, also one that Terraform makes."""
    create, delete = stack.efs._create_file_system, stack.efs._delete_file_system

    def created(body: Any) -> Any:
        answer = create(body)
        if answer[0] < 300:
            disk.root(json.loads(answer[2])["FileSystemId"])
        return answer

    def deleted(fs_id: str) -> Any:
        answer = delete(fs_id)
        if answer[0] < 300:
            disk.remove(fs_id)
        return answer

    stack.efs._create_file_system, stack.efs._delete_file_system = created, deleted


def access_point_lists(stack: MiniStack) -> None:
    """Asking for a missing access point fails; long lists come in pages."""
    efs = stack.efs

    def described(query: Any) -> Any:
        wanted, within = query.get("AccessPointId"), query.get("FileSystemId")
        points = [
            point
            for point in efs._access_points.values()
            if wanted in (None, point["AccessPointId"]) and within in (None, point["FileSystemId"])
        ]
        if wanted and not points:
            return efs._error(404, "AccessPointNotFound", f"Access point '{wanted}' does not exist.")
        start = int(query.get("NextToken") or 0)
        end = start + int(query.get("MaxResults") or 100)
        following = {"NextToken": str(end)} if end < len(points) else {}
        return efs._json(200, {"AccessPoints": points[start:end]} | following)

    efs._describe_access_points = described


def lambda_error_names(stack: MiniStack) -> None:
    """A raised exception's class is the error's type, as AWS reports it; MiniStack calls all of them the same.

    So it does a function whose process died, which AWS calls Runtime.ExitError.
    """
    runtime, functions = stack.lambda_runtime, stack.lambda_svc
    told, telling = '"error": str(e), "trace"', '"error": str(e), "type": type(e).__name__, "trace"'
    if told not in runtime._PYTHON_WORKER_SCRIPT:
        raise MiniStackChanged(f"ministack {VERSION}: its Lambda worker reports errors in another way")
    runtime._PYTHON_WORKER_SCRIPT = runtime._PYTHON_WORKER_SCRIPT.replace(told, telling)
    invoke, execute = runtime.Worker.invoke, functions._execute_function_warm
    last = threading.local()

    def invoked(worker: Any, *args: Any, **named: Any) -> Any:
        result = invoke(worker, *args, **named)
        last.type, last.trace = result.get("type"), result.get("trace")
        return result

    def executed(*args: Any) -> Any:
        last.type = None
        result = execute(*args)
        if result.get("error") and last.type:
            result["body"] |= {"errorType": last.type, "stackTrace": last.trace.splitlines()}
        elif result.get("error") and result["body"].get("errorMessage") == DIED:
            result["body"] = {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited: signal: killed"}
        return result

    runtime.Worker.invoke, functions._execute_function_warm = invoked, executed


def execution_names(stack: MiniStack) -> None:
    """Starting a running execution again, with the same input, gives the same execution."""
    machines = stack.stepfunctions
    start = machines._start_execution

    def started(request: Any) -> Any:
        machine = machines._resolve_state_machine_arn(request.get("stateMachineArn", ""))
        if machine and request.get("name"):
            name = machines._state_machines[machine]["name"]
            prefix = machine.rpartition(":stateMachine:")[0]
            known = machines._executions.get(f"{prefix}:execution:{name}:{request['name']}")
            if known and known["status"] == "RUNNING" and known["input"] == request.get("input", "{}"):
                answer = {"executionArn": known["executionArn"], "startDate": known["startDate"]}
                return stack.responses.json_response(answer)
        return start(request)

    machines._start_execution = started


def retry_delays(stack: MiniStack) -> None:
    """Retries honour MaxDelaySeconds and JitterStrategy, and wait longer than MiniStack's cap of a minute."""
    machines = stack.stepfunctions
    find = machines._find_matching_retrier

    def found(retriers: Any, error: str, counts: dict[int, int]) -> Any:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return retrier, index
        delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** counts.get(index, 0)
        delay = min(delay, retrier.get("MaxDelaySeconds", delay))
        if retrier.get("JitterStrategy") == "FULL":
            delay *= random.random()  # noqa: S311 - jitter is no secret
        machines._scaled_sleep(delay)
        return retrier | {"IntervalSeconds": 0}, index

    machines._find_matching_retrier = found


def remembered_tracing(stack: MiniStack) -> None:
    """A state machine tells the tracing and the description it was given; else every plan sets them again."""
    machines = stack.stepfunctions
    create, update = machines._create_state_machine, machines._update_state_machine

    def created(request: Any) -> Any:
        answer = create(request)
        if answer[0] < 300:
            keep(json.loads(answer[2])["stateMachineArn"], {"tracingConfiguration": {"enabled": False}} | request)
        return answer

    def updated(request: Any) -> Any:
        answer = update(request)
        if answer[0] < 300:
            keep(request["stateMachineArn"], request)
        return answer

    def keep(arn: str, request: Any) -> None:
        told = {key: request[key] for key in ("tracingConfiguration", "description") if key in request}
        machines._state_machines[arn].update(told)

    machines._create_state_machine, machines._update_state_machine = created, updated


def rules_without_ports(stack: MiniStack) -> None:
    """A rule for all protocols has no ports, whatever the caller says; so Terraform can revoke a group's first rule."""
    parse = stack.ec2._parse_ip_permissions

    def parsed(*args: Any) -> Any:
        rules = parse(*args)
        for rule in rules:
            if rule["IpProtocol"] == "-1":
                rule.pop("FromPort", None)
                rule.pop("ToPort", None)
        return rules

    stack.ec2._parse_ip_permissions = parsed


def tls(stack: MiniStack) -> None:
    """Every call counts as made over TLS: clients of AWS make no others, and here nothing leaves the machine."""
    evaluator, pin = stack.iam_evaluator, stack.app.pin_request_origin
    evaluator._request_origin = ContextVar("where a request came from", default=("127.0.0.1", True))
    stack.app.pin_request_origin = lambda address, _secure: pin(address, True)


def throttled_functions(stack: MiniStack) -> None:
    """A state machine is told when Lambda has no room for a function: it is no unknown error."""
    machines = stack.stepfunctions
    call_function = machines._call_lambda

    def called(function_ref: str, event: Any) -> Any:
        try:
            return call_function(function_ref, event)
        except machines._ExecutionError as failure:
            if failure.error == "Lambda.Unknown" and THROTTLED in failure.cause:
                raise machines._ExecutionError(f"Lambda.{THROTTLED}", failure.cause) from failure
            raise

    machines._call_lambda = called


def state_machine_roles(stack: MiniStack, iam: Enforcement) -> None:
    """A state machine calls functions and services as its role; `aws-sdk` tasks have AWS's error names."""
    machines = stack.stepfunctions
    execute, invoke, call_function = (
        machines._execute_task,
        machines._invoke_aws_sdk_integration,
        machines._call_lambda,
    )
    running: ContextVar[str] = ContextVar("the state machine that runs a task", default="")

    def executed(state: Any, given: Any, execution: Any, context: Any) -> Any:
        running.set((execution or {}).get("stateMachineArn", ""))
        return execute(state, given, execution, context)

    def role_arn() -> str:
        role: str = machines._state_machines[running.get()]["roleArn"]
        return role

    def called(function_ref: str, event: Any) -> Any:
        _, config, _ = stack.lambda_svc._get_func_record_for_ref(function_ref)
        if config and running.get():
            question = Question("lambda:InvokeFunction", config["FunctionArn"], {"aws:SourceArn": running.get()})
            if not iam.may(STATES, role_arn(), question):
                text = f"{role_arn()} is not authorized to perform: {question.action} on resource: {question.resource}"
                raise machines._ExecutionError("Lambda.AWSLambdaException", text)
        return call_function(function_ref, event)

    def invoked(resource: str, params: Any) -> Any:
        service, action = resource.removesuffix(".waitForTaskToken").split(":")[-2:]
        if service not in sdk_integration.PREFIXES:
            return invoke(resource, params)
        signed = {"datasync": "datasync", "sagemaker": "sagemaker", "efs": "elasticfilesystem"}[service]
        key = iam.key_of(role_arn()) if running.get() else stack.place().account
        scope = f"Credential={key}/20260101/{stack.place().region}/{signed}/aws4_request"

        def send(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            headers = headers | {"authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none"}
            ask = partial(stack.app._dispatch_service_request, request_id="local")
            return stack.app.call_service_handler_sync(ask, method, path, headers, body, query)

        try:
            return sdk_integration.call(service, action, params or {}, send)
        except TaskFailed as failure:
            raise machines._ExecutionError(failure.error, failure.cause) from failure

    machines._execute_task, machines._call_lambda, machines._invoke_aws_sdk_integration = executed, called, invoked
