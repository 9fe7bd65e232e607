"""Which statements of a file system's policy refuse DataSync's mount."""

from typing import Any

import pytest

from studio_recovery_cli.checks import policies
from studio_recovery_cli.checks.file_systems import FileSystem
from studio_recovery_cli.checks.finding import Level

ACCOUNT = "111122223333"
ROLES = {side: f"arn:aws:iam::{ACCOUNT}:role/studio-recovery-{side}" for side in ("read-source", "write-target")}
HOME = FileSystem("fs-new", "lab", "vpc-1", {})
NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}
POINTS = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:access-point"


def deny(**more: Any) -> dict[str, Any]:
    everything = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}
    return {name: value for name, value in (everything | more).items() if value is not None}


def level(*statements: dict[str, Any]) -> Level:
    found = policies.judge(HOME, {"Statement": list(statements)}, ROLES)
    return found[0].level if found else Level.OK


@pytest.mark.parametrize(
    "statement",
    [
        deny(Effect="Allow", Action="elasticfilesystem:ClientMount"),
        deny(Condition=NO_TLS),
        deny(Condition={"Bool": {"aws:SecureTransport": ["false"]}}),
        deny(Condition={"BoolIfExists": {"aws:SecureTransport": "false"}}),
        deny(Condition={"Null": {"elasticfilesystem:AccessPointArn": "true"}}),
        deny(Condition={"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}}),
        deny(Condition={"ArnNotLike": {"elasticfilesystem:AccessPointArn": f"{POINTS}/*"}}),
        deny(Condition={"StringNotEquals": {"aws:PrincipalArn": list(ROLES.values())}}),
        deny(Condition={"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/studio-recovery-*"}}),
        deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}),
        deny(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, **NO_TLS}),
        deny(Principal={"AWS": "arn:aws:iam::111122223333:role/somebody"}),
        deny(Principal={"AWS": "arn:aws:iam::444455556666:root"}),
        deny(Principal={"Service": "backup.amazonaws.com"}),
        deny(Action="elasticfilesystem:DeleteFileSystem"),
        deny(Action=None, NotAction="elasticfilesystem:Client*"),
    ],
)
def test_what_does_not_meet_a_mount_refuses_nothing(statement: dict[str, Any]) -> None:
    assert level(statement) is Level.OK


@pytest.mark.parametrize(
    "statement",
    [
        deny(),
        deny(Principal="*"),
        deny(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        deny(Principal={"AWS": ACCOUNT}),
        deny(Principal={"AWS": [ROLES["write-target"]]}),
        deny(Action="elasticfilesystem:ClientRootAccess"),
        deny(Action=["elasticfilesystem:ClientWrite"]),
        deny(Action="elasticfilesystem:Client*"),
        deny(Action=None, NotAction="elasticfilesystem:DescribeFileSystems"),
        deny(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        deny(Condition={"Null": {"elasticfilesystem:AccessPointArn": "false"}}),
        deny(Condition={"StringNotEquals": {"elasticfilesystem:AccessPointArn": f"{POINTS}/fsap-0a1b"}}),
        deny(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
        deny(Condition={"StringNotEquals": {"aws:PrincipalArn": ROLES["read-source"]}}),
    ],
)
def test_what_denies_one_of_the_roles_a_right_of_its_mount_is_bad(statement: dict[str, Any]) -> None:
    assert level(statement) is Level.BAD


@pytest.mark.parametrize(
    "statement",
    [
        deny(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1234"}}),
        deny(Condition={"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}),
        deny(Condition={"StringNotEquals": {"aws:PrincipalTag/team": "data"}}),
        deny(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::111122223333:role/somebody"}),
    ],
)
def test_what_nobody_can_judge_from_here_is_a_warning(statement: dict[str, Any]) -> None:
    assert level(statement) is Level.WARNING


def test_a_statement_that_refuses_is_named_with_its_remedy() -> None:
    (found,) = policies.judge(HOME, {"Statement": deny(Sid="NoRoot")}, ROLES)
    assert "NoRoot" in found.said
    assert "studio-recovery-write-target" in found.remedy
