"""Watch: a row came to rest that needs a person; whoever subscribed to the topic is told what to do."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.items import row_from_item
from studio_recovery.aws.topic import Topic
from studio_recovery.handlers.settings import setting, topic
from studio_recovery.notices import notice

_logger = Logger()


def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Tells of the records of the profile table's stream; the mapping sends one at a time.

    What it raises makes Lambda try again, and in the end puts the record into the failure queue.
    """
    for record in event["Records"]:
        with typed_errors():
            result = tell(record["dynamodb"], setting("NAME"), topic())
        _logger.info("notice", extra={"stage": "watch"} | result)


def tell(images: dict[str, Any], module: str, subscribed: Topic) -> dict[str, Any]:
    """Publishes what the step from one image of a row to the next is worth; what was told.

    Raises BadInput that names a row which cannot be read.
    """
    row = row_from_item(images["NewImage"])
    before = row_from_item(images["OldImage"]) if "OldImage" in images else None
    told = notice(before, row, module)
    facts = {"owner": str(row.owner), "status": row.status, "reason": row.reason}
    return facts | ({"message_id": subscribed.publish(told)} if told else {"ignored": "nothing new to tell"})
