"""Knows the admin function: asks it, and turns what it refuses into words. It is the only way into the ledger."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from studio_recovery.aws.calls import code
from studio_recovery.operations import Operation
from studio_recovery.owners import Owner
from studio_recovery.requests import MANY_OF_AN_OPERATION, Action
from studio_recovery_cli.deployment import Deployment
from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.problems import explained

# The most owners that one request may name.
AT_ONCE = 100
# A request that was not answered, and one that was not made because of that.
UNANSWERED, NOT_ASKED = "Unanswered", "NotAsked"
_LATER = ("AwsBusy", "LedgerConflict")
_TIMED_OUT = "Sandbox.Timedout"
_UNKNOWN = "It may have done it, or a part of it. Look first (studio-recovery status, show OWNER), then ask again."
# Lambda says so before it calls the function: then nothing was done.
_THROTTLED = ("TooManyRequestsException", "ThrottlingException")
_PAUSES = (1, 2, 4, 8, 16)
Answer = dict[str, Any]


class Admin:
    """The admin function of a deployment."""

    def __init__(self, deployment: Deployment, wait: Callable[[float], None] = time.sleep) -> None:
        self._deployment = deployment
        self._wait = wait

    def ask(self, action: str, **fields: Any) -> Answer:
        """The answer to one request. Raises Trouble if it was refused."""
        return self.call("admin", {"action": action, "by": self._caller} | fields)

    def ask_each(
        self,
        action: str,
        owners: Sequence[Owner],
        told: Callable[[int], None] = lambda _: None,
        homes: Mapping[str, str] | None = None,
    ) -> Iterator[Answer]:
        """The answer for each owner, in order; `told` hears how many are done. A refused one has `error`, `message`.

        `homes`: which home is meant of whom, if one is. A request that breaks off after others were answered takes
        nothing from those: it and the rest are told as refused.
        """
        for first in range(0, len(owners), AT_ONCE):
            some = [str(owner) for owner in owners[first : first + AT_ONCE]]
            meant = {owner: homes[owner] for owner in some if homes and owner in homes}
            try:
                answers = self.ask(action, owners=some, **({"homes": meant} if meant else {}))["answers"]
            except (Trouble, ClientError, BotoCoreError) as error:
                if not first:
                    raise
                yield from _broken_off(explained(error), some, owners[first + AT_ONCE :])
                return
            told(len(answers))
            yield from answers

    def hand_over(self, owners: Sequence[Owner], operation: Operation, **fields: Any) -> None:
        """Has Lambda keep the restores of an operation until they are done; nobody needs to wait for that.

        A request whose answer was lost is made again: the function does it once. Raises Trouble if it is lost again.
        """
        for first in range(0, len(owners), MANY_OF_AN_OPERATION):
            some = [str(owner) for owner in owners[first : first + MANY_OF_AN_OPERATION]]
            asked = {"action": Action.RESTORE, "by": self._caller, "owners": some, "operation": operation.as_map()}
            try:
                self.begin("admin", asked | fields)
            except Trouble:
                self.begin("admin", asked | fields)

    def call(self, function: str, payload: Answer) -> Answer:
        """What a function of the deployment answers. Raises Trouble if it was refused."""
        named = self._deployment.function(function)
        told = self._invoke(FunctionName=named, Payload=json.dumps(payload))
        said: Answer = json.loads(told["Payload"] or "{}")
        if told.get("FunctionError"):
            raise _refusal(named, said)
        return said

    def begin(self, function: str, payload: Answer) -> None:
        """Has a function of the deployment do something, and does not wait for it."""
        self._deployment.settings("admin")
        named = self._deployment.function(function)
        self._invoke(FunctionName=named, InvocationType="Event", Payload=json.dumps(payload))

    def _invoke(self, **call: Any) -> dict[str, Any]:
        """What Lambda answers. Only what surely was not done is done again."""
        for seconds in _PAUSES:
            try:
                return self._invoke_once(**call)
            except ClientError as error:
                if code(error) not in _THROTTLED:
                    raise
            self._wait(seconds)
        return self._invoke_once(**call)

    def _invoke_once(self, **call: Any) -> dict[str, Any]:
        try:
            told: dict[str, Any] = self._deployment.invoker.invoke(**call)
            return told | {"Payload": told["Payload"].read()}
        # Not raised where there was no connection at all.
        except HTTPClientError as error:
            raise Trouble(f"the connection broke before {call['FunctionName']} answered", _UNKNOWN) from error

    @cached_property
    def _caller(self) -> str:
        """Who asks, for the history."""
        return str(self._deployment.client("sts").get_caller_identity()["Arn"])[:256]


def _refusal(function: str, said: Answer) -> Trouble:
    kind, message = said.get("errorType", ""), said.get("errorMessage", "no reason was given")
    if kind == _TIMED_OUT or "Task timed out" in message:
        return Trouble(f"{function} did not get through in its time: {message}", _UNKNOWN)
    if kind in _LATER:
        return Trouble(f"{message} ({kind})", "Ask again in a minute.")
    if kind in ("BadInput", "BadHome"):
        return Trouble(message)
    return Trouble(f"{function} ended with {kind or 'an error'}: {message}", f"Its log: /aws/lambda/{function}")


def _broken_off(trouble: Trouble, asked: Sequence[str], rest: Sequence[Owner]) -> Iterator[Answer]:
    """What is told of those whose request was not answered, and of the rest, who were not asked for."""
    said = " ".join(f"{trouble}. {trouble.remedy}".split())
    yield from ({"owner": owner, "error": UNANSWERED, "message": said} for owner in asked)
    why = f"it was not asked for, as the request before broke off ({trouble})"
    yield from ({"owner": str(owner), "error": NOT_ASKED, "message": why} for owner in rest)
