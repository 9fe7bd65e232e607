"""`studio-recovery target`."""

from studio_recovery_cli.commands.target import target
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, LabOf, named
from tests.cli.shell import Shell


def test_the_files_come_when_the_target_is_created(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-targets")
    homes = lab.move_in(ADA)
    told = operator.run("target", named(lab, ADA), named(lab, BOB), "--yes", "--output", "json")
    assert (told.status, told.data["status"], told.data["source"]) == (0, "IDLE", named(lab, ADA))
    assert undocumented(told.data, target.fields) == []
    assert set(told.actions) <= set(target.actions)
    assert f"homes  {homes[ADA]}" in told.err
    assert "when it is created" in told.err
    assert "nobody is called so yet" in told.err
    his = lab.studio.create(BOB)
    lab.known(his)
    lab.recovered(his)
    assert lab.files(his[BOB]) == lab.files(homes[ADA])


def test_a_home_of_another_is_refused_before_the_question(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-wrong-targets")
    lab.move_in(ADA)
    told = operator.run("target", named(lab, ADA), named(lab, BOB), "--home", "fs-0123456789abcdef0/200005")
    assert (told.status, told.out) == (1, "")
    assert "never was a home of" in told.err
    wrong = operator.run("target", named(lab, ADA), named(lab, BOB), "--home", "home")
    assert (wrong.status, "is not a home" in wrong.err) == (2, True)


def test_a_target_that_may_be_spelled_wrong_is_said_to_be_one(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-misspelled-targets")
    lab.move_in(ADA)
    words = ("target", named(lab, ADA), "user/bob@cli-misspelled-target")
    told = operator.run(*words, terminal=True, typed="n\n")
    assert told.status == 1
    assert "nobody in the ledger is in a domain cli-misspelled-target yet (did you mean cli-misspelled-targets?)" in (
        told.err
    )
    wrong = operator.run("target", named(lab, ADA), "user/b_b@cli-misspelled-targets")
    assert (wrong.status, "SageMaker's names have up to 63 letters" in wrong.err) == (1, True)
