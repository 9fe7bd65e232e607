"""Knows how DataSync is told to copy: the caller's options, and those that a recovery leaves to nobody.

API: docs.aws.amazon.com/datasync/latest/userguide/API_Options.html, filtering.html.
"""

import json
from dataclasses import dataclass
from typing import Any

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

    def as_request(self, verify_everything: bool, fill_gaps: bool) -> dict[str, Any]:
        """The members `Options` and `Excludes` of CreateTask.

        `verify_everything`: an earlier copy may have left half-written files. `fill_gaps`: a newer home was copied
        before this one, and what came from it stays, whatever `overwrite` says.
        """
        chosen = {
            "OverwriteMode": "NEVER" if fill_gaps else self.overwrite,
            "VerifyMode": "POINT_IN_TIME_CONSISTENT" if verify_everything else self.verify,
            "PosixPermissions": self.posix_permissions,
            "BytesPerSecond": self.bytes_per_second,
            "LogLevel": self.log_level,
        }
        # DataSync takes one filter at most; an empty one is none.
        filters = [{"FilterType": "SIMPLE_PATTERN", "Value": "|".join(self.excludes)}] if self.excludes else []
        return {"Options": _ALWAYS | chosen, "Excludes": filters}


def options_from_json(text: str) -> Options:
    """The options that Terraform wrote down, one name for each field."""
    values = json.loads(text)
    return Options(**values | {"excludes": tuple(values["excludes"])})
