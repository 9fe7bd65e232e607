"""The options of a DataSync task: what they are when nothing is said, what does not go together, what a copy needs."""

from dataclasses import fields

from localcloud.copying import Options
from localcloud.service import Record

# https://docs.aws.amazon.com/datasync/latest/userguide/API_Options.html
DEFAULTS = {
    "VerifyMode": "POINT_IN_TIME_CONSISTENT",
    "OverwriteMode": "ALWAYS",
    "Atime": "BEST_EFFORT",
    "Mtime": "PRESERVE",
    "Uid": "INT_VALUE",
    "Gid": "INT_VALUE",
    "PreserveDeletedFiles": "PRESERVE",
    "PreserveDevices": "NONE",
    "PosixPermissions": "PRESERVE",
    "BytesPerSecond": -1,
    "TaskQueueing": "ENABLED",
    "LogLevel": "OFF",
    "TransferMode": "CHANGED",
    "SecurityDescriptorCopyFlags": "NONE",
    "ObjectTags": "PRESERVE",
}


def broken_rules(options: Record, has_log_group: bool) -> list[str]:
    """Why AWS refuses these options for a transfer between two EFS file systems in Basic mode."""
    rules = {
        "PreserveDeletedFiles=REMOVE cannot be used with TransferMode=ALL.": options["PreserveDeletedFiles"] == "REMOVE"
        and options["TransferMode"] == "ALL",
        "Atime and Mtime must be used together.": (options["Atime"] == "NONE") != (options["Mtime"] == "NONE"),
        "PreserveDevices=PRESERVE is not supported for EFS.": options["PreserveDevices"] == "PRESERVE",
        "Uid and Gid must be NONE or INT_VALUE for EFS.": {options["Uid"], options["Gid"]} - {"NONE", "INT_VALUE"},
        "LogLevel needs a CloudWatchLogGroupArn.": options["LogLevel"] != "OFF" and not has_log_group,
    }
    return [sentence for sentence, broken in rules.items() if broken]


def copy_options(options: Record) -> Options:
    """What of the options a copy needs to know."""
    return Options(**{option.name: options[option.name] for option in fields(Options)})
