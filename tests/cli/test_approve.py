"""`studio-recovery approve`."""

from studio_recovery_cli.commands.approve import approve
from tests.cli.documented import undocumented
from tests.cli.people import BOB, DRAFTS, LabOf, changed_hands, named
from tests.cli.shell import Shell


def test_an_approval_lets_another_persons_files_come(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-approvals")
    old, new = changed_hands(lab)
    told = operator.run("approve", "*@cli-approvals", "--yes", "--output", "json")
    assert (told.status, [(one["owner"], one["status"]) for one in told.data]) == (0, [(named(lab, DRAFTS), "PENDING")])
    assert "Left as they are: 1 owner (owner" in told.err
    assert f"{old} → {new}" in told.err
    assert undocumented(told.data, approve.fields) == []
    assert set(told.actions) <= set(approve.actions)
    lab.recovered({DRAFTS: new})
    assert lab.files(new) == {"drafts.txt": b"of bob"}


def test_who_waits_for_nothing_is_told_so_before_the_question(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-no-approvals")
    lab.known(lab.studio.create(BOB))
    told = operator.run("approve", named(lab, BOB))
    assert (told.status, told.out) == (1, "")
    assert told.err == f"error: owner {named(lab, BOB)} is IDLE: nothing of it waits for an approval\n"
