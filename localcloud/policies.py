"""What an NFS client may do with a file system, by the file system's policy and the client's own role.

https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html: an Allow in either is enough, a Deny in
either is final, and a file system without a policy lets everybody in. MiniStack's evaluator reads the policies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.iam_evaluator import (  # type: ignore[import-untyped]  # it has no types
    EvalContext,
    evaluate_resource_policy,
)

from localcloud.service import Record

Allowed = Callable[[str, str, str, Record], bool]
"""Whether a role's own policies allow an action on a resource, under these condition keys."""


@dataclass(frozen=True, slots=True)
class NfsClient:
    """Who mounts: by which location, for which task, and who judges its role."""

    location: Record
    task_arn: str
    allowed: Allowed
    policy: str | None
    """The file system's policy as it stands now."""

    def may(self, action: str) -> bool:
        """Whether `elasticfilesystem:<action>` is granted as things stand now."""
        resource, role = self.location["EfsFilesystemArn"], self.location.get("FileSystemAccessRoleArn", "")
        region, account = resource.split(":")[3:5]
        keys = {
            "elasticfilesystem:AccessedViaMountTarget": "true",
            "aws:SecureTransport": str(self.location["InTransitEncryption"] == "TLS1_2").lower(),
            "aws:SourceArn": self.task_arn,
            "aws:SourceAccount": account,
        }
        if arn := self.location.get("AccessPointArn"):
            keys["elasticfilesystem:AccessPointArn"] = arn
        by_role = bool(role) and self.allowed(role, f"elasticfilesystem:{action}", resource, keys)
        if self.policy is None:
            return True
        session = f"arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/datasync" if role else ""
        context = EvalContext(
            session, "AssumedRole", account if role else "", f"elasticfilesystem:{action}", resource, region
        )
        context.secure_transport = keys["aws:SecureTransport"] == "true"
        context.service_context = {key.lower(): value for key, value in keys.items()}
        decision = evaluate_resource_policy(self.policy, context).decision
        return bool(decision != "Deny" and (by_role or decision == "Allow"))


def file_system_policy(efs: Any, fs_id: str) -> str | None:
    """The policy of a file system, or None."""
    try:
        return str(efs.describe_file_system_policy(FileSystemId=fs_id)["Policy"])
    except ClientError as missing:
        if missing.response["Error"]["Code"] == "PolicyNotFound":
            return None
        raise
