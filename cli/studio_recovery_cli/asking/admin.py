"""Knows the admin function: asks it, and turns what it refuses into words. It is the only way into the ledger."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from studio_recovery.nouns import Owner
from studio_recovery_cli.deployment import Deployment
from studio_recovery_cli.exits import Trouble

# The most owners that one request may name.
AT_ONCE = 100
_LATER = ("AwsBusy", "LedgerConflict", "Sandbox.Timedout")
Answer = dict[str, Any]


class Admin:
    """The admin function of a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def ask(self, action: str, **fields: Any) -> Answer:
        """The answer to one request. Raises Trouble if it was refused."""
        return self.call("admin", {"action": action, "by": self._caller} | fields)

    def ask_each(
        self,
        action: str,
        owners: Sequence[Owner],
        told: Callable[[int], None] = lambda _: None,
        homes: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Iterator[Answer]:
        """The answer for each owner, in order; `told` hears how many are done. A refused one has `error`, `message`.

        `homes`: which home is meant of whom, if one is.
        """
        for first in range(0, len(owners), AT_ONCE):
            some = [str(owner) for owner in owners[first : first + AT_ONCE]]
            meant = {owner: homes[owner] for owner in some if homes and owner in homes}
            answers = self.ask(action, owners=some, **fields, **({"homes": meant} if meant else {}))["answers"]
            told(len(answers))
            yield from answers

    def call(self, function: str, payload: Answer) -> Answer:
        """What a function of the deployment answers. Raises Trouble if it was refused."""
        named = self._deployment.function(function)
        told = self._deployment.client("lambda").invoke(FunctionName=named, Payload=json.dumps(payload))
        said: Answer = json.loads(told["Payload"].read() or "{}")
        if told.get("FunctionError"):
            raise _refusal(named, said)
        return said

    def begin(self, function: str, payload: Answer) -> None:
        """Has a function of the deployment do something, and does not wait for it."""
        self._deployment.settings("admin")
        self._deployment.client("lambda").invoke(
            FunctionName=self._deployment.function(function), InvocationType="Event", Payload=json.dumps(payload)
        )

    @cached_property
    def _caller(self) -> str:
        """Who asks, for the history."""
        return str(self._deployment.client("sts").get_caller_identity()["Arn"])[:256]


def _refusal(function: str, said: Answer) -> Trouble:
    kind, message = said.get("errorType", ""), said.get("errorMessage", "no reason was given")
    if kind in _LATER or "Task timed out" in message:
        return Trouble(f"{message} ({kind})", "Ask again in a minute: what was done already is not done twice.")
    if kind in ("BadInput", "BadHome"):
        return Trouble(message)
    return Trouble(f"{function} ended with {kind or 'an error'}: {message}", f"Its log: /aws/lambda/{function}")


def refused(answers: Iterable[Answer]) -> list[Answer]:
    """Those of the answers that say no."""
    return [answer for answer in answers if "error" in answer]
