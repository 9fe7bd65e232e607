"""Knows a report as text: a page for people, or data for programs."""

import json
from typing import Any

from plotly.offline import get_plotlyjs

from studio_recovery_cli import words
from studio_recovery_cli.report.facts import OWNER_COLUMNS, RECOVERY_COLUMNS, Cells, Report
from studio_recovery_cli.report.page import page


def as_page(report: Report) -> str:
    """The report as HTML."""
    return page(report, get_plotlyjs())


def as_json(report: Report) -> str:
    """The report as JSON, with the members of fields.FIELDS."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report, with the members of fields.FIELDS."""
    subject = report.subject
    return {
        "name": subject.name,
        "region": subject.region,
        "account": subject.account,
        "made_at": words.iso(subject.made_at),
        "days": subject.days,
        "protected": report.protection.protected,
        "reasons": dict(report.protection.reasons),
        "owners": [_item(OWNER_COLUMNS, cells) for cells in report.owners],
        "recoveries": [_item(RECOVERY_COLUMNS, cells) for cells in report.recoveries],
    }


def _item(columns: tuple[str, ...], cells: Cells) -> dict[str, Any]:
    item = dict(zip(columns, cells, strict=True))
    return item | {"at": words.iso(item["at"] or 0)}
