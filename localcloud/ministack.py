"""How MiniStack is wired. `repairs*.py`, `deliveries.py` and `enforcement.py`, too, know its private names.

Every name it relies on is looked up once, at start: another version, or a missing name, ends with one clear line.
"""
# ruff: noqa: SLF001 - private names are what this file is about

import asyncio
import importlib
import json
import os
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from localcloud.faults import Fault, Faults
from localcloud.service import Place, Record

VERSION = "1.5.33"
OWN_AGENT = "localcloud-itself"
"""Marks calls that our services make of MiniStack's: they are neither counted nor failed."""
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, Any, bytes, Any], Awaitable[Answer]]
HOOKS = {
    "ministack.app": "app SERVICE_HANDLERS _dispatch_service_request call_service_handler_sync pin_request_origin",
    "ministack.core.concurrency": "spawn_background",
    "ministack.core.router": "SERVICE_PATTERNS detect_service",
    "ministack.core.iam_actions": "SERVICE_TO_IAM_NAMESPACE extract_iam_action extract_resource_arn",
    "ministack.core.iam_evaluator": "enforce evaluate_resource_policy EvalContext _request_origin",
    "ministack.core.responses": "get_account_id get_region request_scope json_response error_response_json",
    "ministack.core.lambda_runtime": "_PYTHON_WORKER_SCRIPT Worker subprocess reset",
    "ministack.services.cloudwatch": "_metrics _store_datum _evaluate_all_alarms _evaluate_alarm _dims_key _xml _ts_iso"
    " _p _dispatch_alarm_actions _describe_alarms",
    "ministack.services.cloudwatch_logs": "_append_log_events",
    "ministack.services.ec2": "_parse_ip_permissions _tags _ACTION_MAP _network_interfaces _security_groups _subnets _p"
    " _error _parse_filters _parse_member_list _subnet_fields_xml _eni_fields_xml _xml",
    "ministack.services.efs": "_create_file_system _delete_file_system _create_access_point _describe_access_points"
    " _access_points _error _json _create_mount_target _delete_mount_target _modify_mount_target_security_groups"
    " _mount_targets",
    "ministack.services.eventbridge": "_put_events _invoke_target _dispatch_to_lambda _parse_rate_seconds",
    "ministack.services.iam": "_roles",
    "ministack.services.lambda_svc": "_execute_function_warm _execute_function _send_ddb_stream_failure_record _esms"
    " _esm_inflight _iter_all_esms _dispatch_esm_batch _create_esm _put_event_invoke_config _functions"
    " _get_func_record_for_ref _execution_record_for_config invoke_async_with_retry _route_async_failure"
    " _emit_lambda_logs",
    "ministack.services.scheduler": "_create_schedule _tick_schedules _SCHEDULE_TICK_INTERVAL _error",
    "ministack.services.sns": "_topics _publish _error _p",
    "ministack.services.sqs": "_queue_by_arn",
    "ministack.services.sts": "_sessions register_session",
    "ministack.services.tagging": "_RESOURCE_TAG_COLLECTORS _collect_efs",
    "ministack.services.stepfunctions": "_start_execution _executions _state_machines _resolve_state_machine_arn"
    " _find_matching_retrier _scaled_sleep _invoke_aws_sdk_integration _ExecutionError _execute_task _call_lambda"
    " _create_state_machine _update_state_machine _invoke_with_callback _invoke_resource _send_task_success"
    " _task_tokens _jsonata_state_field _SFN_WAIT_SCALE",
}
# Where IAM's name for a service is not boto3's.
BOTO3_NAMES = {"elasticfilesystem": "efs", "states": "stepfunctions"}
API_NAMES = {"InvokeFunction": "Invoke"}
XML_SERVICES = ("ec2", "iam", "sts", "sns", "monitoring")


class MiniStackChanged(Exception):
    """MiniStack is not what this file was written for."""


