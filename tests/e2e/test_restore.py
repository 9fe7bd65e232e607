"""An admin brings back what was asked for: a folder, into a folder, or over what is there; and gives up the rest."""

from collections.abc import Callable, Iterator

import pytest

from demo.cloud import Cloud
from demo.homes import Home, write
from demo.leftovers import leftovers
from demo.studio import Owner
from tests.e2e.admin import answered, ask, named
from tests.e2e.lab import Lab

ADA, BOB = Owner("user", "ada"), Owner("user", "bob")


@pytest.fixture
def skip_files(cloud: Cloud) -> Iterator[Callable[[bool], None]]:
    """Lets copies leave out their first file, or no more."""
    yield lambda on: cloud.behave(skip_files=on)
    cloud.behave(skip_files=False)


def came_back(lab: Lab, owner: Owner = ADA) -> tuple[Home, Home]:
    """The home that an owner left, with two projects, and the new one, into which all of it was recovered."""
    (old,) = lab.move_in(owner).values()
    write(lab.cloud.disk, old, "projects/one.txt", b"one")
    write(lab.cloud.disk, old, "projects/deep/two.txt", b"two")
    lab.move_out(owner)
    homes = lab.studio.create(owner)
    lab.known(homes)
    lab.recovered(homes)
    return old, homes[owner]


def test_a_folder_of_an_earlier_home_comes_back_into_a_folder_of_its_own(lab_of: Callable[..., Lab]) -> None:
    """The home was recovered long ago; only the history knows it, and the row forgets it again."""
    lab = lab_of("lab-of-restores")
    old, new = came_back(lab)
    write(lab.cloud.disk, new, "projects/one.txt", b"one, and more")
    before = lab.files(new)

    told = ask(lab, "restore", ADA, selection={"path": "projects", "into": "restored/march"}, by="grace@ops")

    assert (told["status"], told["selection"]) == ("PENDING", {"path": "projects", "into": "restored/march"})
    lab.recovered({ADA: new})
    restored = {"restored/march/projects/one.txt": b"one", "restored/march/projects/deep/two.txt": b"two"}
    assert lab.files(new) == before | restored
    assert lab.row(ADA)["sources"] == {}
    (asked,) = [line for line in lab.ledger.history(ADA) if line["what"] == "restore asked for"]
    assert (asked["by"], asked["homes"]) == ("grace@ops", str(old))
    assert asked["selection"] == "only /projects; into restored/march"
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_what_is_incomplete_is_closed_by_copying_over_it(
    lab_of: Callable[..., Lab], skip_files: Callable[[bool], None]
) -> None:
    """The owner has worked in the new home since, so no retry would ever do."""
    lab = lab_of("lab-of-partials")
    (old,) = lab.move_in(ADA).values()
    lab.move_out(ADA)
    skip_files(True)
    homes = lab.studio.create(ADA)
    lab.known(homes)
    lab.recovered(homes)
    skip_files(False)
    lab.studio.open_apps(ADA)
    write(lab.cloud.disk, homes[ADA], "own.txt", b"own")
    assert lab.statuses(homes) == {"PARTIAL"}

    assert ask(lab, "restore", ADA, selection={"overwrite": "ALWAYS"})["status"] == "PENDING"

    lab.recovered(homes)
    assert lab.files(homes[ADA]) == lab.files(old) | {"own.txt": b"own"}
    assert (lab.statuses(homes), lab.row(ADA)["sources"]) == ({"SUCCEEDED"}, {})


def test_what_is_incomplete_is_closed_by_giving_up_the_old_home(
    lab_of: Callable[..., Lab], skip_files: Callable[[bool], None]
) -> None:
    """No file of it is touched."""
    lab = lab_of("lab-of-drops")
    (old,) = lab.move_in(ADA).values()
    files = lab.files(old)
    lab.move_out(ADA)
    skip_files(True)
    homes = lab.studio.create(ADA)
    lab.known(homes)
    lab.recovered(homes)

    told = ask(lab, "drop", ADA, home=str(old))

    assert (told["status"], told["sources"], told["dropped"]) == ("IDLE", [], str(old))
    assert lab.files(old) == files
    assert "dropped" in lab.history(ADA)


def test_a_folder_of_another_owner_comes_to_many_at_once_and_one_by_one(lab_of: Callable[..., Lab]) -> None:
    """What does not fit one owner is told of that one."""
    lab = lab_of("lab-of-many")
    homes = lab.move_in(ADA, BOB)
    write(lab.cloud.disk, homes[ADA], "projects/one.txt", b"one")
    source = named(lab, ADA)

    assert ask(lab, "restore", BOB, source=source, selection={"includes": ["/proj*"]})["status"] == "PENDING"

    lab.recovered({BOB: homes[BOB]})
    assert lab.files(homes[BOB]) == {"bob.txt": lab.words(BOB), "projects/one.txt": b"one"}
    owners = [named(lab, ADA), named(lab, BOB), "user/eve"]
    told = answered(lab, {"action": "restore", "owners": owners})["answers"]
    assert [(one["owner"], one["error"]) for one in told] == [(owner, "BadInput") for owner in owners]
    assert "nothing is known of an earlier home" in told[0]["message"]
