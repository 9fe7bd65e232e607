"""Use case 1: a user and a space are deleted and created again in their domain, also faster than they are recovered."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import write
from demo.leftovers import leftovers
from demo.studio import Owner, wait_for
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")
SPACE_ADA = Owner("space", "ada")
GRACE = Owner("user", "grace")
READING_GROUP = Owner("space", "reading-group")
GENERATIONS = ("first", "second", "third")


@pytest.fixture
def hang(cloud: Cloud) -> Iterator[Callable[..., None]]:
    """Switches on, and off again, what lets a task or a copy stay as it is; what hung before does not go on."""
    yield cloud.behave
    cloud.behave(copies_hang=False, tasks_stay_creating=False)


def test_three_re_creations_before_the_first_recovery_lose_nothing(
    lab_of: Callable[..., Lab], no_recovery_begins: Callable[[], None]
) -> None:
    """A user and a space each leave three homes behind before anything is copied: the fourth gets the files of all."""
    lab = lab_of("lab-of-three")
    owners = (GRACE, READING_GROUP)
    old = []
    for generation in GENERATIONS:
        homes = lab.move_in(*owners)
        for home in homes.values():
            write(lab.cloud.disk, home, f"{generation}.txt", generation.encode())
            write(lab.cloud.disk, home, "notes.txt", f"as in the {generation} home".encode())
        old.append({owner: lab.files(home) for owner, home in homes.items()})
        lab.move_out(*owners)
    homes = lab.studio.create(*owners)
    lab.known(homes)
    assert {len(lab.row(owner)["sources"]) for owner in owners} == {3}

    no_recovery_begins()

    lab.recovered(homes)
    for owner, home in homes.items():
        assert lab.files(home) == old[0][owner] | old[1][owner] | old[2][owner]
        assert lab.read(home, "notes.txt") == b"as in the third home"
        assert lab.uids(home) == {(home.uid, 0)}
        assert lab.row(owner)["sources"] == {}
        assert lab.history(owner).count("SUCCEEDED") == 3
    assert lab.statuses(homes) == {"SUCCEEDED"}
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_a_home_that_is_replaced_while_a_copy_into_it_begins_hands_everything_on(
    lab_of: Callable[..., Lab], hang: Callable[..., None]
) -> None:
    """An owner is deleted and created again while its first recovery runs: the newest home gets the files of all."""
    lab = lab_of("lab-of-haste")
    (first,) = lab.move_in(ADA).values()
    left = lab.files(first)
    lab.move_out(ADA)
    hang(tasks_stay_creating=True)
    (second,) = lab.studio.create(ADA).values()
    wait_for("the first recovery", lambda: "recovery started" in lab.history(ADA))
    lab.studio.open_apps(ADA)
    write(lab.cloud.disk, second, "second.txt", b"second")
    wait_for("a task", lambda: lab.cloud.client("datasync").list_tasks()["Tasks"])
    hang(tasks_stay_creating=False)
    lab.studio.delete(ADA)

    homes = lab.studio.create(ADA)

    lab.recovered(homes)
    assert lab.files(homes[ADA]) == left | {"second.txt": b"second"}
    assert lab.statuses(homes) == {"SUCCEEDED"}
    assert [what for what in lab.history(ADA) if what.isupper()] == ["SUPERSEDED", "SUCCEEDED", "SUCCEEDED"]
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_a_home_that_is_replaced_in_the_middle_of_a_copy_loses_nothing(
    lab_of: Callable[..., Lab], no_recovery_begins: Callable[[], None], hang: Callable[..., None]
) -> None:
    """Mid-copy, which tears a file: everything arrives, the newest version stays, and the torn file is no success."""
    lab = lab_of("lab-of-hurry")
    (first,) = lab.move_in(ADA).values()
    write(lab.cloud.disk, first, "data.bin", bytes(1000))
    write(lab.cloud.disk, first, "notes.txt", b"as in the first home")
    left = lab.files(first)
    lab.move_out(ADA)
    (second,) = lab.studio.create(ADA).values()
    lab.studio.open_apps(ADA)
    write(lab.cloud.disk, second, "notes.txt", b"as in the second home")
    copied_before = copies(lab.cloud)
    hang(copies_hang=True)
    no_recovery_begins()
    wait_for("the middle of the copy", lambda: "TRANSFERRING" in (copy["Status"] for copy in copies(lab.cloud)))
    hang(copies_hang=False)
    lab.studio.delete(ADA)

    homes = lab.studio.create(ADA)

    lab.recovered(homes)
    assert lab.files(homes[ADA]).keys() == left.keys()
    assert lab.read(homes[ADA], "notes.txt") == b"as in the second home"
    assert lab.read(homes[ADA], "ada.txt") == left["ada.txt"]
    assert len(lab.read(homes[ADA], "data.bin")) < 1000
    assert lab.files(first) == left
    assert lab.row(ADA)["replication_status"] == "PARTIAL"
    assert lab.row(ADA)["sources"].keys() == {str(first)}
    made = sorted(copies(lab.cloud)[len(copied_before) :], key=lambda copy: copy["StartTime"])
    assert len(made) == 3
    assert all(earlier["EndTime"] <= later["StartTime"] for earlier, later in pairwise(made))
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_a_user_and_a_space_of_one_name_keep_their_own_files(lab_of: Callable[..., Lab]) -> None:
    """`user/ada` and `space/ada` are two owners."""
    lab = lab_of("lab-of-one-name")
    old = lab.move_in(ADA, SPACE_ADA)
    lab.move_out(*old)

    new = lab.studio.create(*old)

    lab.recovered(new)
    assert {owner: lab.files(home) for owner, home in new.items()} == {
        owner: {"ada.txt": lab.words(owner)} for owner in old
    }


def copies(cloud: Cloud) -> list[dict[str, Any]]:
    """Every copy that was ever made in the account, as DataSync describes it."""
    datasync = cloud.client("datasync")
    pages = datasync.get_paginator("list_task_executions").paginate()
    arns = [listed["TaskExecutionArn"] for page in pages for listed in page["TaskExecutions"]]
    return [datasync.describe_task_execution(TaskExecutionArn=arn) for arn in arns]
