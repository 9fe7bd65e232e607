"""`orphans` shows what domains left behind when they went, and what could still be had from it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Network, Owner, Studio
from studio_recovery_cli.commands.orphans import orphans
from tests.cli.documented import undocumented
from tests.cli.shell import Shell
from tests.e2e.lab import Lab

ADA, BOB = Owner("user", "ada"), Owner("user", "bob")


def of(told: list[dict[str, Any]], file_system_id: str) -> dict[str, Any]:
    (found,) = [one for one in told if one["file_system_id"] == file_system_id]
    return found


@pytest.fixture(scope="module")
def replaced(outputs: dict[str, Any], network: Network, cloud: Cloud) -> tuple[Lab, str]:
    """A domain that was replaced: ada is there again, bob is not; and the old file system."""
    lab = Lab(cloud, outputs, Studio(cloud, "orchard", network))
    lab.move_in(ADA, BOB)
    lab.move_out(ADA, BOB)
    old = lab.studio.file_system_id
    lab.studio.end()
    lab.studio = Studio(cloud, "orchard", network)
    lab.recovered(lab.studio.create(ADA))
    return lab, old


def test_a_deleted_domains_file_system_is_told_with_its_homes(reader: Shell, replaced: tuple[Lab, str]) -> None:
    lab, old = replaced
    told = reader.run("orphans", "--homes", "--output", "json")
    assert (told.status, told.err) == (0, "")
    assert lab.studio.file_system_id not in [one["file_system_id"] for one in told.data["file_systems"]]
    one = of(told.data["file_systems"], old)
    ada, bob = sorted(one["homes"], key=lambda home: str(home["owner"]))
    assert (one["domain_name"], one["size_bytes"]["total"], one["monthly_cost_usd"]) == ("orchard", 0, 0.0)
    assert (ada["owner"], ada["state"], ada["owner_exists"]) == ("user/ada@orchard", "copied", True)
    assert ada["command"] == f"studio-recovery restore user/ada@orchard --from {ada['home']}"
    assert (bob["owner"], bob["state"], bob["command"]) == ("user/bob@orchard", "last home", None)
    assert undocumented(told.data, orphans.fields) == []
    assert set(told.actions) == set(orphans.actions)


def test_people_read_what_must_be_true_before_anything_is_deleted(reader: Shell, replaced: tuple[Lab, str]) -> None:
    _, old = replaced
    told = replace(reader, columns=80).run("orphans", terminal=True)
    assert told.status == 0
    assert old in told.out
    assert "no such owner now" in told.out
    assert "Nothing is deleted here, ever." in told.out
    assert "2026-" in told.out.partition("list prices")[2]


def test_a_file_system_that_is_not_sagemakers_is_left_out(reader: Shell, cloud: Cloud) -> None:
    efs = cloud.client("efs")
    made = efs.create_file_system(Tags=[{"Key": "ManagedByAmazonSageMakerResource", "Value": "somebody's"}])
    told = reader.run("orphans", "--output", "json")
    efs.delete_file_system(FileSystemId=made["FileSystemId"])
    assert told.data["homes"] is None
    assert made["FileSystemId"] not in [one["file_system_id"] for one in told.data["file_systems"]]


def test_homes_of_those_who_left_a_living_domain_are_told_when_asked_for(
    reader: Shell, lab_of: Callable[..., Lab]
) -> None:
    lab = lab_of("grove")
    lab.move_in(ADA)
    lab.move_out(ADA)
    told = reader.run("orphans", "--homes", "--output", "json")
    (home,) = [one for one in told.data["homes"] if one["owner"] == "user/ada@grove"]
    assert (home["state"], home["owner_exists"]) == ("last home", False)
    assert "user/ada@grove" in reader.run("orphans", "--homes").out


def test_who_has_no_right_is_told_so(nobody: Shell) -> None:
    told = nobody.run("orphans")
    assert (told.status, "access denied" in told.err, told.out) == (1, True, "")
