"""Knows SNS: publishes a notice on the module's topic, with attributes by which subscribers filter.

API: docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from typing import Any

from studio_recovery.notices import Notice


class Topic:
    """The topic of this deployment."""

    def __init__(self, sns: Any, arn: str) -> None:
        self._sns = sns
        self._arn = arn

    def publish(self, notice: Notice) -> str:
        """Tells everybody who subscribed; the message's id."""
        attributes = {"status": notice.status, "kind": notice.kind, "domain": notice.domain}
        told = self._sns.publish(
            TopicArn=self._arn,
            Subject=notice.subject,
            Message=notice.text,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": str(value)} for name, value in attributes.items()
            },
        )
        return str(told["MessageId"])
