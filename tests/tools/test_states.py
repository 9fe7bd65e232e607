"""The rules for the state machine find what cfn-lint lets pass."""

import json
from typing import Any

import pytest

from tools.states import FILE, expressions, rendered, rules


def broken(state: str, *path: str | int, value: object) -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(rendered(FILE.read_text()))
    place: Any = definition["States"][state]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return definition


EXPRESSIONS = [
    ("{% $waited + %}", "not JSONata: "),
    ("{% $waited", "an expression begins with {% and ends with %}"),
    ("$waited %}", "an expression begins with {% and ends with %}"),
    ("{% $nowhere %}", "$nowhere is no variable that the machine assigns and no function of Step Functions"),
    ("{% $eval('1') %}", "$eval is no variable that the machine assigns and no function of Step Functions"),
    ("{% $states.result.Status %}", "$states.result cannot be read here"),
    ("{% $states.errorOutput %}", "$states.errorOutput cannot be read here"),
    ("{% $$.profile_name %}", "$$ cannot be read: there is no input document"),
    ("${no_such_value} %}", "an expression begins with {% and ends with %}"),
]
GOOD = [
    "{% $waited + 5 %}",
    "{% 'costs $money and $states.result' %}",
    "{% $map([1, 2], function($n) { $n + $waited }) %}",
    "{% ($twice := $waited * 2; $twice) %}",
    "{% $states.input.request_id & $uuid() %}",
]
RETRIES = [
    ("BackoffRate", 0.5, "BackoffRate is 1 or more"),
    ("JitterStrategy", "SOME", "JitterStrategy is NONE or FULL"),
    ("MaxDelaySeconds", 3, "MaxDelaySeconds is more than IntervalSeconds"),
]


@pytest.mark.parametrize(("text", "fault"), EXPRESSIONS)
def test_a_wrong_expression_is_found(text: str, fault: str) -> None:
    (told,) = expressions(broken("Look at the task", "Arguments", "TaskArn", value=text))
    assert told.startswith(f"Look at the task/Arguments/TaskArn: {fault}")


@pytest.mark.parametrize("text", GOOD)
def test_a_right_expression_is_let_pass(text: str) -> None:
    assert list(expressions(broken("Look at the task", "Arguments", "TaskArn", value=text))) == []


def test_only_a_catch_reads_the_error_and_it_reads_no_result() -> None:
    catch = {"failure": "{% $states.errorOutput.Cause & $states.result.Status %}"}
    told = expressions(broken("Look at the task", "Catch", 0, "Assign", value=catch))
    assert list(told) == ["Look at the task/Catch/0/Assign/failure: $states.result cannot be read here"]


@pytest.mark.parametrize(("field", "value", "fault"), RETRIES)
def test_a_retry_that_step_functions_refuses_is_found(field: str, value: object, fault: str) -> None:
    assert list(rules(broken("Look at the task", "Retry", 0, field, value=value))) == [
        f"Look at the task/Retry: {fault}"
    ]


def test_a_field_of_the_other_language_in_a_catch_is_found() -> None:
    told = rules(broken("Look at the task", "Catch", 0, "ResultPath", value="$.error"))
    assert list(told) == ["Look at the task/Catch: ResultPath is no field of a catch"]
