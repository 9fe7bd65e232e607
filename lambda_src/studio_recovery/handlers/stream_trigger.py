"""Trigger: a row became PENDING; one execution of the state machine is started for it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.executions import Executions
from studio_recovery.aws.items import row_from_item
from studio_recovery.handlers.settings import executions, setting
from studio_recovery.recovery import pending_recovery

_logger = Logger()
_processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Starts what the records ask for; a record that fails is reported by its sequence number and comes again."""
    answer = process_partial_response(event=event, record_handler=_record, processor=_processor, context=context)
    for _, error, _ in _processor.exceptions:
        _logger.error("trigger", extra={"stage": "trigger", "error": str(error)})
    return answer


def _record(record: DynamoDBRecord) -> None:
    with typed_errors():
        result = start(record.raw_event["dynamodb"].get("NewImage", {}), executions(), setting("STATE_MACHINE_ARN"))
    _logger.info("trigger", extra={"stage": "trigger"} | result)


def start(image: dict[str, Any], executions: Executions, state_machine_arn: str) -> dict[str, Any]:
    """Starts the execution that a row's image asks for. Raises BadInput that names a row which cannot be read."""
    row = row_from_item(image)
    recovery = pending_recovery(row)
    if recovery is None:
        return {"owner": str(row.owner), "ignored": f"status {row.status}"}
    started = executions.start(state_machine_arn, recovery)
    return {"owner": str(row.owner), "request_id": row.request_id, "started": started}
