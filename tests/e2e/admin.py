"""Asks the admin function, as a person does who has no right on the tables."""

import json
from typing import Any

from demo.studio import Owner
from tests.e2e.lab import Lab


def ask(lab: Lab, action: str, owner: Owner, **more: Any) -> dict[str, Any]:
    """The answer to a request about one owner of the lab's domain."""
    return answered(lab, {"action": action, "owner": named(lab, owner)} | more)


def target(source: Lab, owner: Owner, lab: Lab, to: Owner, **more: str) -> dict[str, Any]:
    """The answer to the request to have an owner's files copied to an owner in another lab, or the same one."""
    return answered(lab, {"action": "target", "source": named(source, owner), "target": named(lab, to)} | more)


def named(lab: Lab, owner: Owner) -> str:
    return f"{owner}@{lab.studio.name}"


def answered(lab: Lab, asked: dict[str, Any]) -> dict[str, Any]:
    """What the function says to a request; a refusal holds `errorType` and `errorMessage`."""
    function = lab.outputs["function_names"]["admin"]
    told = lab.cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(asked))
    said: dict[str, Any] = json.loads(told["Payload"].read())
    return said
