"""Knows whether the KMS keys of Studio's file systems let homes be read: a key that goes takes them along.

API: DescribeKey (KMS). States: docs.aws.amazon.com/kms/latest/developerguide/key-state.html.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery_cli.checks.file_systems import FileSystem
from studio_recovery_cli.checks.finding import Finding, all_of, bad, unknown
from studio_recovery_cli.problems import explained

NAME = "KMS keys"
_GOING = ("PendingDeletion", "PendingReplicaDeletion")
_READABLE = ("Enabled", "Updating", "Creating")
_GONE = {"KeyState": "gone"}
Key = Mapping[str, Any] | str


def look(kms: Any, file_systems: Iterable[FileSystem]) -> list[Finding]:
    """How the keys of these file systems stand."""
    encrypted = [(one, one.described["KmsKeyId"]) for one in file_systems if one.described.get("KmsKeyId")]
    keys = {key: _key(kms, key) for key in dict.fromkeys(key for _, key in encrypted)}
    return judge(encrypted, keys)


def _key(kms: Any, key: str) -> Key:
    """The key, or why it could not be asked for."""
    try:
        found: dict[str, Any] = kms.describe_key(KeyId=key)["KeyMetadata"]
    except ClientError as error:
        return _GONE if code(error) == "NotFoundException" else str(explained(error))
    return found


def judge(encrypted: Iterable[tuple[FileSystem, str]], keys: Mapping[str, Key]) -> list[Finding]:
    """How file systems stand that are encrypted with these keys."""
    known = list(encrypted)
    found = [_judged(file_system, key, keys[key]) for file_system, key in known]
    said = f"{len(keys)} enabled" if known else "file systems are under AWS's own key"
    return all_of(NAME, [finding for finding in found if finding], said)


def _judged(file_system: FileSystem, key: str, found: Key) -> Finding | None:
    short = key.rpartition("/")[2]
    if isinstance(found, str):
        return unknown(NAME, f"of {file_system}: {found}", f"Ask its owner about {key}.")
    state = found["KeyState"]
    if state in _READABLE:
        return None
    if state in _GOING:
        at = found.get("DeletionDate")
        when = f"on {at:%Y-%m-%d}" if at else "soon"
        said = f"{short} will be deleted {when}: the homes on {file_system} are lost with it"
        remedy = f"aws kms cancel-key-deletion --key-id {short}; then aws kms enable-key --key-id {short}"
        return bad(NAME, said, remedy)
    if state == "Disabled":
        said = f"{short} is disabled: the homes on {file_system} cannot be read"
        return bad(NAME, said, f"aws kms enable-key --key-id {short}")
    return bad(NAME, f"{short} is {state}: the homes on {file_system} cannot be read", "Look at the key in KMS.")
