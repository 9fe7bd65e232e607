"""How EventBridge delivers an event to a rule's target: retries within bounds, then the dead-letter queue.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html and eb-rule-event-delivery.html
"""

from collections.abc import Callable
from dataclasses import dataclass

from localcloud.service import Record

ATTEMPTS = 185
AGE_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a target was not reached; what is `final` is not tried again."""

    code: str
    message: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class RuleDelivery:
    """The delivery of one event to one target."""

    rule_arn: str
    target: Record
    invoke: Callable[[], Failure | None]
    bury: Callable[[Record], None]
    """Sends the event to the dead-letter queue, with these attributes."""
    wait: Callable[[float], None]

    def deliver(self) -> None:
        """Return once the target has the event, or the dead-letter queue, or nobody."""
        policy = self.target.get("RetryPolicy", {})
        most = policy.get("MaximumRetryAttempts", ATTEMPTS)
        oldest = policy.get("MaximumEventAgeInSeconds", AGE_SECONDS)
        tries, age = 0, 0.0
        while failure := self.invoke():
            if reason := _exhausted(failure, tries >= most, age >= oldest):
                self.bury(self._attributes(failure, tries, reason))
                return
            tries += 1
            pause = min(2.0**tries, 600.0)
            self.wait(pause)
            age += pause

    def _attributes(self, failure: Failure, tries: int, reason: str) -> Record:
        told = {
            "RULE_ARN": self.rule_arn,
            "TARGET_ARN": self.target["Arn"],
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
        }
        return told if failure.final else told | {"EXHAUSTED_RETRY_CONDITION": reason, "RETRY_ATTEMPTS": str(tries)}


def _exhausted(failure: Failure, too_many: bool, too_old: bool) -> str:
    if failure.final:
        return "Final"
    if too_many:
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if too_old else ""
