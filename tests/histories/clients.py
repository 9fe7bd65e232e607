"""Clients that answer in process, for the product: each call takes a moment, in which others go on, and may fail.

A fault comes at the n-th call that the product makes from now on, whoever makes it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from localcloud.clock import VirtualClock
from localcloud.service import Record, Refusal

LATENCY = 0.05
Answer = Callable[[str, Record], Record]


class Killed(BaseException):
    """The function was ended in the middle: no handler may catch it."""


# Before a call, in its place, or after it. `repeated`: the answer is lost, and botocore asks again.
KINDS = (
    "throttled",
    "unavailable",
    "denied",
    "timed out",
    "killed before",
    "killed after",
    "answer lost",
    "repeated",
)
_CODES = {
    "throttled": ("ThrottlingException", 400),
    "unavailable": ("ServiceUnavailable", 503),
    "denied": ("AccessDeniedException", 403),
}


@dataclass
class Trouble:
    """What goes wrong at a call to come: `after` so many calls, for `times` calls. Or `meanwhile`: somebody acts."""

    kind: str
    after: int
    times: int = 1
    operation: str = ""
    meanwhile: Callable[[], object] | None = None


@dataclass
class Troubles:
    """All trouble that is to come, and how much there was."""

    coming: list[Trouble] = field(default_factory=list)
    had: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    """Of each operation, how many calls there were, and with how many something went wrong."""

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.coming.clear()

    def next(self, operation: str) -> str:
        """Counts a call; what goes wrong with it."""
        self.called[operation] += 1
        for trouble in self.coming:
            if trouble.operation not in ("", operation):
                continue
            if trouble.after > 0:
                trouble.after -= 1
                continue
            trouble.times -= 1
            if trouble.times <= 0:
                self.coming.remove(trouble)
            self.had[trouble.kind] += 1
            if trouble.meanwhile:
                trouble.meanwhile()
                continue
            self.failed[operation] += 1
            return trouble.kind
        return ""


class Client:
    """A boto3 client of one service. Without `troubles` it is the cloud's own: nothing fails, no time passes."""

    def __init__(
        self, answer: Answer, clock: VirtualClock, troubles: Troubles | None = None, *, repeats: bool = True
    ) -> None:
        self._answer = answer
        self._repeats = repeats
        self._clock = clock
        self._troubles = troubles

    def __getattr__(self, operation: str) -> Callable[..., Record]:
        call = partial(self._call, operation)
        self.__dict__[operation] = call
        return call

    def get_paginator(self, operation: str) -> "Pages":
        """boto3's paginator."""
        return Pages(getattr(self, operation))

    def _call(self, operation: str, **request: Any) -> Record:
        if self._troubles is None:
            return self._carried_out(operation, request)
        self._clock.advance(LATENCY)
        kind = self._troubles.next(operation)
        if kind in _CODES:
            error, status = _CODES[kind]
            raise client_error(Refusal(error, "The cloud was told to fail.", status), operation)
        if kind == "timed out":
            raise ReadTimeoutError(endpoint_url=operation)
        if kind == "killed before":
            raise Killed
        answer = self._carried_out(operation, request)
        if kind == "answer lost":
            raise ReadTimeoutError(endpoint_url=operation)
        if kind == "killed after":
            raise Killed
        return self._carried_out(operation, request) if kind == "repeated" and self._repeats else answer

    def _carried_out(self, operation: str, request: Record) -> Record:
        try:
            return self._answer(operation, request)
        except Refusal as refusal:
            raise client_error(refusal, operation) from None


def client_error(refusal: Refusal, operation: str) -> ClientError:
    """The refusal as botocore raises it."""
    answer: Any = {
        "Error": {"Code": refusal.code, "Message": refusal.message},
        "ResponseMetadata": {"HTTPStatusCode": refusal.status},
        **refusal.members,
    }
    return ClientError(answer, "".join(word.capitalize() for word in operation.split("_")))


class Pages:
    """The pages of a listing."""

    def __init__(self, call: Callable[..., Record]) -> None:
        self._call = call

    def paginate(self, PaginationConfig: dict[str, int] | None = None, **request: Any) -> Iterator[Record]:  # noqa: N803
        """Page by page, each a call."""
        size = {"MaxResults": PaginationConfig["PageSize"]} if PaginationConfig else {}
        while True:
            page = self._call(**request, **size)
            yield page
            if not page.get("NextToken"):
                return
            size["NextToken"] = page["NextToken"]
