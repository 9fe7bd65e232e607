"""`studio-recovery cancel`."""

from collections.abc import Callable

from studio_recovery_cli.commands.cancel import cancel
from tests.cli.documented import undocumented
from tests.cli.people import ADA, LabOf, came_back, named
from tests.cli.shell import Shell


def test_a_recovery_that_waits_is_cancelled_and_comes_with_a_retry(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-cancels")
    old, new = came_back(lab)
    told = operator.run("cancel", named(lab, ADA), "--yes", "--output", "json")
    (one,) = told.data
    assert (told.status, one["status"], one["reason"]) == (0, "BLOCKED", "cancelled")
    assert undocumented(told.data, cancel.fields) == []
    assert set(told.actions) <= set(cancel.actions)
    no_recovery_begins()
    assert operator.run("retry", named(lab, ADA), "--yes").status == 0
    lab.recovered({ADA: new})
    assert lab.files(new) == lab.files(old)


def test_what_rests_cannot_be_cancelled(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-no-cancels")
    lab.known(lab.studio.create(ADA))
    told = operator.run("cancel", named(lab, ADA), "--yes")
    assert (told.status, told.out) == (1, "")
    assert "only what is PENDING or RUNNING can be cancelled" in told.err
