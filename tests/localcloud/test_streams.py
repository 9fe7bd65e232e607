"""How a batch of stream records is delivered."""

from dataclasses import dataclass, field
from typing import Any

from localcloud.streams import Batch, Delivery


@dataclass
class Function:
    """A function that cannot take some records, and the places its batches end in."""

    bad: str = ""
    raises: bool = False
    seen: list[str] = field(default_factory=list)
    given_up: list[tuple[str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def invoke(self, batch: Batch) -> dict[str, Any]:
        self.seen.append(names(batch))
        failed = [record["dynamodb"]["SequenceNumber"] for record in batch if names([record]) in self.bad.split()]
        if self.raises and failed:
            return {"error": True, "body": {}}
        return {"body": {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}}

    def deliver(self, records: str, **mapping: Any) -> None:
        batch = [{"dynamodb": {"SequenceNumber": name}} for name in records]
        known = {"FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRetryAttempts": 2} | mapping
        Delivery(
            known,
            self.invoke,
            lambda left, _, why: self.given_up.append((names(left), why)),
            self.waits.append,
            lambda: True,
        ).deliver(batch)


def names(batch: Batch) -> str:
    return "".join(record["dynamodb"]["SequenceNumber"] for record in batch)


def test_a_good_batch_is_taken_at_once() -> None:
    function = Function()
    function.deliver("abc")
    assert (function.seen, function.given_up) == (["abc"], [])


def test_only_what_was_not_taken_is_tried_again() -> None:
    function = Function(bad="b")
    function.deliver("abc")
    assert function.seen == ["abc", "bc", "bc"]


def test_what_is_never_taken_is_given_up_after_the_retries() -> None:
    function = Function(bad="b")
    function.deliver("abc")
    assert (function.given_up, function.waits) == ([("bc", "RetryAttemptsExhausted")], [2.0, 4.0])


def test_a_mapping_that_wants_no_reports_takes_every_answer_as_success() -> None:
    function = Function(bad="b")
    function.deliver("abc", FunctionResponseTypes=[])
    assert (function.seen, function.given_up) == (["abc"], [])


def test_a_batch_that_raises_is_halved_until_the_bad_record_is_alone() -> None:
    function = Function(bad="c", raises=True)
    function.deliver("abcd", BisectBatchOnFunctionError=True, MaximumRetryAttempts=5)
    assert function.given_up == [("c", "RetryAttemptsExhausted")]


def test_a_batch_that_raises_is_given_up_as_a_whole_without_halving() -> None:
    function = Function(bad="c", raises=True)
    function.deliver("abcd")
    assert (function.seen, function.given_up) == (["abcd"] * 3, [("abcd", "RetryAttemptsExhausted")])
