"""How Lambda delivers a batch of stream records: retries, halves, partial answers, and the queue for what is given up.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
It knows the mapping's settings and the function's answer, and is given the means to invoke, wait and give up.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localcloud.service import Record

Batch = list[Record]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of one batch through one event source mapping."""

    mapping: Record
    invoke: Callable[[Batch], Record]
    """Answers MiniStack's result: `error` and `body`."""
    give_up: Callable[[Batch, Record, str], None]
    wait: Callable[[float], None]
    active: Callable[[], bool]
    """False once the mapping was deleted."""
    age: Callable[[float], float] = lambda since: time.time() - since
    """How many seconds have passed, as AWS counts them, since a moment in epoch seconds."""

    def deliver(self, batch: Batch, tries: int = 0) -> None:
        """Return when every record was taken, or given up."""
        while self.active():
            result = self.invoke(batch)
            taken = self._taken(batch, result)
            batch = batch[taken:]
            if not batch:
                return
            if reason := self._exhausted(batch, tries):
                self.give_up(batch, result, reason)
                return
            tries += 1
            self.wait(min(2.0**tries, 60.0))
            if taken == 0 and result.get("error") and self.mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
                middle = len(batch) // 2
                self.deliver(batch[:middle], tries)
                batch = batch[middle:]

    def _taken(self, batch: Batch, result: Record) -> int:
        """How many records from the first on were handled."""
        if result.get("error"):
            return 0
        partial = "ReportBatchItemFailures" in self.mapping.get("FunctionResponseTypes", [])
        body: Any = result.get("body")
        failures = body.get("batchItemFailures") if partial and isinstance(body, dict) else None
        if not failures:
            return len(batch)
        names = [record["dynamodb"]["SequenceNumber"] for record in batch]
        failed = [failure.get("itemIdentifier") for failure in failures]
        return min(names.index(name) if name in names else 0 for name in failed)

    def _exhausted(self, batch: Batch, tries: int) -> str | None:
        most = self.mapping.get("MaximumRetryAttempts", -1)
        oldest = self.mapping.get("MaximumRecordAgeInSeconds", -1)
        age = self.age(float(batch[0]["dynamodb"].get("ApproximateCreationDateTime", time.time())))
        if -1 < oldest < age:
            return "MaxRecordAgeExceeded"
        return "RetryAttemptsExhausted" if -1 < most <= tries else None
