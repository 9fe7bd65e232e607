"""`studio-recovery hold`."""

from studio_recovery_cli.commands.hold import hold
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, LabOf, named
from tests.cli.shell import Shell


def test_a_hold_says_what_it_does_and_how_the_owner_stands_then(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-holds")
    lab.known(lab.studio.create(ADA))
    told = operator.run("hold", named(lab, ADA), "--yes")
    assert told.status == 0
    assert told.err.splitlines()[0] == f"Put on hold {named(lab, ADA)}"
    assert told.out.startswith(f"{named(lab, ADA)} is IDLE: ")
    assert lab.row(ADA)["replication"] is False
    assert set(told.actions) <= set(hold.actions)
    again = operator.run("hold", named(lab, ADA), "--yes")
    assert (again.status, again.err) == (0, "")
    assert again.out.startswith("Nothing changed. ")


def test_a_pattern_holds_all_who_fit(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-many-holds")
    lab.known(lab.studio.create(ADA, BOB))
    told = operator.run("hold", "user/*@cli-many-holds", "--yes", "--output", "json")
    assert told.status == 0
    assert [(one["owner"], one["changed"], one["replication"]) for one in told.data] == [
        (named(lab, ADA), True, False),
        (named(lab, BOB), True, False),
    ]
    assert undocumented(told.data, hold.fields) == []
    assert "Put on hold 2 owners:" in told.err
    table = operator.run("hold", "user/*@cli-many-holds", "--yes")
    assert [line.split()[:2] for line in table.out.splitlines()[1:]] == [
        [named(lab, ADA), "IDLE"],
        [named(lab, BOB), "IDLE"],
    ]


def test_nothing_is_done_before_somebody_agreed(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-doubts")
    lab.known(lab.studio.create(ADA))
    alone = operator.run("hold", named(lab, ADA))
    assert (alone.status, "Say --yes" in alone.err) == (2, True)
    refused = operator.run("hold", named(lab, ADA), terminal=True, typed="n\n")
    assert (refused.status, refused.out) == (1, "")
    assert "Nothing was changed." in refused.err
    assert lab.row(ADA)["replication"] is True
    assert operator.run("hold", named(lab, ADA), terminal=True, typed="y\n").status == 0
    assert lab.row(ADA)["replication"] is False


def test_a_typing_mistake_gets_the_name_that_was_meant(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-mistakes")
    lab.known(lab.studio.create(ADA))
    told = operator.run("hold", "user/adda@cli-mistakes", "--yes")
    assert told.status == 1
    assert f"Did you mean {named(lab, ADA)}" in told.err


def test_who_may_not_is_told_what_is_missing(nobody: Shell) -> None:
    told = nobody.run("hold", "user/ada@lab", "--yes")
    assert told.status == 1
    assert "lack lambda:GetFunctionConfiguration" in told.err
