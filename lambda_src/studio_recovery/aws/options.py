"""Knows how DataSync is told to copy: the caller's options, and those that a recovery leaves to nobody.

API: docs.aws.amazon.com/datasync/latest/userguide/API_Options.html, filtering.html.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studio_recovery.selection import WHOLE, Selection

# Whose files are whose: the target's access point makes every file the new user's (law 4), and nothing is deleted.
_ALWAYS = {
    "Uid": "NONE",
    "Gid": "NONE",
    "PreserveDeletedFiles": "PRESERVE",
    "PreserveDevices": "NONE",
    "TransferMode": "CHANGED",
}


@dataclass(frozen=True, slots=True)
class Options:
    """The module's variable `copy`; values are DataSync's own. `excludes` are patterns of what stays behind."""

    overwrite: str = "NEVER"
    verify: str = "ONLY_FILES_TRANSFERRED"
    posix_permissions: str = "PRESERVE"
    excludes: tuple[str, ...] = ()
    bytes_per_second: int = -1
    log_level: str = "BASIC"

    def as_request(self, verify_everything: bool, fill_gaps: bool, selection: Selection = WHOLE) -> dict[str, Any]:
        """The members `Options`, `Includes` and `Excludes` of CreateTask.

        `verify_everything`: an earlier copy may have left half-written files. `fill_gaps`: a newer home was copied
        before this one, and what came from it stays, whatever `overwrite` says. What an admin chose in a `selection`
        beats both: a copy that overwrites leaves nothing half-written, and is not measured by what else is there.
        """
        overwriting = selection.overwrite == "ALWAYS"
        chosen = {
            "OverwriteMode": selection.overwrite or ("NEVER" if fill_gaps else self.overwrite),
            "VerifyMode": "POINT_IN_TIME_CONSISTENT" if verify_everything and not overwriting else self.verify,
            "PosixPermissions": self.posix_permissions,
            "BytesPerSecond": self.bytes_per_second,
            "LogLevel": self.log_level,
        }
        excludes = dict.fromkeys((*self.excludes, *selection.excludes))
        filters = {"Includes": _filter(selection.include_patterns), "Excludes": _filter(excludes)}
        return {"Options": _ALWAYS | chosen, **filters}


def _filter(patterns: Iterable[str]) -> list[dict[str, str]]:
    """DataSync takes one filter at most; an empty one is none."""
    value = "|".join(patterns)
    return [{"FilterType": "SIMPLE_PATTERN", "Value": value}] if value else []


def options_from_json(text: str) -> Options:
    """The options that Terraform wrote down, one name for each field."""
    values = json.loads(text)
    return Options(**values | {"excludes": tuple(values["excludes"])})
