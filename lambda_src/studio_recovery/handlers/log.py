"""Writes log lines: one JSON object each, on standard output, with the fields that every line has and those given.

Ours, since the library that did this took longer to be imported than everything else that is ours (decision 61).
"""

import json
import logging
import time
from typing import Protocol

from studio_recovery.handlers.settings import trace_id

_OF_EVERY_RECORD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class LambdaContext(Protocol):
    """What Lambda tells a handler about its call, as far as it is asked for.

    docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the call."""


class Logger(logging.Logger):
    """Logs with the `extra` fields as members of the line; apart from Lambda's own logger, which tells it again."""

    def __init__(self, service: str = "studio-recovery") -> None:
        super().__init__(service, logging.INFO)
        self.addHandler(_Printed())


class _Printed(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.created))
        fields = {
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": f"{at},{int(record.msecs):03}+0000",
            "service": record.name,
        }
        given = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        traced = {"xray_trace_id": trace_id()} if trace_id() else {}
        print(json.dumps(fields | given | traced, default=str, ensure_ascii=False, separators=(",", ":")), flush=True)
