"""Knows the failure queue: looks into it without hiding anything for long, takes messages in hand, removes them.

API: ReceiveMessage, ChangeMessageVisibility, DeleteMessage (docs.aws.amazon.com/AWSSimpleQueueService/latest/
APIReference). A message that was received is hidden until it is given back, or its time is over: nothing is lost.
"""

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery_cli.repairing.letters import Letter, letter

# The most that is looked at in one call of the command line; what is beyond comes the next time.
MOST = 1000
_LOOK_SECONDS = 60
# Longer than the event handler may take for one event.
_WORK_SECONDS = 900
_AT_ONCE = 10
# Without a wait a queue asks some of its servers only, and says that it is empty when those are.
_WAIT_SECONDS = 1


class FailureQueue:
    """The queue of one deployment."""

    def __init__(self, sqs: Any, url: str, wait_seconds: int = _WAIT_SECONDS) -> None:
        self._sqs = sqs
        self._url = url
        self._wait_seconds = wait_seconds

    def count(self) -> int:
        """About how many messages lie there, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(int(told.get(name, 0)) for name in names)

    def look(self) -> list[Letter]:
        """What lies there, the oldest first; all of it is back in the queue then."""
        with self._in_hand(_LOOK_SECONDS) as letters:
            return sorted(letters, key=lambda one: (one.at, one.id))

    @contextmanager
    def holding(self, ids: Container[str]) -> Iterator[list[Letter]]:
        """Those of these messages that are still there, hidden from others as long as the block runs.

        What is not removed in the block is given back.
        """
        with self._in_hand(_WORK_SECONDS) as letters:
            self._give_back(one for one in letters if one.id not in ids)
            yield sorted((one for one in letters if one.id in ids), key=lambda one: (one.at, one.id))

    def remove(self, one: Letter) -> None:
        """Deletes a message that is in hand."""
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=one.receipt)

    @contextmanager
    def _in_hand(self, seconds: int) -> Iterator[list[Letter]]:
        taken: dict[str, Letter] = {}
        try:
            for one in self._receive(seconds):
                taken[one.id] = one
            yield list(taken.values())
        finally:
            self._give_back(taken.values())

    def _receive(self, seconds: int) -> Iterator[Letter]:
        seen = 0
        while seen < MOST:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=self._wait_seconds,
                VisibilityTimeout=seconds,
                MessageAttributeNames=["All"],
                AttributeNames=["SentTimestamp"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return
            seen += len(messages)
            yield from map(letter, messages)

    def _give_back(self, letters: Iterable[Letter]) -> None:
        """Shows them to others again; one that was removed, or whose time is over, needs nothing."""
        for one in letters:
            try:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=one.receipt, VisibilityTimeout=0)
            except ClientError:
                # It shows itself again when its time is over.
                continue
