"""`studio-recovery reject`."""

from studio_recovery_cli.commands.reject import reject
from tests.cli.documented import undocumented
from tests.cli.people import DRAFTS, LabOf, changed_hands, named
from tests.cli.shell import Shell


def test_a_rejected_home_is_set_aside_and_stays_known(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-rejections")
    old, new = changed_hands(lab)
    told = operator.run("reject", named(lab, DRAFTS), "--yes", "--output", "json")
    (one,) = told.data
    assert (told.status, one["status"], one["sources"][0]["dormant"]) == (0, "IDLE", True)
    assert one["sources"][0]["home"] == str(old)
    assert "nothing of it is deleted" in told.err
    assert f"home  {old} is set aside; no other waits" in told.err
    assert undocumented(told.data, reject.fields) == []
    assert set(told.actions) <= set(reject.actions)
    assert lab.files(new) == {}
    again = operator.run("reject", named(lab, DRAFTS), "--yes")
    assert (again.status, "waits for an approval" in again.err) == (1, True)
