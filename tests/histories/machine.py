"""Step Functions in process: walks through statemachine/recovery.asl.json itself, JSONata and all, on a virtual clock.

A state takes no time but for its waits and retries; an expression costs 20 to 50 microseconds (jsonata-python).
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonata import Jsonata

from localcloud.clock import VirtualClock
from localcloud.service import Record, Refusal

FILE = Path(__file__).parents[2] / "statemachine" / "recovery.asl.json"
COPY_TIMEOUT_SECONDS = 7200
PREFIX = "arn:aws:states:eu-west-1:123456789012"
MACHINE_ARN = f"{PREFIX}:stateMachine:studio-recovery-recovery"
_EXPRESSION = re.compile(r"\{%\s*(.*?)\s*%\}", re.DOTALL)
CALLBACK = ".waitForTaskToken"
_VARIABLE = re.compile(r"\$([a-z_]+)\b(?!\()")


class TaskFailed(Exception):
    """A Task state ended with this error and cause."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@cache
def states(copy_timeout_seconds: int = COPY_TIMEOUT_SECONDS) -> dict[str, Record]:
    """The states of the real state machine, with the names that Terraform writes into it."""
    named = {"partition": "aws", "copy_timeout_seconds": str(copy_timeout_seconds)}
    text = re.sub(r"\$\{(\w+)\}", lambda found: named.get(found[1], found[1]), FILE.read_text())
    read: dict[str, Record] = json.loads(text)["States"]
    return read


@cache
def _compiled(expression: str) -> tuple[Jsonata, tuple[str, ...]]:
    return Jsonata(expression), tuple(set(_VARIABLE.findall(expression)))


def evaluated(value: Any, variables: Record) -> Any:
    """The value with its expressions evaluated. Raises TaskFailed as AWS does for what is missing."""
    if isinstance(value, dict):
        return {key: evaluated(inner, variables) for key, inner in value.items()}
    found = _EXPRESSION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    expression, names = _compiled(found[1])
    for name in names:
        if name not in variables and name not in ("min", "max"):
            raise TaskFailed("States.QueryEvaluationError", f"{found[1]}: no variable {name}")
        expression.assign(name, variables.get(name))
    result = expression.evaluate(None)
    if result is None:
        raise TaskFailed("States.QueryEvaluationError", f"{found[1]} is undefined")
    return result


@dataclass
class Walk:
    """One execution."""

    name: str
    input: Record
    started: float
    status: str = "RUNNING"
    ended: float = 0.0
    at: str = "Open both homes"
    entered: list[str] = field(default_factory=list)
    error: str = ""
    cause: str = ""
    variables: Record = field(default_factory=dict)
    tries: dict[int, int] = field(default_factory=dict)
    retries: int = 0
    tokens: int = 0

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"{PREFIX}:execution:studio-recovery-recovery:{self.name}"


