"""What MiniStack delivers to functions, as AWS delivers it: rules' events, asynchronous calls and streams' batches."""
# ruff: noqa: SLF001 - it knows MiniStack's private names, as repairs.py does

import json
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from localcloud.enforcement import Enforcement
from localcloud.ministack import MiniStack
from localcloud.permissions import Question
from localcloud.rules import Failure, RuleDelivery
from localcloud.service import Surroundings
from localcloud.streams import Delivery

LAMBDA, EVENTS = "lambda.amazonaws.com", "events.amazonaws.com"
READ_A_STREAM = ("DescribeStream", "GetRecords", "GetShardIterator")
WRITE_A_LOG = ("CreateLogStream", "PutLogEvents")


@dataclass
class Deliveries:
    """Puts AWS's ways of delivery in the place of MiniStack's."""

    stack: MiniStack
    iam: Enforcement
    around: Surroundings
    time_scale: float

    def install(self) -> None:
        """Replace them; the order does not matter."""
        self._rules()
        self._asynchronous_calls()
        self._stream_batches()
        if self.iam.enforced:
            self._refuse_unfit_roles()

    def _queue_takes(self) -> bool:
        """Whether a queue takes a dead letter now; Lambda and EventBridge drop one that is not taken."""
        fault = self.around.faults.next("sqs", "SendMessage")
        return not (fault and fault.error)

    def _wait(self, seconds: float) -> None:
        time.sleep(seconds * self.time_scale)

    def _function_may(self, config: Any, actions: list[str], resource: str) -> bool:
        """Whether a function's role may do all this; every action is asked for, also after a refusal."""
        return min(self.iam.may(LAMBDA, config["Role"], Question(action, resource)) for action in actions)

    def _rules(self) -> None:
        """A rule's target is tried again within its retry policy; what it never takes goes to its dead-letter queue."""
        events, functions = self.stack.eventbridge, self.stack.lambda_svc
        invoke_target = events._invoke_target
        current: ContextVar[tuple[Any, Any]] = ContextVar("rule and target")

        def invoked(target: Any, event: Any, rule: Any, view: Any = None) -> None:
            current.set((rule, target))
            invoke_target(target, event, rule, view)

        def dispatched(function_arn: str, payload: str) -> None:
            rule, target = current.get()
            place = self.stack.place()
            source = {"aws:SourceArn": rule["Arn"], "aws:SourceAccount": place.account}

            def invoke() -> Failure | None:
                function, config, name = functions._get_func_record_for_ref(function_arn)
                if not function:
                    return Failure("NO_RESOURCE", f"Function not found: {function_arn}", final=True)
                if not self.iam.lets_in(EVENTS, function["policy"], _invocation(function_arn, source)):
                    return Failure("NO_PERMISSIONS", f"{name} does not let the rule invoke it.", final=True)
                fault = self.around.faults.next("lambda", "Invoke")
                if fault and fault.error:
                    return Failure("ERROR_FROM_TARGET", f"{fault.error}: {fault.message}")
                functions.invoke_async_with_retry(
                    functions._execution_record_for_config(function, config), json.loads(payload)
                )
                return None

            def bury(attributes: Any) -> None:
                queue_arn = target.get("DeadLetterConfig", {}).get("Arn")
                queue = queue_arn and self.stack.sqs._queue_by_arn(queue_arn)
                policy = queue and queue["attributes"].get("Policy")
                asked = Question("sqs:SendMessage", queue_arn, source)
                if queue and self.iam.lets_in(EVENTS, policy, asked) and self._queue_takes():
                    sqs = self.around.clients(place, "sqs")
                    told = {key: {"DataType": "String", "StringValue": value} for key, value in attributes.items()}
                    url = sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
                    sqs.send_message(QueueUrl=url, MessageBody=payload, MessageAttributes=told)

            delivery = RuleDelivery(rule["Arn"], target, invoke, bury, self._wait)
            self.stack.concurrency.spawn_background(delivery.deliver, thread_name="localcloud-rule")

        events._invoke_target, events._dispatch_to_lambda = invoked, dispatched

    def _asynchronous_calls(self) -> None:
        """Throttled calls wait; the on-failure destination is written to as the function's role; logs as well."""
        functions = self.stack.lambda_svc
        route, emit = functions._route_async_failure, functions._emit_lambda_logs
        invoke, execute = functions.invoke_async_with_retry, functions._execute_function
        patient: ContextVar[bool] = ContextVar("patient", default=False)

        def invoked(function: Any, event: Any) -> None:
            token = patient.set(True)
            invoke(function, event)
            patient.reset(token)

        def executed(function: Any, event: Any) -> Any:
            result = execute(function, event)
            while result.get("throttle") and patient.get():
                self._wait(1)
                now = functions._functions.get(function["config"]["FunctionName"], function)
                result = execute(functions._execution_record_for_config(now, function["config"]), event)
            return result

        def routed(target_arn: str, name: str, event: Any, result: Any) -> None:
            config = functions._functions[name]["config"] if name in functions._functions else None
            if config and self._function_may(config, ["sqs:SendMessage"], target_arn) and self._queue_takes():
                route(target_arn, name, event, result)

        def logged(function: Any, *rest: Any, **named: Any) -> None:
            config = function.get("config") or function
            place = self.stack.place()
            group = f"arn:aws:logs:{place.region}:{place.account}:log-group:/aws/lambda/{config['FunctionName']}"
            stream = f"{group}:log-stream:all"
            if self._function_may(config, [f"logs:{action}" for action in WRITE_A_LOG], stream):
                emit(function, *rest, **named)

        functions.invoke_async_with_retry, functions._execute_function = invoked, executed
        functions._route_async_failure, functions._emit_lambda_logs = routed, logged

    def _stream_batches(self) -> None:
        """A stream's batch is retried within the mapping's bounds, halved, partly taken, and what is left is given up.

        Each mapping has a batch of its own under way; the others go on.
        """
        functions = self.stack.lambda_svc
        execute, all_mappings = functions._execute_function, functions._iter_all_esms

        def idle() -> Iterator[Any]:
            for account, region, mapping in all_mappings():
                if ":dynamodb:" not in mapping["EventSourceArn"] or mapping["UUID"] not in functions._esm_inflight:
                    yield account, region, mapping

        def executed(function: Any, event: Any) -> Any:
            records = event.get("Records") if isinstance(event, dict) else None
            if not records or not isinstance(records[0], dict) or records[0].get("eventSource") != "aws:dynamodb":
                return execute(function, event)
            config, source = function["config"], records[0]["eventSourceARN"]
            known = functions._esms.values()
            mappings = [
                esm for esm in known if (esm["FunctionName"], esm["EventSourceArn"]) == (config["FunctionName"], source)
            ]
            if not mappings:
                return execute(function, event)
            if not self._function_may(config, [f"dynamodb:{action}" for action in READ_A_STREAM], source):
                return {"error": True, "body": {"errorType": "AccessDenied"}}
            batch = self._batch(mappings[0], function, source)
            functions._dispatch_esm_batch(mappings[0]["UUID"], batch.deliver, records)
            return {"body": None}

        functions._iter_all_esms, functions._execute_function = idle, executed
        self._execute = execute

    def _batch(self, mapping: Any, function: Any, source: str) -> Delivery:
        functions = self.stack.lambda_svc

        def invoke(batch: Any) -> Any:
            while (result := self._execute(function, {"Records": batch})).get("throttle"):
                self._wait(1)
            return result

        def give_up(batch: Any, result: Any, reason: str) -> None:
            queue = (mapping.get("DestinationConfig", {}).get("OnFailure") or {}).get("Destination")
            if queue and self._function_may(function["config"], ["sqs:SendMessage"], queue) and self._queue_takes():
                functions._send_ddb_stream_failure_record(mapping, function, batch, source, result, reason)

        def active() -> bool:
            while mapping["UUID"] in functions._esms and not mapping.get("Enabled", True):
                time.sleep(0.1)
            return mapping["UUID"] in functions._esms

        def age(since: float) -> float:
            return (time.time() - since) / self.time_scale

        return Delivery(mapping, invoke, give_up, self._wait, active, age)

    def _refuse_unfit_roles(self) -> None:
        """Lambda makes no mapping and no destination that the function's role has no rights for."""
        functions = self.stack.lambda_svc
        create, configure = functions._create_esm, functions._put_event_invoke_config

        def destination(data: Any) -> list[tuple[str, str]]:
            arn = ((data.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
            return [("sqs:SendMessage", arn)] if arn else []

        def missing(reference: str, wanted: list[tuple[str, str]]) -> Any:
            _, config, _ = functions._get_func_record_for_ref(reference)
            lacking = [action for action, arn in wanted if config and not self._function_may(config, [action], arn)]
            text = f"The function execution role does not have permissions to call {', '.join(lacking)}"
            return (
                self.stack.responses.error_response_json("InvalidParameterValueException", text, 400)
                if lacking
                else None
            )

        def created(data: Any) -> Any:
            source = data.get("EventSourceArn", "")
            reads = [(f"dynamodb:{action}", source) for action in READ_A_STREAM] + [("dynamodb:ListStreams", "*")]
            wanted = (reads if ":dynamodb:" in source else []) + destination(data)
            return missing(data.get("FunctionName", ""), wanted) or create(data)

        def configured(name: str, qualifier: Any, data: Any) -> Any:
            return missing(name, destination(data)) or configure(name, qualifier, data)

        functions._create_esm, functions._put_event_invoke_config = created, configured


def _invocation(function_arn: str, source: Any) -> Question:
    return Question("lambda:InvokeFunction", function_arn, source)
