"""Knows EventBridge: puts announcements on the account's default bus, for whoever has a rule.

API: docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

import json
from collections.abc import Iterable
from typing import Any

from studio_recovery.announcements import SOURCE, Announcement
from studio_recovery.errors import AwsRefused


class Bus:
    """The default bus, as the deployment called `module` speaks on it."""

    def __init__(self, events: Any, module: str) -> None:
        self._events = events
        self._module = module

    def put(self, announcements: Iterable[Announcement]) -> None:
        """Puts these events, ten at most. Raises AwsRefused if EventBridge took the call and not all of them."""
        entries = [
            {"Source": SOURCE, "DetailType": str(one.what), "Detail": json.dumps(one.as_detail(self._module))}
            for one in announcements
        ]
        if not entries:
            return
        answer: dict[str, Any] = self._events.put_events(Entries=entries)
        if answer["FailedEntryCount"]:
            codes = {entry["ErrorCode"] for entry in answer["Entries"] if entry.get("ErrorCode")}
            raise AwsRefused(f"PutEvents: {', '.join(sorted(codes)) or 'no reason given'}")