class StepFunctions:
    """The executions of the one state machine. `work` carries out a Task: a function's name or SDK call, arguments."""

    def __init__(
        self,
        clock: VirtualClock,
        work: Callable[[str, Record, Walk], Record],
        copy_timeout_seconds: int = COPY_TIMEOUT_SECONDS,
    ) -> None:
        self._clock = clock
        self._work = work
        self.walks: dict[str, Walk] = {}
        self.definition, self.begins = states(copy_timeout_seconds), "Open both homes"
        self.jitter: Callable[[], float] = lambda: 0.5
        """Which part of a retry's delay is waited for, where the state machine leaves that to chance."""
        self.waiting: dict[str, Walk] = {}
        """By their tokens, those that wait to be woken."""
        self.woken: Callable[[Walk], None] = lambda _: None

    def start_execution(self, request: Record) -> Record:
        known = self.walks.get(request["name"])
        asked = json.loads(request["input"])
        if known is None:
            known = self.walks[request["name"]] = Walk(request["name"], asked, self._clock.now(), at=self.begins)
            self._clock.later(0.5, lambda: self._go_on(known))
        elif known.status != "RUNNING" or known.input != asked:
            raise Refusal("ExecutionAlreadyExists", f"{request['name']} exists already.")
        return {"executionArn": known.arn}

    def describe_execution(self, request: Record) -> Record:
        walk = self._walk(request)
        told: Record = {"executionArn": walk.arn, "status": walk.status}
        return told if walk.status == "RUNNING" else told | {"stopDate": datetime.fromtimestamp(walk.ended, UTC)}

    def stop_execution(self, request: Record) -> Record:
        walk = self._walk(request)
        if walk.status == "RUNNING":
            self._end(walk, "ABORTED", request.get("error", ""), request.get("cause", ""))
        return {"stopDate": datetime.fromtimestamp(walk.ended, UTC)}

    def send_task_success(self, request: Record) -> Record:
        """Wakes who waits at the token, once; its time may be up, or its execution gone."""
        walk = self.waiting.pop(request["taskToken"], None)
        if walk is None or walk.status != "RUNNING":
            raise Refusal("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        self.woken(walk)
        state, result = self.definition[walk.at], json.loads(request["output"])
        self._clock.later(0.1, lambda: self._leave(walk, state, result))
        return {}

    def list_executions(self, request: Record) -> Record:
        wanted = request["statusFilter"]
        return {"executions": [{"executionArn": one.arn} for one in self.walks.values() if one.status == wanted]}

    def running(self) -> list[Walk]:
        """The executions that have not ended."""
        return [walk for walk in self.walks.values() if walk.status == "RUNNING"]

    def _walk(self, request: Record) -> Walk:
        found = self.walks.get(request["executionArn"].rpartition(":")[2])
        if found is None:
            raise Refusal("ExecutionDoesNotExist", f"{request['executionArn']} does not exist.")
        return found

    def _end(self, walk: Walk, status: str, error: str = "", cause: str = "") -> None:
        walk.status, walk.ended, walk.error, walk.cause = status, self._clock.now(), error, cause

    def _go_on(self, walk: Walk) -> None:
        """Walks until it has to wait, or is over. A Task that comes back to an execution that was stopped is lost."""
        while walk.status == "RUNNING":
            state = self.definition[walk.at]
            walk.variables["states"] = {"context": self._context(walk)}
            if state["Type"] == "Wait":
                seconds = float(evaluated(state["Seconds"], walk.variables))
                self._clock.later(seconds, lambda state=state: self._leave(walk, state, {}))  # type: ignore[misc]
                return
            if state["Type"] == "Task":
                if not self._task(walk, state):
                    return
            elif not self._turn(walk, state):
                return

    def _turn(self, walk: Walk, state: Record) -> bool:
        """What takes no time: Choice, Pass, and the ends. False at an end."""
        match state["Type"]:
            case "Succeed":
                self._end(walk, "SUCCEEDED")
                return False
            case "Fail":
                told = [str(evaluated(state[part], walk.variables)) for part in ("Error", "Cause")]
                self._end(walk, "FAILED", *told)
                return False
            case "Choice":
                rules = state["Choices"]
                way = next((rule for rule in rules if evaluated(rule["Condition"], walk.variables) is True), None)
                self._enter(walk, way or {"Next": state["Default"]})
            case _:
                self._enter(walk, state)
        return True

    def _leave(self, walk: Walk, state: Record, result: Record) -> None:
        if walk.status == "RUNNING":
            walk.variables["states"]["result"] = result
            self._enter(walk, state)
            self._go_on(walk)

    def _enter(self, walk: Walk, way: Record) -> None:
        walk.variables |= evaluated(way.get("Assign", {}), walk.variables)
        walk.at, walk.tries, walk.retries = way["Next"], {}, 0
        walk.entered.append(walk.at)

    def _task(self, walk: Walk, state: Record) -> bool:
        """Carries out a Task. False if it waits for a retry or at a token, or the execution was stopped meanwhile."""
        if state["Resource"].endswith(CALLBACK):
            return self._stand(walk, state)
        try:
            result = self._work(
                state["Resource"].rpartition(":")[2], evaluated(state["Arguments"], walk.variables), walk
            )
            if walk.status != "RUNNING":
                return False
            walk.variables["states"]["result"] = result
            self._enter(walk, state)
        except TaskFailed as failed:
            return walk.status == "RUNNING" and self._caught(walk, state, failed)
        return True

    def _stand(self, walk: Walk, state: Record) -> bool:
        """Tells somebody the token, and waits. Who is woken while this is told goes on, however the telling ends."""
        walk.tokens += 1
        token = f"{walk.name}#{walk.tokens}"
        walk.variables["states"]["context"]["Task"] = {"Token": token}
        self.waiting[token] = walk
        seconds = float(evaluated(state["TimeoutSeconds"], walk.variables))
        self._clock.later(seconds, lambda: self._late(walk, state, token))
        try:
            resource = state["Resource"].rpartition(":")[2].removesuffix(CALLBACK)
            self._work(resource, evaluated(state["Arguments"], walk.variables), walk)
        except TaskFailed as failed:
            still = self.waiting.pop(token, None) is not None and walk.status == "RUNNING"
            return still and self._caught(walk, state, failed)
        return False

    def _late(self, walk: Walk, state: Record, token: str) -> None:
        still = self.waiting.pop(token, None) is not None and walk.status == "RUNNING"
        if still and self._caught(walk, state, TaskFailed("States.Timeout", "")):
            self._go_on(walk)

    def _caught(self, walk: Walk, state: Record, failed: TaskFailed) -> bool:
        for number, retry in enumerate(state.get("Retry", [])):
            if _matches(retry, failed.error) and failed.error != "States.QueryEvaluationError":
                tried = walk.tries.get(number, 0)
                if tried >= retry["MaxAttempts"]:
                    break
                walk.tries[number], walk.retries = tried + 1, walk.retries + 1
                delay = min(retry["MaxDelaySeconds"], retry["IntervalSeconds"] * retry["BackoffRate"] ** tried)
                part = 1.0 if retry["JitterStrategy"] == "NONE" else self.jitter()
                self._clock.later(delay * part, lambda: self._go_on(walk))
                return False
        way = next((way for way in state.get("Catch", []) if _matches(way, failed.error)), None)
        if way is None:
            self._end(walk, "FAILED", failed.error, failed.cause)
            return False
        walk.variables["states"]["errorOutput"] = {"Error": failed.error, "Cause": failed.cause}
        self._enter(walk, way)
        return True

    def _context(self, walk: Walk) -> Record:
        now = datetime.fromtimestamp(self._clock.now(), UTC).isoformat()
        execution = {"Input": walk.input, "Id": walk.arn, "StartTime": _iso(walk.started)}
        return {"Execution": execution, "State": {"RetryCount": walk.retries, "EnteredTime": now}}


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _matches(rule: Record, error: str) -> bool:
    return error in rule["ErrorEquals"] or "States.ALL" in rule["ErrorEquals"]
