"""Knows whether file system policies would refuse DataSync's mount.

The two roles bring their own rights (recovery_datasync.tf), and in one account what either side allows is allowed: so
only a Deny can refuse them. A mount is made over TLS, by a mount target, through an access point made for the run.
docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html. API: DescribeFileSystemPolicy (EFS).
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery_cli.checks.file_systems import FileSystem
from studio_recovery_cli.checks.finding import Finding, all_of, bad, unknown, warning
from studio_recovery_cli.problems import explained

NAME = "file system policies"
_MOUNT = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess")
ACTIONS = {"read-source": _MOUNT, "write-target": (*_MOUNT, "elasticfilesystem:ClientWrite")}
_REMEDY = "Except the module's roles NAME-read-source and NAME-write-target from it: every recovery there fails."
# None of a run's access points is known before; this one stands for all of them.
_ANY_POINT = "access-point/fsap-00000000000000000"


def look(efs: Any, file_systems: Iterable[FileSystem], roles: Mapping[str, str]) -> list[Finding]:
    """Whether the policies of these file systems refuse the roles (ARNs by ACTIONS' names)."""
    found: list[Finding] = []
    count = 0
    for file_system in file_systems:
        count += 1
        try:
            policy = efs.describe_file_system_policy(FileSystemId=file_system.id)["Policy"]
        except ClientError as error:
            if code(error) not in ("PolicyNotFound", "FileSystemNotFound"):
                found.append(unknown(NAME, f"of {file_system}: {explained(error)}", explained(error).remedy))
            continue
        found += judge(file_system, json.loads(policy), roles)
    return all_of(NAME, found, f"none of {count} refuses the mount")


def judge(file_system: FileSystem, policy: Mapping[str, Any], roles: Mapping[str, str]) -> list[Finding]:
    """Which statements of a policy refuse one of the roles, or may."""
    found = []
    for number, statement in enumerate(_listed(policy.get("Statement", [])), 1):
        named = f"statement {statement.get('Sid') or number} of the policy of {file_system}"
        remedy = _REMEDY.replace("NAME", next(iter(roles.values())).rpartition("/")[2].removesuffix("-read-source"))
        answers = {refuses(statement, arn, ACTIONS[side]) for side, arn in roles.items()}
        if True in answers:
            found.append(bad(NAME, f"{named} refuses DataSync's mount", remedy))
        elif None in answers:
            said = f"{named} may refuse DataSync's mount: its condition cannot be judged from here"
            found.append(warning(NAME, said, "Look at it: a mount is made over TLS, through an access point."))
    return found


def refuses(statement: Mapping[str, Any], role_arn: str, actions: Iterable[str]) -> bool | None:
    """Whether the statement denies the role one of the actions; None: nobody can say."""
    if statement["Effect"] != "Deny" or not any(_names_action(statement, action) for action in actions):
        return False
    meant = _names_role(statement, role_arn)
    if meant is False:
        return False
    answers = {_holds(operator, keys, role_arn) for operator, keys in statement.get("Condition", {}).items()}
    if False in answers:
        return False
    return None if meant is None or None in answers else True


def _names_action(statement: Mapping[str, Any], action: str) -> bool:
    wanted = statement.get("Action", statement.get("NotAction", []))
    named = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _listed(wanted))
    return named if "Action" in statement else not named


def _names_role(statement: Mapping[str, Any], role_arn: str) -> bool | None:
    if "NotPrincipal" in statement:
        return None
    principal = statement.get("Principal", "*")
    named = _listed(principal.get("AWS", [])) if isinstance(principal, dict) else _listed(principal)
    account = role_arn.split(":")[4]
    everybody = {"*", account, role_arn.replace(role_arn.partition(f"{account}:")[2], "root")}
    return any(one == role_arn or one in everybody for one in named)


def _holds(operator: str, keys: Mapping[str, Any], role_arn: str) -> bool | None:
    """Whether a condition holds for a mount of ours; all its keys must."""
    answers = {_key_holds(operator, key.lower(), _listed(values), role_arn) for key, values in keys.items()}
    if False in answers:
        return False
    return None if None in answers else True


def _key_holds(operator: str, key: str, values: list[Any], role_arn: str) -> bool | None:
    partition, account = role_arn.split(":")[1], role_arn.split(":")[4]
    # Region and id of an access point differ: only its kind is compared, below.
    known = {
        "aws:securetransport": "true",
        "elasticfilesystem:accessedviamounttarget": "true",
        "elasticfilesystem:accesspointarn": f"arn:{partition}:elasticfilesystem:*:{account}:{_ANY_POINT}",
        "aws:principalarn": role_arn,
        "aws:principalaccount": account,
    }
    ours = known.get(key)
    if ours is None:
        return None
    wanted = [str(value) for value in values]
    name = operator.removesuffix("IfExists")
    match name:
        case "Null":
            return wanted == ["false"]
        case "Bool":
            return ours in [value.lower() for value in wanted]
        case "StringEquals" | "StringLike" | "ArnEquals" | "ArnLike" | "StringEqualsIgnoreCase":
            return _fits(ours, wanted)
        case "StringNotEquals" | "StringNotLike" | "ArnNotEquals" | "ArnNotLike" | "StringNotEqualsIgnoreCase":
            return not _fits(ours, wanted)
    return None


def _fits(ours: str, wanted: list[str]) -> bool:
    """True if one of the patterns fits; of an access point's ARN, what stands before its id does not count."""
    if ours.endswith(_ANY_POINT):
        return any(fnmatchcase(_ANY_POINT, value.rpartition(":")[2]) for value in wanted)
    return any(fnmatchcase(ours, value) for value in wanted)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
