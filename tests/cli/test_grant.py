"""`grant` opens NFS on a file system for work by hand, and takes back what the deployment opened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Network, Owner, Studio
from studio_recovery_cli.commands.grant import grant
from tests.cli.documented import undocumented
from tests.cli.shell import Result, Shell
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")


@pytest.fixture(scope="module")
def barn(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Studio:
    """A domain whose group nobody has opened yet."""
    assert outputs["name"]
    return Studio(cloud, "barn", network)


@pytest.fixture
def closed(barn: Studio, operator: Shell) -> Studio:
    """The same, whatever the test before did."""
    revoked(operator, barn)
    return barn


def granted(shell: Shell, studio: Studio, *more: str) -> Result:
    return shell.run("grant", studio.file_system_id, "--yes", "--output", "json", *more)


def revoked(shell: Shell, studio: Studio) -> Result:
    return granted(shell, studio, "--revoke")


def changes(result: Result) -> list[tuple[str, str]]:
    return [(rule["made_by"], rule["change"]) for rule in result.data["rules"]]


@contextmanager
def a_rule_of_the_team(cloud: Cloud, group: str) -> Iterator[None]:
    """A rule on the group that admits the whole network; it goes with the block."""
    everybody = [{"CidrIp": "10.0.0.0/8"}]
    rule = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "IpRanges": everybody}
    ec2 = cloud.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    try:
        yield
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])


def test_nfs_is_opened_once_and_taken_back(operator: Shell, closed: Studio) -> None:
    first, second = granted(operator, closed), granted(operator, closed)
    assert (first.status, changes(first), first.data["open"]) == (0, [("by hand", "added")], True)
    assert (changes(second), second.data["changed"]) == ([("by hand", "kept")], False)
    back = revoked(operator, closed)
    assert (back.status, changes(back), back.data["open"]) == (0, [("by hand", "revoked")], False)
    again = revoked(operator, closed)
    assert (again.status, changes(again), again.data["changed"]) == (0, [], False)


def test_every_member_and_action_is_documented(operator: Shell, closed: Studio) -> None:
    told = [granted(operator, closed), revoked(operator, closed)]
    assert [undocumented(one.data, grant.fields) for one in told] == [[], []]
    assert {action for one in told for action in one.actions} == set(grant.actions)


def test_it_says_what_it_would_do_and_does_nothing_unasked(operator: Shell, closed: Studio) -> None:
    told = operator.run("grant", closed.file_system_id)
    assert (told.status, told.out) == (2, "")
    assert "will admit sg-" in told.err
    assert "--yes" in told.err
    assert changes(granted(operator, closed)) == [("by hand", "added")]


def test_no_is_an_answer(operator: Shell, closed: Studio) -> None:
    told = operator.run("grant", closed.file_system_id, typed="n\n", terminal=True)
    assert (told.status, "Nothing was changed." in told.err) == (1, True)
    assert changes(revoked(operator, closed)) == []


def test_a_rule_of_somebody_else_is_left_alone(operator: Shell, closed: Studio, cloud: Cloud) -> None:
    (group,) = granted(operator, closed).data["mount_target_groups"]
    with a_rule_of_the_team(cloud, group):
        assert sorted(changes(revoked(operator, closed))) == [("by hand", "revoked"), ("somebody else", "kept")]
        untouched = operator.run("grant", closed.file_system_id, "--revoke")
    assert (untouched.status, "nothing was changed" in untouched.err) == (0, True)
    assert "kept" in untouched.out


def test_a_rule_that_a_recovery_made_is_revoked_after_a_warning(operator: Shell, lab_of: Callable[..., Lab]) -> None:
    lab = lab_of("hayloft")
    lab.move_in(ADA)
    lab.move_out(ADA)
    lab.recovered(lab.studio.create(ADA))
    assert changes(granted(operator, lab.studio)) == [("a recovery", "kept")]
    back = revoked(operator, lab.studio)
    assert changes(back) == [("a recovery", "revoked")]
    assert "serves all recoveries" in back.err


def test_people_read_one_line_for_each_rule(operator: Shell, closed: Studio) -> None:
    told = replace(operator, columns=80).run("grant", closed.file_system_id, "--yes")
    rule, state = told.out.splitlines()
    assert rule.startswith("added   sgr-")
    assert state.startswith(f"{closed.file_system_id}: NFS is open to sg-")


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("nonsense", 2, "not a file system's id"),
        ("fs-0123456789abcdef0", 1, "no longer exists"),
    ],
)
@pytest.mark.usefixtures("barn")
def test_what_is_no_file_system_is_refused(operator: Shell, typed: str, status: int, said: str) -> None:
    for more in ([], ["--revoke"]):
        told = operator.run("grant", typed, "--yes", *more)
        assert (told.status, said in told.err, told.out) == (status, True, "")


def test_who_may_only_look_is_told_which_right_is_missing(nobody: Shell, barn: Studio) -> None:
    assert "lambda:GetFunctionConfiguration" in nobody.run("grant", barn.file_system_id, "--yes").err
