"""The module stays applied."""

from typing import Any

from demo.deployment import Deployment


def test_a_second_plan_changes_nothing(deployment: Deployment, variables: dict[str, Any]) -> None:
    assert deployment.plan(variables) == []
