"""What the local EFS promises: access points and their limits. On moto and on MiniStack alike."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.localcloud.conftest import Network
from tests.localcloud.promises import EFS, promise

CREATE = f"{EFS}/API_CreateAccessPoint.html"
OWNER = {"OwnerUid": 200005, "OwnerGid": 0, "Permissions": "0700"}


@promise(CREATE, catches="a door is made once more when the first answer was lost")
def test_a_client_token_makes_one_access_point(network_of: Network) -> None:
    efs = network_of.client("efs")
    first = efs.create_access_point(ClientToken="once", FileSystemId=network_of.fs_id)
    with pytest.raises(efs.exceptions.AccessPointAlreadyExists) as again:
        efs.create_access_point(ClientToken="once", FileSystemId=network_of.fs_id)
    assert again.value.response["AccessPointId"] == first["AccessPointId"]


@promise(CREATE, catches="paths, tokens or tags made of names that EFS does not take")
@pytest.mark.parametrize(
    "asked",
    [
        {"ClientToken": "x" * 65},
        {"RootDirectory": {"Path": "/a/b/c/d/e"}},
        {"RootDirectory": {"Path": "/200005", "CreationInfo": OWNER | {"Permissions": "rwx"}}},
        {"Tags": [{"Key": "run", "Value": "v" * 257}]},
        {"Tags": [{"Key": f"k{number}", "Value": "v"} for number in range(51)]},
        {"PosixUser": {"Uid": 4294967296, "Gid": 0}},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_an_access_point_that_breaks_the_model_is_refused(network_of: Network, asked: dict[str, Any]) -> None:
    efs = network_of.client("efs")
    with pytest.raises(efs.exceptions.BadRequest):
        efs.create_access_point(**({"ClientToken": "once", "FileSystemId": network_of.fs_id} | asked))


@pytest.fixture
def room_for_two(network_of: Network) -> Iterator[None]:
    network_of.behave(access_point_quota=2)
    yield
    network_of.behave(access_point_quota=10_000)


@promise(CREATE, catches="doors are not removed, until a file system takes no more")
@pytest.mark.usefixtures("room_for_two")
def test_a_file_system_takes_ten_thousand_access_points_at_most(network_of: Network) -> None:
    efs = network_of.client("efs")
    for token in ("one", "two"):
        efs.create_access_point(ClientToken=token, FileSystemId=network_of.fs_id)
    with pytest.raises(efs.exceptions.AccessPointLimitExceeded):
        efs.create_access_point(ClientToken="three", FileSystemId=network_of.fs_id)


@promise(f"{EFS}/API_DeleteAccessPoint.html", catches="a door that is gone already stops the closing")
def test_an_access_point_is_deleted_once(network_of: Network) -> None:
    efs = network_of.client("efs")
    made = efs.create_access_point(ClientToken="once", FileSystemId=network_of.fs_id)["AccessPointId"]
    efs.delete_access_point(AccessPointId=made)
    with pytest.raises(efs.exceptions.AccessPointNotFound):
        efs.delete_access_point(AccessPointId=made)


@promise(f"{EFS}/API_DescribeAccessPoints.html", catches="closing takes a missing door for a failure")
def test_a_missing_access_point_is_not_found(network_of: Network) -> None:
    efs = network_of.client("efs")
    with pytest.raises(efs.exceptions.AccessPointNotFound):
        efs.describe_access_points(AccessPointId="fsap-0123456789abcdef0")


@promise(f"{EFS}/API_DescribeFileSystemPolicy.html")
def test_a_file_system_without_a_policy_says_so(network_of: Network) -> None:
    efs = network_of.client("efs")
    with pytest.raises(efs.exceptions.PolicyNotFound):
        efs.describe_file_system_policy(FileSystemId=network_of.fs_id)


@promise(f"{EFS}/API_DeleteFileSystem.html", catches="an example whose destroy deletes a file system too early")
def test_a_file_system_with_mount_targets_is_not_deleted(network_of: Network) -> None:
    efs = network_of.client("efs")
    with pytest.raises(efs.exceptions.FileSystemInUse):
        efs.delete_file_system(FileSystemId=network_of.fs_id)
