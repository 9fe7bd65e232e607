"""Trigger: a row became PENDING; one execution of the state machine is started for it."""

from typing import Any

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.executions import Executions
from studio_recovery.aws.items import row_from_item
from studio_recovery.errors import StudioRecoveryError
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.handlers.settings import executions, setting
from studio_recovery.recovery import pending_recovery

_logger = Logger()


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Starts what the records ask for; a record that fails is reported by its sequence number and comes again.

    docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    failed = {}
    for record in event["Records"]:
        try:
            _start(record["dynamodb"].get("NewImage", {}))
        except StudioRecoveryError as error:
            failed[record["dynamodb"]["SequenceNumber"]] = str(error)
    for said in failed.values():
        _logger.error("trigger", extra={"stage": "trigger", "error": said})
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _start(image: dict[str, Any]) -> None:
    with typed_errors():
        result = start(image, executions(), setting("STATE_MACHINE_ARN"))
    _logger.info("trigger", extra={"stage": "trigger"} | result)


def start(image: dict[str, Any], executions: Executions, state_machine_arn: str) -> dict[str, Any]:
    """Starts the execution that a row's image asks for. Raises BadInput that names a row which cannot be read."""
    row = row_from_item(image)
    recovery = pending_recovery(row)
    if recovery is None:
        return {"owner": str(row.owner), "ignored": f"status {row.status}"}
    started = executions.start(state_machine_arn, recovery)
    return {"owner": str(row.owner), "request_id": row.request_id, "started": started}
