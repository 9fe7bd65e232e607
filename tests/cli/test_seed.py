"""`seed` reconciles now, and says what it did, or would do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from rich.text import Text

from demo.cloud import Cloud
from demo.studio import Owner, wait_for
from studio_recovery_cli.commands.seed import seed
from tests.cli.documented import undocumented
from tests.cli.shell import Shell
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")
LOG_GROUP = "/aws/lambda/studio-recovery-seed"


@contextmanager
def nobody_tells(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[None]:
    """Events are lost as long as the block runs."""
    events, rule = cloud.client("events"), f"{outputs['name']}-created"
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)


def test_a_lost_event_is_foretold_and_then_made_good(
    operator: Shell, cloud: Cloud, outputs: dict[str, Any], lab_of: Callable[..., Lab]
) -> None:
    lab = lab_of("meadow")
    with nobody_tells(cloud, outputs):
        homes = lab.studio.create(ADA)
    would = operator.run("seed", "--dry-run", "--output", "json")
    (change,) = [one for one in would.data["would"]["changes"] if one["owner"] == "user/ada@meadow"]
    assert (would.status, would.data["changed"], would.data["dry_run"]) == (0, 0, True)
    assert (change["what"], change["status"], change["from"]) == ("seeded", "IDLE", None)
    assert change["to"].startswith(f"{lab.studio.file_system_id}/")
    assert not lab.ledger.knows(ADA, homes[ADA])
    table = Text.from_ansi(replace(operator, columns=80).run("seed", "--dry-run", terminal=True).out).plain
    assert "user/ada@meadow" in table
    assert max(map(len, table.splitlines())) <= 80
    done = operator.run("seed", "--output", "json")
    assert (done.status, done.data["complete"], done.data["troubles"]) == (0, True, [])
    assert done.data["changed"] >= 1
    assert lab.ledger.knows(ADA, homes[ADA])
    assert [undocumented(one.data, seed.fields) for one in (would, done)] == [[], []]
    assert set(done.actions) == set(seed.actions)


def test_when_nothing_has_to_change_it_says_so(operator: Shell) -> None:
    operator.run("seed")
    told = operator.run("seed")
    assert (told.status, told.err) == (0, "")
    assert "Nothing had to change." in told.out
    assert "Nothing would change." in operator.run("seed", "--dry-run").out


def test_on_a_terminal_there_is_a_bar_beside_the_answer(operator: Shell) -> None:
    told = operator.run("seed", terminal=True)
    assert (told.status, "Reconciles" in told.err, "Reconciles" in told.out) == (0, True, False)


def test_nobody_needs_to_wait(
    operator: Shell, cloud: Cloud, outputs: dict[str, Any], lab_of: Callable[..., Lab]
) -> None:
    lab = lab_of("hedge")
    with nobody_tells(cloud, outputs):
        homes = lab.studio.create(ADA)
    told = operator.run("seed", "--detach", "--output", "json")
    assert (told.status, told.data["detached"], told.data["complete"]) == (0, True, None)
    assert told.data["log_group"] == LOG_GROUP
    assert undocumented(told.data, seed.fields) == []
    wait_for("the seed's work", lambda: lab.ledger.knows(ADA, homes[ADA]))
    said = operator.run("seed", "--detach").out
    assert LOG_GROUP in said
    assert "studio-recovery status" in said


def test_what_does_not_go_together_is_refused(operator: Shell) -> None:
    told = operator.run("seed", "--detach", "--dry-run")
    assert (told.status, told.out) == (2, "")


def test_who_may_only_look_may_not_seed(nobody: Shell) -> None:
    told = nobody.run("seed")
    assert (told.status, "access denied" in told.err) == (1, True)
