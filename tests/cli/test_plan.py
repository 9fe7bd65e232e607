"""`studio-recovery plan`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from demo.cloud import Cloud
from studio_recovery.aws.ledger import Ledger
from studio_recovery.owners import owner_named
from studio_recovery_cli import words
from studio_recovery_cli.commands.plan import plan
from studio_recovery_cli.standing.chronicle import ONE_BY_ONE, Chronicle, past_of
from tests.cli.documented import undocumented
from tests.cli.people import ADA, LabOf, came_back, named
from tests.cli.shell import Shell


def test_what_waits_is_planned_and_nothing_is_changed(
    lab_of: LabOf, reader: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-plans")
    old, new = came_back(lab)
    before = lab.row(ADA)
    told = reader.run("plan", "--domain", "cli-plans", "--pending", "--output", "json")
    (copy,) = told.data["copies"]
    assert (told.status, copy["owner"], copy["from"], copy["to"]) == (0, named(lab, ADA), str(old), str(new))
    assert undocumented(told.data, plan.fields) == []
    assert set(told.actions) <= set(plan.actions)
    (mount,) = told.data["file_systems"]
    assert (mount["file_system"], mount["trouble"]) == (old.file_system_id, None)
    assert mount["nfs_open"] or mount["opened_by_recovery"]
    assert told.data["room"]["task_quota"] == 100
    assert lab.row(ADA) == before
    shown = replace(reader, columns=80).run("plan", named(lab, ADA), terminal=True)
    assert "network" in shown.out
    no_recovery_begins()
    lab.recovered({ADA: new})


def test_an_earlier_home_is_planned_with_what_it_is_known_to_hold(lab_of: LabOf, reader: Shell) -> None:
    """Nothing waits any more: a restore would copy the old home again."""
    lab = lab_of("cli-old-plans")
    old, new = came_back(lab)
    lab.recovered({ADA: new})
    told = reader.run("plan", named(lab, ADA), "--output", "json")
    (copy,) = told.data["copies"]
    size = len(lab.words(ADA))
    assert (copy["from"], copy["expected_bytes"], copy["expected_by"]) == (str(old), size, "history")
    assert reader.run("plan", "--domain", "cli-old-plans").out == "Nothing waits to be copied.\n"


def test_who_is_on_hold_is_told_to_get_nothing(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-held-plans")
    lab.move_in(ADA)
    operator.run("hold", named(lab, ADA), "--yes")
    lab.move_out(ADA)
    lab.known(lab.studio.create(ADA))
    told = operator.run("plan", "--domain", lab.studio.domain_id, "--output", "json")
    assert (told.data["copies"], [one["reason"] for one in told.data["not_copied"]]) == ([], ["held"])


def test_who_had_no_other_home_gets_nothing(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-no-plans")
    lab.known(lab.studio.create(ADA))
    told = reader.run("plan", named(lab, ADA))
    assert told.status == 1
    assert f"Nothing is copied for {named(lab, ADA)}: " in told.out


def test_an_owner_and_a_domain_do_not_go_together(reader: Shell) -> None:
    assert reader.run("plan", "user/ada@lab", "--pending").status == 2


def test_of_many_owners_the_history_tells_the_same_as_of_one(
    lab_of: LabOf, cloud: Cloud, outputs: dict[str, Any]
) -> None:
    """It is read once for all of them."""
    lab = lab_of("cli-chronicles")
    came_back(lab)
    tables = (outputs["profile_table_name"], outputs["history_table_name"])
    ledger = Ledger(cloud.client("dynamodb"), *tables, words.now)
    owner = owner_named(named(lab, ADA), "owner")
    at_once = Chronicle(ledger)
    assert at_once.row(owner) == ledger.row(owner)
    assert list(at_once.homes_of(owner)) == list(ledger.homes_of(owner))
    assert len(at_once.lines_of(owner)) == len(list(ledger.lines_of(owner))) > 2
    assert (past_of(ledger, ONE_BY_ONE), type(past_of(ledger, ONE_BY_ONE + 1))) == (ledger, Chronicle)


def test_a_month_is_told_for_the_deployment_and_for_others(lab_of: LabOf, reader: Shell) -> None:
    lab_of("cli-months").move_in(ADA)
    told = reader.run("plan", "--month", "--output", "json")
    assert (told.status, undocumented(told.data, plan.fields)) == (0, [])
    assert set(told.actions) <= set(plan.actions)
    counts = {one["profiles"] for one in told.data["month"]["months"]}
    assert counts == {10, 100, 1_000, 10_000, told.data["month"]["profiles"]}
    assert "DataSync" in replace(reader, columns=80).run("plan", "--month", terminal=True).out
    assert reader.run("plan", "user/ada@cli-months", "--month").status == 2