def environment(port: int, data: Path, time_scale: float, iam: bool) -> dict[str, str]:
    """What the environment must be before MiniStack is imported; nothing of the user's AWS is left in it."""
    strange = ("AWS_", "LAMBDA_", "SFN_", "MINISTACK_", "LOCALSTACK_")
    rest = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    for name in ("PYTHONPATH", "PERSIST_STATE", "SERVICES", "AUTH", "DOCKER_HOST"):
        rest.pop(name, None)
    rest = {name: value for name, value in rest.items() if not name.lower().endswith("_proxy")}
    return rest | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": "eu-west-1",
        "MINISTACK_ACCOUNT_ID": "111122223333",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": "20",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(60 * time_scale),
        "LAMBDA_ASYNC_RETRY_MAX_SECONDS": str(120 * time_scale),
        "SFN_WAIT_SCALE": str(time_scale),
        "TMPDIR": str(data / "tmp"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AUTH": str(iam).lower(),
    }


class MiniStack:
    """MiniStack in this process. Make one after `environment` was applied; its modules are attributes (`stack.efs`)."""

    app: Any
    concurrency: Any
    router: Any
    cloudwatch: Any
    cloudwatch_logs: Any
    iam: Any
    iam_actions: Any
    iam_evaluator: Any
    responses: Any
    lambda_runtime: Any
    ec2: Any
    efs: Any
    eventbridge: Any
    lambda_svc: Any
    scheduler: Any
    sns: Any
    sqs: Any
    stepfunctions: Any
    sts: Any
    tagging: Any

    def __init__(self) -> None:
        if (found := version("ministack")) != VERSION:
            raise MiniStackChanged(f"ministack {VERSION} is needed, {found} is installed")
        for name, hooks in HOOKS.items():
            module = importlib.import_module(name)
            if missing := [hook for hook in hooks.split() if not hasattr(module, hook)]:
                raise MiniStackChanged(f"ministack {VERSION}: {name} has no {', '.join(missing)}")
            setattr(self, name.rpartition(".")[2], module)

    def mount(self, service: str, target_prefix: str, handler: Handler) -> None:
        """Serve a JSON-protocol service by `handler`."""
        self.router.SERVICE_PATTERNS[service] = {"target_prefixes": [f"{target_prefix}."], "host_patterns": []}
        self.iam_actions.SERVICE_TO_IAM_NAMESPACE[service] = service
        self.app.SERVICE_HANDLERS[service] = handler

    def place(self) -> Place:
        """Where the call that is being served was made."""
        return Place(self.responses.get_account_id(), self.responses.get_region())

    def put_event(self, place: Place, event: Record) -> None:
        """Put an AWS service's event on the default bus of a place."""
        entry = {"Source": event["source"], "DetailType": event["detail-type"], "Detail": json.dumps(event["detail"])}
        with self.responses.request_scope(*place):
            self.eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    def obey(self, faults: Faults, ours: tuple[str, ...]) -> None:
        """Count the calls of MiniStack's services and let them fail; `ours` do that for themselves."""
        dispatch = self.app._dispatch_service_request

        async def watched(method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str) -> Answer:
            service = self.router.detect_service(method, path, headers, query)
            action = None
            if service not in ours and OWN_AGENT not in headers.get("user-agent", ""):
                action = self.iam_actions.extract_iam_action(service, method, path, headers, body, query)
            namespace, _, operation = (action or "").partition(":")
            known = BOTO3_NAMES.get(namespace, namespace), API_NAMES.get(operation, operation)
            fault = faults.next(*known) if action else None
            if fault and fault.delay:
                await asyncio.sleep(fault.delay)
            if fault and fault.kills and fault.when == "before":
                faults.kill(fault.kills)
            if fault and fault.error and fault.when == "before":
                return _failure(service, fault)
            answer: Answer = await dispatch(method, path, headers, body, query, request_id)
            if fault and fault.kills and fault.when == "after":
                faults.kill(fault.kills)
            return _failure(service, fault) if fault and fault.error else answer

        self.app._dispatch_service_request = watched


def _failure(service: str, fault: Fault) -> Answer:
    """An error as the service's protocol spells it."""
    if service in XML_SERVICES:
        error = f"<Error><Code>{fault.error}</Code><Message>{fault.message}</Message></Error>"
        wrapped = f"<Errors>{error}</Errors><RequestID>0</RequestID>" if service == "ec2" else error
        name = "Response" if service == "ec2" else "ErrorResponse"
        return fault.status, {"Content-Type": "text/xml"}, f"<{name}>{wrapped}</{name}>".encode()
    body = {"__type": fault.error, "message": fault.message, **fault.members}
    headers = {"Content-Type": "application/json", "x-amzn-errortype": str(fault.error)}
    return fault.status, headers, json.dumps(body).encode()
