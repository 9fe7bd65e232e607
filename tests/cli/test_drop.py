"""`studio-recovery drop`."""

from collections.abc import Callable

from studio_recovery_cli.commands.drop import drop
from tests.cli.documented import undocumented
from tests.cli.people import ADA, LabOf, came_back, named
from tests.cli.shell import Shell


def test_a_dropped_home_is_not_copied_and_keeps_its_files(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-drops")
    old, new = came_back(lab)
    told = operator.run("drop", named(lab, ADA), str(old.uid), "--yes", "--output", "json")
    (one,) = told.data
    assert (told.status, one["status"], one["sources"]) == (0, "IDLE", [])
    assert "No file is deleted" in told.err
    assert undocumented(told.data, drop.fields) == []
    assert set(told.actions) <= set(drop.actions)
    no_recovery_begins()
    assert lab.files(old) == {"ada.txt": lab.words(ADA)}
    assert lab.files(new) == {}
    assert "dropped" in lab.history(ADA)


def test_a_home_that_does_not_wait_cannot_be_dropped(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-no-drops")
    home = lab.studio.create(ADA)
    lab.known(home)
    told = operator.run("drop", named(lab, ADA), str(home[ADA]), "--yes")
    assert (told.status, told.out) == (1, "")
    assert told.err.splitlines()[1] == "Its sources: none"
