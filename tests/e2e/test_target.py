"""Use case 8: an admin has one owner's files copied to another, who exists or is yet to be created."""

from collections.abc import Callable

from demo.homes import write
from demo.leftovers import leftovers
from demo.studio import Owner
from tests.e2e.admin import answered, ask, named, target
from tests.e2e.lab import Lab

ADA, BOB = Owner("user", "ada"), Owner("user", "bob")
READING_GROUP = Owner("space", "reading-group")


def test_a_space_that_exists_gets_a_users_files_at_once(lab_of: Callable[..., Lab]) -> None:
    """The user keeps her files, and the space its own; what comes is the space's."""
    lab = lab_of("lab-of-targets")
    homes = lab.move_in(ADA, READING_GROUP)
    hers, its = lab.files(homes[ADA]), lab.files(homes[READING_GROUP])

    assert target(lab, ADA, lab, READING_GROUP)["status"] == "PENDING"

    lab.recovered(homes)
    assert lab.files(homes[READING_GROUP]) == its | hers
    assert lab.uids(homes[READING_GROUP]) == {(homes[READING_GROUP].uid, 0)}
    assert lab.files(homes[ADA]) == hers
    assert lab.row(READING_GROUP)["replication_status"] == "SUCCEEDED"
    assert "target added" in lab.history(READING_GROUP)
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_an_owner_in_another_domain_gets_the_files_when_it_is_created(lab_of: Callable[..., Lab]) -> None:
    """The request waits in a row without a home; the creation starts the copy, and no other creation does."""
    old, new = lab_of("lab-of-sources"), lab_of("lab-of-newcomers")
    hers = old.files(old.move_in(ADA)[ADA])

    told = target(old, ADA, new, BOB)

    assert (told["status"], told["home"]) == ("IDLE", "")
    others = new.studio.create(ADA)
    new.known(others)
    new.recovered(others)
    assert new.files(others[ADA]) == {}
    assert new.executions == []
    homes = new.studio.create(BOB)
    new.known(homes)
    new.recovered(homes)
    assert new.files(homes[BOB]) == hers
    assert new.uids(homes[BOB]) == {(homes[BOB].uid, 0)}


def test_a_named_older_home_comes_alone(lab_of: Callable[..., Lab]) -> None:
    """It was recovered long ago, so only the history knows that it was hers."""
    lab = lab_of("lab-of-older-homes")
    first, his = lab.move_in(ADA, BOB).values()
    hers = lab.files(first)
    lab.move_out(ADA)
    second = lab.studio.create(ADA)
    lab.known(second)
    lab.recovered(second)
    write(lab.cloud.disk, second[ADA], "second.txt", b"second")
    assert lab.row(ADA)["sources"] == {}

    target(lab, ADA, lab, BOB, home=str(first))

    lab.recovered({BOB: his})
    assert lab.files(his) == {"bob.txt": lab.words(BOB)} | hers


def test_the_files_of_an_owner_on_hold_come_when_it_is_released(lab_of: Callable[..., Lab]) -> None:
    """The target is told that it waits for the source's release, and so is whoever asks."""
    lab = lab_of("lab-of-held-sources")
    homes = lab.move_in(ADA, BOB)
    ask(lab, "hold", ADA)

    told = target(lab, ADA, lab, BOB)

    assert (told["status"], told["reason"], told["on_hold"]) == ("BLOCKED", "source held", [named(lab, ADA)])
    assert lab.executions == []
    assert lab.files(homes[BOB]) == {"bob.txt": lab.words(BOB)}
    told = ask(lab, "release", ADA)
    assert [(one["owner"], one["status"]) for one in told["others"]] == [(named(lab, BOB), "PENDING")]
    lab.recovered(homes)
    assert lab.files(homes[BOB]) == {"ada.txt": lab.words(ADA), "bob.txt": lab.words(BOB)}


def test_a_wrong_request_is_answered_with_what_is_wrong(lab_of: Callable[..., Lab]) -> None:
    """Whoever mistypes a name reads the one that was meant."""
    lab = lab_of("lab-of-typing-mistakes")
    homes = lab.move_in(ADA)
    told = answered(lab, {"action": "target", "source": f"user/adda@{lab.studio.name}", "target": named(lab, BOB)})
    assert told["errorType"] == "BadInput"
    assert f"is not known; did you mean {named(lab, ADA)}" in told["errorMessage"]
    told = target(lab, ADA, lab, ADA, home=str(homes[ADA]))
    assert told["errorMessage"] == f"home {homes[ADA]} is the current home of {named(lab, ADA)}"
