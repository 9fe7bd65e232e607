"""`studio-recovery release`."""

from studio_recovery_cli.commands.release import release
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, LabOf, named
from tests.cli.shell import Shell


def test_a_release_starts_what_was_held_back_also_of_others(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-releases")
    homes = lab.move_in(ADA, BOB)
    operator.run("hold", named(lab, ADA), "--yes")
    waits = operator.run("target", named(lab, ADA), named(lab, BOB), "--yes")
    assert "is on hold" in waits.out
    told = operator.run("release", named(lab, ADA), "--yes", "--output", "json")
    assert told.status == 0
    assert [(one["owner"], one["status"]) for one in told.data] == [
        (named(lab, ADA), "IDLE"),
        (named(lab, BOB), "PENDING"),
    ]
    assert undocumented(told.data, release.fields) == []
    assert set(told.actions) <= set(release.actions)
    lab.recovered(homes)
    assert lab.files(homes[BOB]) == {"ada.txt": lab.words(ADA), "bob.txt": lab.words(BOB)}


def test_who_is_not_on_hold_is_left_alone(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-free-people")
    lab.known(lab.studio.create(ADA))
    told = operator.run("release", "user/*@cli-free-people", "--yes", "--output", "json")
    assert [(one["owner"], one["changed"]) for one in told.data] == [(named(lab, ADA), False)]
    assert (told.status, told.err) == (0, "")


def test_nobody_fits(operator: Shell) -> None:
    told = operator.run("release", "user/*@nowhere", "--yes")
    assert (told.status, told.out) == (1, "")
    assert "no owner fits user/*@nowhere" in told.err
