"""Where MiniStack's behaviour is not AWS's and the recovery rests on it. Each repair is named in docs/decisions."""
# ruff: noqa: SLF001 - private names are what this file is about

import json
import random
import threading
import time
from typing import Any

from localcloud import sdk_integration
from localcloud.disk import Disk
from localcloud.ministack import VERSION, MiniStack, MiniStackChanged
from localcloud.processes import Processes
from localcloud.sdk_integration import TaskFailed
from localcloud.streams import Delivery


def repair(stack: MiniStack, disk: Disk, time_scale: float) -> Processes:
    """Make all repairs; returns the processes that must be ended with the server."""
    processes = stack.lambda_runtime.subprocess = Processes()
    file_system_folders(stack, disk)
    access_point_tokens(stack)
    lambda_error_names(stack)
    execution_names(stack)
    retry_delays(stack)
    remembered_tracing(stack)
    rules_without_ports(stack)
    sdk_tasks(stack)
    stream_batches(stack, time_scale)
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


def access_point_tokens(stack: MiniStack) -> None:
    """A client token makes one access point; asking for a missing one fails; long lists come in pages."""
    efs = stack.efs
    create = efs._create_access_point

    def created(body: Any) -> Any:
        for point in efs._access_points.values():
            if point["ClientToken"] == body.get("ClientToken") and point["FileSystemId"] == body.get("FileSystemId"):
                status, headers, _ = efs._error(409, "AccessPointAlreadyExists", "")
                known = {"ErrorCode": "AccessPointAlreadyExists", "AccessPointId": point["AccessPointId"]}
                return status, headers, json.dumps(known | {"Message": "The client token was used before."}).encode()
        return create(body)

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

    efs._create_access_point, efs._describe_access_points = created, described


def lambda_error_names(stack: MiniStack) -> None:
    """A raised exception's class is the error's type, as AWS reports it; MiniStack calls all of them the same."""
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


def sdk_tasks(stack: MiniStack) -> None:
    """`aws-sdk` tasks of DataSync, SageMaker and EFS, with AWS's error names."""
    machines = stack.stepfunctions
    invoke = machines._invoke_aws_sdk_integration

    def invoked(resource: str, params: Any) -> Any:
        service, action = resource.removesuffix(".waitForTaskToken").split(":")[-2:]
        if service not in sdk_integration.PREFIXES:
            return invoke(resource, params)
        handler = stack.app.SERVICE_HANDLERS["elasticfilesystem" if service == "efs" else service]

        def send(*request: Any) -> Any:
            return stack.app.call_service_handler_sync(handler, *request)

        try:
            return sdk_integration.call(service, action, params or {}, send)
        except TaskFailed as failure:
            raise machines._ExecutionError(failure.error, failure.cause) from failure

    machines._invoke_aws_sdk_integration = invoked


def stream_batches(stack: MiniStack, time_scale: float) -> None:
    """A stream's batch is retried within the mapping's bounds, halved, partly taken, and what is left is given up.

    MiniStack polls one mapping after the other, so a batch that is being retried holds up all others.
    """
    functions = stack.lambda_svc
    execute = functions._execute_function

    def executed(function: Any, event: Any, *rest: Any, **named: Any) -> Any:
        records = event.get("Records") if isinstance(event, dict) else None
        if not records or not isinstance(records[0], dict) or records[0].get("eventSource") != "aws:dynamodb":
            return execute(function, event, *rest, **named)
        name, source = function["config"]["FunctionName"], records[0]["eventSourceARN"]
        known = functions._esms.values()
        mappings = [esm for esm in known if (esm["FunctionName"], esm["EventSourceArn"]) == (name, source)]
        if not mappings:
            return execute(function, event, *rest, **named)
        mapping = mappings[0]

        def give_up(batch: Any, result: Any, reason: str) -> None:
            functions._send_ddb_stream_failure_record(mapping, function, batch, source, result, reason)

        Delivery(
            mapping,
            invoke=lambda batch: execute(function, {"Records": batch}),
            give_up=give_up,
            wait=lambda seconds: time.sleep(seconds * time_scale),
            active=lambda: mapping["UUID"] in functions._esms and mapping.get("Enabled", True),
        ).deliver(records)
        return {"body": None}

    functions._execute_function = executed
