"""Watch: a row took a step; other teams hear of it on the bus, and people on the topic if it needs one of them."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery.announcements import Announcement, announcements
from studio_recovery.aws.bus import Bus
from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.items import row_from_item
from studio_recovery.aws.topic import Topic
from studio_recovery.errors import StudioRecoveryError
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.metrics import count
from studio_recovery.handlers.settings import bus, setting, topic
from studio_recovery.notices import Deployment, Notice, notice
from studio_recovery.rows import Row

_logger = Logger()


def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Tells of the records of the profile table's stream; the mapping sends one at a time.

    What it raises makes Lambda try again, and in the end puts the record into the failure queue.
    """
    deployment = Deployment(setting("NAME"), setting("RUNBOOK_URL"))
    for record in event["Records"]:
        with typed_errors():
            result = tell(record["dynamodb"], deployment, topic(), bus())
        _logger.info("notice", extra={"stage": "watch"} | result)


def tell(images: dict[str, Any], deployment: Deployment, subscribed: Topic, heard: Bus) -> dict[str, Any]:
    """Tells and counts what the step from one image of a row to the next is worth; what was told.

    Raises BadInput that names a row which cannot be read.
    """
    row = row_from_item(images["NewImage"])
    before = row_from_item(images["OldImage"]) if "OldImage" in images else None
    announced = announcements(before, row)
    told = _tell(announced, notice(before, row, deployment), subscribed, heard)
    for one in announced:
        count(one, deployment.name)
    return _facts(before, row, announced) | told


def _tell(announced: Sequence[Announcement], told: Notice | None, subscribed: Topic, heard: Bus) -> dict[str, Any]:
    """The bus first: a message to people is sent once, so nothing may go wrong after it.

    A bus that refuses keeps no message back. Only if there is none, it is raised, so that Lambda tries again.
    """
    untold = {}
    try:
        heard.put(announced)
    except (StudioRecoveryError, ClientError, BotoCoreError) as error:
        if told is None:
            raise
        untold = {"untold": str(error)}
    if told:
        return {"message_id": subscribed.publish(told)} | untold
    return {} if announced else {"ignored": "nothing new to tell"}


def _facts(before: Row | None, row: Row, announced: Sequence[Announcement]) -> dict[str, Any]:
    """The fields of the log line; `request_id` is that of the recovery, also if its row waits for the next one."""
    asked = next((one.request_id for one in announced if one.request_id), row.request_id)
    facts = {"owner": str(row.owner), "status": row.status, "reason": row.reason}
    facts |= {"request_id": asked or (before.request_id if before else "")}
    return facts | ({"events": [str(one.what) for one in announced]} if announced else {})
