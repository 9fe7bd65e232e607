"""A role that was taken over cannot do what it was not made for; where it can, docs/security.md says so and why."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from demo import cloud as local
from demo.homes import write
from demo.studio import Owner, Studio, wait_for
from tools.allowed import MAY
from tools.attackers import Attacker, Attempt
from tools.attacks import CONTROL, PLACE, ROLES, TIME_SCALE, Field, as_text, attack, complaints, prepare
from tools.attempts import ATTEMPTS

ADA = Owner("user", "ada")
ONLY_OVER_TLS = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "elasticfilesystem:ClientMount",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with local.running(TIME_SCALE, iam=True) as cloud:
        yield prepare(cloud, tmp_path_factory.mktemp("module"))


def test_what_each_role_is_refused_stands_in_the_documentation(field: Field) -> None:
    """The role that may do everything shows that each attempt would have worked."""
    found = attack(field)
    assert complaints(found) == []
    assert PLACE.page_with(as_text(found)) == PLACE.page.read_text()


class Copies:
    """Copies within the home file system of a domain of its own, which has a policy, in the module's name."""

    def __init__(self, field: Field) -> None:
        self._cloud, self._outputs = field.cloud, field.outputs
        self._datasync, self._efs, ec2 = (field.cloud.client(service) for service in ("datasync", "efs", "ec2"))
        studio = Studio(field.cloud, "mounts", field.network)
        self.home = studio.create(ADA)[ADA]
        studio.open_apps(ADA)
        write(field.cloud.disk, self.home, "notebook.ipynb", b"{}")
        self._efs.put_file_system_policy(
            FileSystemId=studio.file_system_id, Policy=json.dumps({"Statement": [ONLY_OVER_TLS]})
        )
        here = f"{ec2.meta.region_name}:{field.cloud.account}"
        ours = [{"Name": "tag:studio-recovery", "Values": [self._outputs["name"]]}]
        (group,) = ec2.describe_security_groups(Filters=ours)["SecurityGroups"]
        named = [{"Name": "group-name", "Values": [f"security-group-for-inbound-nfs-{studio.domain_id}"]}]
        (studios,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
        nfs = {
            "IpProtocol": "tcp",
            "FromPort": 2049,
            "ToPort": 2049,
            "UserIdGroupPairs": [{"GroupId": group["GroupId"]}],
        }
        ec2.authorize_security_group_ingress(GroupId=studios["GroupId"], IpPermissions=[nfs])
        self._place = {
            "EfsFilesystemArn": f"arn:aws:elasticfilesystem:{here}:file-system/{studio.file_system_id}",
            "Ec2Config": {
                "SubnetArn": f"arn:aws:ec2:{here}:subnet/{field.network.subnet_ids[0]}",
                "SecurityGroupArns": [f"arn:aws:ec2:{here}:security-group/{group['GroupId']}"],
            },
            "InTransitEncryption": "TLS1_2",
        }

    def door(self, path: str) -> dict[str, str]:
        """An access point, as a location names it."""
        owner = {"OwnerUid": 1, "OwnerGid": 0, "Permissions": "0700"}
        made = self._efs.create_access_point(
            ClientToken=path, FileSystemId=self.home.file_system_id, RootDirectory={"Path": path, "CreationInfo": owner}
        )
        return {"AccessPointArn": made["AccessPointArn"]}

    def end(self, source: dict[str, str], target: dict[str, str]) -> dict[str, Any]:
        """How a copy ended, of which the sides are mounted with the module's roles."""
        name, account = self._outputs["name"], self._cloud.account
        sides = [
            self._datasync.create_location_efs(
                **self._place,
                **door,
                FileSystemAccessRoleArn=f"arn:aws:iam::{account}:role/{name}-{role}",
                Tags=[{"Key": "studio-recovery", "Value": name}],
            )["LocationArn"]
            for door, role in ((source, "read-source"), (target, "write-target"))
        ]
        options = {"VerifyMode": "ONLY_FILES_TRANSFERRED", "Uid": "NONE", "Gid": "NONE"}
        task = self._datasync.create_task(SourceLocationArn=sides[0], DestinationLocationArn=sides[1], Options=options)[
            "TaskArn"
        ]
        wait_for("the task", lambda: self._datasync.describe_task(TaskArn=task)["Status"] == "AVAILABLE")
        copy = self._datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]

        def ended() -> dict[str, Any] | None:
            seen: dict[str, Any] = self._datasync.describe_task_execution(TaskExecutionArn=copy)
            return seen if seen["Status"] in ("SUCCESS", "ERROR") else None

        return wait_for("the copy's end", ended)


def test_a_location_without_an_access_point_is_not_mounted_where_the_file_system_has_a_policy(field: Field) -> None:
    """IAM cannot keep open homes from making one: the mount is refused, of either side."""
    copies = Copies(field)
    source, target = copies.door(f"/{copies.home.uid}"), copies.door("/new")
    assert "access denied by server" in copies.end({}, target)["Result"]["ErrorDetail"]
    assert "access denied by server" in copies.end(source, {})["Result"]["ErrorDetail"]
    assert copies.end(source, target)["Status"] == "SUCCESS"


def test_an_attempt_that_works_and_one_that_does_not_are_both_told() -> None:
    found = {(role, attempt.what): True for role in ROLES for attempt in ATTEMPTS}
    found["admin", "delete a home file system"] = False
    told = complaints(found)
    assert "admin could delete a home file system" in told
    assert "notices could not tell people something" in told
    assert f"{CONTROL} could not delete a home file system" in told


def said(code: str) -> Callable[[Any], Any]:
    """A call that is answered with this error."""

    def call(_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "Call")

    return call


@pytest.mark.parametrize(
    ("calls", "is_refused"),
    [
        (["AccessDenied"], True),
        (["AccessDenied", "UnauthorizedOperation"], True),
        (["AccessDenied", "NotFound"], False),
        (["NotFound", "AccessDenied"], False),
    ],
)
def test_an_attempt_is_refused_only_if_all_that_would_do_it_is(calls: list[str], is_refused: bool) -> None:
    nobody = cast("Attacker", None)
    assert Attempt("try", "1", *map(said, calls)).is_refused(nobody) == is_refused


def test_every_exception_is_about_an_attempt() -> None:
    assert sorted(MAY.keys() - {attempt.what for attempt in ATTEMPTS}) == []
