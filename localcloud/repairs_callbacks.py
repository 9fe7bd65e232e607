"""MiniStack's task tokens: whoever waits at one is told of a call that failed, has a time, and is woken once."""
# ruff: noqa: SLF001 - private names are what this file is about

import json
import threading
from contextvars import ContextVar
from typing import Any

from localcloud.ministack import MiniStack

CALLBACK = ".waitForTaskToken"
# The default of Step Functions: more than three years.
FOR_EVER = 99_999_999
TIMED_OUT = "Task Timed Out: 'Provided task does not exist anymore'"


def repair_callbacks(stack: MiniStack) -> None:
    """Make all repairs of this file; after those of `repairs.py`, which say in whose name a task is called."""
    machines = stack.stepfunctions
    execute, succeed = machines._execute_task, machines._send_task_success
    waiting: ContextVar[tuple[Any, float]] = ContextVar("the execution that waits at a token, and for how long")

    def executed(state: Any, given: Any, execution: Any, context: Any) -> Any:
        if CALLBACK in state.get("Resource", ""):
            asked = {"TimeoutSeconds": FOR_EVER} | state
            waiting.set((execution, machines._jsonata_state_field(asked, "TimeoutSeconds", "number", given, context)))
        return execute(state, given, execution, context)

    def waited(resource: str, asked: Any, token: str, _: Any) -> Any:
        execution, seconds = waiting.get()
        called = threading.Event()
        info = {"event": called, "result": None, "error": None, "heartbeat": None, "execution": execution}
        machines._task_tokens[token] = info
        try:
            machines._invoke_resource(resource.replace(CALLBACK, ""), asked)
            if not called.wait(min(seconds * machines._SFN_WAIT_SCALE, threading.TIMEOUT_MAX)):
                raise machines._ExecutionError("States.Timeout", f"Task timed out after {seconds} seconds")
        finally:
            machines._task_tokens.pop(token, None)
        return _result(info, machines._ExecutionError)

    def succeeded(request: Any) -> Any:
        info = machines._task_tokens.get(request.get("taskToken"))
        if info and (info["event"].is_set() or (info["execution"] or {}).get("status") != "RUNNING"):
            return stack.responses.error_response_json("TaskTimedOut", TIMED_OUT, 400)
        return succeed(request)

    machines._execute_task, machines._invoke_with_callback = executed, waited
    machines._send_task_success = succeeded


def _result(info: Any, failed: Any) -> Any:
    if error := info["error"]:
        raise failed(error["Error"], error["Cause"])
    return json.loads(info["result"])
