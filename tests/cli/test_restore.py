"""`studio-recovery restore`."""

from collections.abc import Callable
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import write
from demo.studio import Network, Studio
from studio_recovery_cli.commands.restore import restore
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, GRACE, LabOf, came_back, named
from tests.cli.shell import Shell
from tests.e2e.lab import Lab


@pytest.fixture(scope="module")
def ada(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> str:
    """An owner who never left."""
    lab = Lab(cloud, outputs, Studio(cloud, "cli-refusals", network))
    lab.known(lab.studio.create(ADA))
    return named(lab, ADA)


def test_a_folder_of_an_old_home_comes_into_a_subfolder(lab_of: LabOf, operator: Shell) -> None:
    """Nothing waits: the latest earlier home is copied again, as much of it as was asked for."""
    lab = lab_of("cli-restores")
    old, new = came_back(lab)
    lab.recovered({ADA: new})
    write(lab.cloud.disk, old, "projects/model.py", b"model")
    words = ("restore", named(lab, ADA), "--path", "projects", "--into", "restored/today", "--yes")
    told = operator.run(*words, "--output", "json")
    (one,) = told.data
    assert (told.status, one["outcome"], one["source"], one["target"]) == (0, "SUCCEEDED", str(old), str(new))
    assert undocumented(told.data, restore.fields) == []
    assert set(told.actions) <= set(restore.actions)
    assert lab.files(new) == {"ada.txt": lab.words(ADA), "restored/today/projects/model.py": b"model"}
    again = operator.run(*words)
    assert (again.status, "Nothing was copied" in again.err) == (0, True)


def test_a_home_of_another_is_found_by_its_name_and_told_before_the_question(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-loans")
    homes = lab.move_in(ADA, BOB)
    asked = operator.run("restore", named(lab, BOB), "--from", str(homes[ADA]), terminal=True, typed="n\n")
    assert asked.status == 1
    assert f"{named(lab, ADA)}'s, not the owner's own" in asked.err
    assert lab.row(BOB)["sources"] == {}
    told = operator.run("restore", named(lab, ADA), "--to", named(lab, BOB), "--yes")
    assert told.status == 0
    assert f"{named(lab, BOB)}: SUCCEEDED" in told.out
    assert lab.files(homes[BOB]) == {"ada.txt": lab.words(ADA), "bob.txt": lab.words(BOB)}


def test_a_pattern_restores_all_and_tells_of_each(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    """One of the three never had another home: that is told, and the others come, also if nobody waits for them."""
    lab = lab_of("cli-patterns")
    homes = {ADA: came_back(lab, ADA)[1], BOB: came_back(lab, BOB)[1]}
    lab.known(lab.studio.create(GRACE))
    told = operator.run("restore", "user/*@cli-patterns", "--yes", "--detach", "--output", "json")
    assert told.status == 3
    assert {one["owner"]: one["outcome"] for one in told.data} == {
        named(lab, ADA): "PENDING",
        named(lab, BOB): "PENDING",
        named(lab, GRACE): "REFUSED",
    }
    no_recovery_begins()
    lab.recovered(homes)
    assert {owner: lab.files(home) for owner, home in homes.items()} == {
        owner: {f"{owner.name}.txt": lab.words(owner)} for owner in homes
    }


def test_who_does_not_wait_is_told_how_to_come_back(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-detached")
    old, new = came_back(lab)
    planned = operator.run("restore", named(lab, ADA), "--from", str(old.uid), "--dry-run", "--output", "json")
    assert planned.data["copies"][0]["from"] == str(old)
    told = operator.run("restore", named(lab, ADA), "--yes", "--detach")
    assert told.status == 0
    assert f"Follow it: studio-recovery show {named(lab, ADA)} --follow" in told.err
    assert f"{named(lab, ADA)}: PENDING" in told.out
    no_recovery_begins()
    lab.recovered({ADA: new})


def test_a_dry_run_shows_the_plan_to_who_may_only_look(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-dry-runs")
    old, new = came_back(lab)
    lab.recovered({ADA: new})
    before = lab.row(ADA)
    words = ("restore", named(lab, ADA), "--dry-run", "--overwrite", "always", "--exclude", "/old", "--output", "json")
    told = reader.run(*words)
    (copy,) = told.data["copies"]
    assert (told.status, copy["from"]) == (0, str(old))
    assert copy["selection"] == {"overwrite": "ALWAYS", "excludes": ["/old"]}
    assert lab.row(ADA) == before


def test_a_hold_still_stops_it(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-held-restores")
    _, new = came_back(lab)
    lab.recovered({ADA: new})
    operator.run("hold", named(lab, ADA), "--yes")
    told = operator.run("restore", named(lab, ADA), "--yes")
    assert told.status == 1
    assert f"{named(lab, ADA)}: BLOCKED, held" in told.out
    assert f"To begin, release it: studio-recovery release {named(lab, ADA)}" in told.err


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--path", "../etc"), 2, "--path '../etc' has an empty component, '.' or '..'"),
        (("--into", "a/b/c/d"), 2, "--into 'a/b/c/d' has more than 3 levels"),
        (("--into", "a" * 101), 2, "--into has more than 88 characters"),
        (("--into", "übung"), 2, "letters beyond ASCII"),
        (("--include", "/a*b"), 2, "only as the last character"),
        (("--path", "a", "--include", "/b"), 2, "--path and --include are not given together"),
        (("--overwrite", "maybe"), 2, "'maybe' is not one of 'never', 'always'"),
        (("--from", "fs-1/0"), 2, "fs-1/0 is not a home"),
        (("--from", "user/x@lab", "--to", "user/y@lab"), 2, "cannot both be copied"),
        (("--from", "fs-0123456789abcdef0/200005"), 1, "nobody is known to have had the home"),
        (("--to", "user/nobody@nowhere"), 1, "no owner is called user/nobody@nowhere"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_before_any_question(
    operator: Shell, ada: str, options: tuple[str, ...], status: int, said: str
) -> None:
    told = operator.run("restore", ada, *options)
    assert (told.status, told.out) == (status, "")
    assert said in told.err
