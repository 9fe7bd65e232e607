"""Knows the doors into homes: EFS access points, each rooted at one home, made for one run and removed after it.

API: CreateAccessPoint, DescribeAccessPoints, DeleteAccessPoint
(docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html).
The target's door enforces the new owner's uid, so every file that comes in through it is the owner's
(docs.aws.amazon.com/efs/latest/ug/enforce-identity-access-points.html). A missing directory is made as SageMaker's own
access points make it (docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-automount.html).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.errors import CannotOpen
from studio_recovery.homes import Home
from studio_recovery.names import digest
from studio_recovery.recovery import Made, Run, made

HOME_GID = 0
HOME_MODE = "0700"
_PATIENCE_SECONDS = 60
_LOOK_AGAIN_SECONDS = 1


class Doors:
    """The access points of the runs of this module. `sleep` waits for so many seconds."""

    def __init__(self, efs: Any, sleep: Callable[[float], None]) -> None:
        self._efs = efs
        self._sleep = sleep

    def open(self, home: Home, side: str, run: Run, into: str = "") -> str:
        """The ARN of the run's access point into the home, available; the same one for the same run and side.

        The source's door has no user of its own, so that DataSync reads as root; the target's makes all files its
        owner's. `into`: a folder below the home, in place of all of it.
        """
        owner = int(home.uid)
        path = f"/{home.uid}/{into}" if into else f"/{home.uid}"
        enforced = {"PosixUser": {"Uid": owner, "Gid": HOME_GID}} if side == "target" else {}
        made_like_sagemaker = {"OwnerUid": owner, "OwnerGid": HOME_GID, "Permissions": HOME_MODE}
        try:
            door = self._efs.create_access_point(
                ClientToken=digest(run.id, side),
                FileSystemId=home.file_system_id,
                RootDirectory={"Path": path, "CreationInfo": made_like_sagemaker},
                Tags=[{"Key": key, "Value": value} for key, value in run.tags().items()],
                **enforced,
            )
        except ClientError as error:
            if code(error) != "AccessPointAlreadyExists":
                raise
            door = self._describe(cast("dict[str, str]", error.response)["AccessPointId"])
        return self._when_available(door)

    def of_run(self, file_system_id: str, module: str, run_id: str) -> Iterator[Made]:
        """The access points that this run made on the file system."""
        try:
            yield from (door for door in self._ours(module, FileSystemId=file_system_id) if door.run_id == run_id)
        except ClientError as error:
            if code(error) != "FileSystemNotFound":
                raise

    def of_module(self, module: str) -> Iterator[Made]:
        """All access points that runs of the module made, also on file systems that nobody knows of any more."""
        yield from self._ours(module)

    def _ours(self, module: str, **where: str) -> Iterator[Made]:
        """Without a file system, DescribeAccessPoints lists those of the Region (no page of AWS says so in words)."""
        pages = self._efs.get_paginator("describe_access_points").paginate(**where)
        for door in (door for page in pages for door in page["AccessPoints"]):
            tags = {tag["Key"]: tag["Value"] for tag in door.get("Tags", [])}
            found = made(door["AccessPointId"], tags, module, None)
            if found and door["LifeCycleState"] not in ("deleting", "deleted"):
                yield replace(found, file_system_id=door["FileSystemId"])

    def close(self, access_point_id: str) -> None:
        """Removes the access point; it may be gone already."""
        try:
            self._efs.delete_access_point(AccessPointId=access_point_id)
        except ClientError as error:
            if code(error) != "AccessPointNotFound":
                raise

    def _when_available(self, door: dict[str, Any]) -> str:
        waited = 0
        while door["LifeCycleState"] != "available":
            if door["LifeCycleState"] != "creating" or waited >= _PATIENCE_SECONDS:
                raise CannotOpen(f"access point {door['AccessPointId']} is {door['LifeCycleState']} after {waited} s")
            self._sleep(_LOOK_AGAIN_SECONDS)
            waited += _LOOK_AGAIN_SECONDS
            door = self._describe(door["AccessPointId"])
        return str(door["AccessPointArn"])

    def _describe(self, access_point_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._efs.describe_access_points(AccessPointId=access_point_id)["AccessPoints"][0]
        return found
