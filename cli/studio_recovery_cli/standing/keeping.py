"""Knows how a ledger is kept outside: JSON lines with DynamoDB's own spelling, so that not a digit is lost.

The first line tells of the deployment, the last one how much there is. The others hold one item each, as
BatchWriteItem takes it (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html):
a number is a string there.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from studio_recovery_cli import words

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment

# A change of the lines' shape gets the next number.
FORMAT = 1
DEPLOYMENT, ROW, LINE, END = "deployment", "row", "line", "end"


@dataclass(slots=True)
class Kept:
    """How much was kept so far."""

    rows: int = 0
    lines: int = 0


def kept_lines(deployment: "Deployment", history: bool, kept: Kept) -> Iterator[str]:
    """The ledger line by line, each with its end; `kept` counts along."""
    yield _line(DEPLOYMENT, _about(deployment, history))
    for item in deployment.ledger.row_items():
        kept.rows += 1
        yield _line(ROW, {"item": dict(sorted(item.items()))})
    if history:
        for item in deployment.ledger.line_items():
            kept.lines += 1
            yield _line(LINE, {"item": dict(sorted(item.items()))})
    yield _line(END, {"rows": kept.rows, "lines": kept.lines})


def items_in(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and item of each line that holds one."""
    for line in lines:
        told = json.loads(line, object_hook=_unpacked)
        if told["kind"] in (ROW, LINE):
            yield told["kind"], told["item"]


def _about(deployment: "Deployment", history: bool) -> dict[str, Any]:
    settings = deployment.settings("admin")
    return {
        "format": FORMAT,
        "name": deployment.name,
        "account": deployment.account,
        "region": deployment.region,
        "profile_table": settings["PROFILE_TABLE"],
        "history_table": settings["HISTORY_TABLE"],
        "history": history,
        "exported_at": words.iso(words.now()),
        "version": version("studio-recovery"),
    }


def _line(kind: str, told: Mapping[str, Any]) -> str:
    text = json.dumps({"kind": kind} | dict(told), ensure_ascii=False, separators=(",", ":"), default=_binary)
    return text + "\n"


def _binary(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unpacked(value: dict[str, Any]) -> dict[str, Any]:
    """DynamoDB's JSON holds binary values in base64, boto3 takes them as bytes."""
    return {"B": base64.b64decode(value["B"])} if list(value) == ["B"] and isinstance(value["B"], str) else value
