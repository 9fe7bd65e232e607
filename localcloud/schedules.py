"""EventBridge Scheduler: a schedule calls its function as its role, again within its bounds, and then tells its queue.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html and configuring-schedule-dlq.html
MiniStack says when a schedule is due; rates follow the time scale, cron expressions the clock on the wall.
"""
# ruff: noqa: SLF001 - it knows MiniStack's private names, as repairs.py does

import json
import time
from dataclasses import dataclass
from typing import Any

from localcloud.enforcement import Enforcement
from localcloud.ministack import MiniStack
from localcloud.permissions import Question
from localcloud.rules import Failure, RuleDelivery
from localcloud.service import Record, Surroundings

SCHEDULER = "scheduler.amazonaws.com"
SECONDS_BETWEEN_LOOKS = 10.0
CANNOT_ASSUME = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."


@dataclass
class Schedules:
    """Puts Scheduler's way of calling in the place of MiniStack's."""

    stack: MiniStack
    iam: Enforcement
    around: Surroundings
    time_scale: float

    def install(self) -> None:
        """Replace it; after the rules' deliveries, which get what no schedule calls."""
        scheduler, events = self.stack.scheduler, self.stack.eventbridge
        invoke_target, seconds_of, create = (
            events._invoke_target,
            events._parse_rate_seconds,
            scheduler._create_schedule,
        )
        scheduler._SCHEDULE_TICK_INTERVAL = SECONDS_BETWEEN_LOOKS * self.time_scale

        def invoked(target: Any, event: Any, rule: Any, view: Any = None) -> None:
            if ":scheduler:" not in rule["Arn"]:
                invoke_target(target, event, rule, view)
                return
            self.stack.concurrency.spawn_background(self._delivery(rule).deliver, thread_name="localcloud-schedule")

        def seconds(expression: str) -> float | None:
            told = seconds_of(expression)
            return None if told is None else told * self.time_scale

        def created(name: str, body: Any) -> Any:
            role = body.get("Target", {}).get("RoleArn", "")
            if role and not self._may_assume(role, body.get("GroupName", "default")):
                return scheduler._error(400, "ValidationException", CANNOT_ASSUME)
            return create(name, body)

        events._invoke_target, events._parse_rate_seconds = invoked, seconds
        scheduler._create_schedule = created

    def _delivery(self, schedule: Record) -> RuleDelivery:
        place, target = self.stack.place(), schedule["Target"]
        source = {"aws:SourceArn": self._group(schedule["GroupName"]), "aws:SourceAccount": place.account}
        functions = self.stack.lambda_svc

        def invoke() -> Failure | None:
            with self.stack.responses.request_scope(*place):
                asked = Question("lambda:InvokeFunction", target["Arn"], source)
                if not self.iam.may(SCHEDULER, target["RoleArn"], asked):
                    return Failure("AccessDeniedException", f"{target['RoleArn']} may not call it.", final=True)
                function, config, _ = functions._get_func_record_for_ref(target["Arn"])
                if not function:
                    return Failure("ResourceNotFoundException", f"no function {target['Arn']}", final=True)
                fault = self.around.faults.next("lambda", "Invoke")
                if fault and fault.error:
                    return Failure(fault.error, fault.message)
                record = functions._execution_record_for_config(function, config)
                functions.invoke_async_with_retry(record, json.loads(target.get("Input", "{}")))
                return None

        def bury(attributes: Record) -> None:
            queue = target.get("DeadLetterConfig", {}).get("Arn", "")
            asked = Question("sqs:SendMessage", queue, source)
            with self.stack.responses.request_scope(*place):
                if queue and self.iam.may(SCHEDULER, target["RoleArn"], asked):
                    self._send(queue, target.get("Input", "{}"), attributes | {"SCHEDULE_ARN": schedule["Arn"]})

        return RuleDelivery(schedule["Arn"], target, invoke, bury, lambda pause: time.sleep(pause * self.time_scale))

    def _send(self, queue_arn: str, body: str, attributes: Record) -> None:
        sqs = self.around.clients(self.stack.place(), "sqs")
        url = sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
        told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        del told["RULE_ARN"]
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=told)

    def _may_assume(self, role_arn: str, group: str) -> bool:
        """Whether the role trusts the schedules of this group."""
        if not self.iam.enforced:
            return True
        role = self.stack.iam._roles.get(role_arn.rpartition("/")[2]) or {}
        context = {"aws:SourceArn": self._group(group), "aws:SourceAccount": self.stack.place().account}
        return self.iam.lets_in(
            SCHEDULER, role.get("AssumeRolePolicyDocument"), Question("sts:AssumeRole", role_arn, context)
        )

    def _group(self, name: str) -> str:
        """What Scheduler tells a role as its source: the group, not the schedule."""
        place = self.stack.place()
        return f"arn:aws:scheduler:{place.region}:{place.account}:schedule-group/{name}"
