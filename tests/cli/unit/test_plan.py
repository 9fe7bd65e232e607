"""What a plan says of copies: sums, times, costs, and what is in the way."""

from dataclasses import replace

import pytest
from rich.console import Console

from studio_recovery.rows import Row
from studio_recovery.selection import Selection
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery.waiting_line import Room
from studio_recovery_cli.planning.mounts import Mount
from studio_recovery_cli.planning.plan import DATASYNC, HISTORY, Copy, Left, Plan, Size, Tasks, as_data
from studio_recovery_cli.planning.plan_fields import FIELDS
from studio_recovery_cli.planning.plan_screen import draw
from studio_recovery_cli.planning.prices import Prices
from studio_recovery_cli.planning.sizes import ASSUMED_START_SECONDS, Speed
from tests.cli.documented import undocumented
from tests.unit.cast import ADA, ELSEWHERE, NEW, NEWER, OLD

GB = 1024**3
PENDING = Row(ADA, home=NEW, sources=(Source(OLD, 1),), status=Status.PENDING, request_id="1")
OPEN = Mount("fs-old", 5 * GB, "vpc-1", "subnet-1", 200, nfs_open=True)
PRICES = Prices("2026-09-11", datasync=0.01, transition=0, efs_standard=0.3, efs_infrequent_access=0.03)


def plan(*copies: Copy, **more: object) -> Plan:
    told = {"left": (), "mounts": (OPEN,), "tasks": Tasks(Room(100, 50), 0, 0), "speed": Speed(GB, 2), "prices": PRICES}
    return Plan(copies, **{**told, **more})  # type: ignore[arg-type]  # a test's own fields


def shown(made: Plan, width: int = 80) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        draw(made, console)
    return captured.get()


def test_sizes_times_and_costs_are_of_the_copies_of_known_size() -> None:
    made = plan(Copy(PENDING, Size(2 * GB, HISTORY)), Copy(PENDING, Size(4 * GB, DATASYNC)), Copy(PENDING, Size()))
    total = as_data(made)["total"]
    assert (total["copies"], total["of_unknown_size"], total["expected_bytes"]) == (3, 1, 6 * GB)
    assert total["estimated_seconds"] == ASSUMED_START_SECONDS + 4
    assert total["estimated_cost_usd"] == pytest.approx(0.06)


def test_more_copies_than_places_take_turns() -> None:
    copies = [Copy(PENDING, Size(10 * GB, HISTORY))] * 10
    assert plan(*copies, tasks=Tasks(Room(100, 2), 0, 0)).seconds == 10 * (ASSUMED_START_SECONDS + 10) / 2
    assert plan(*copies, tasks=Tasks(Room(100, 50), 99, 0)).seconds == 10 * (ASSUMED_START_SECONDS + 10)


def test_without_prices_of_the_region_the_cost_is_unknown() -> None:
    made = plan(Copy(PENDING, Size(GB, HISTORY)), prices=None)
    assert as_data(made)["total"]["estimated_cost_usd"] is None
    assert "cost     unknown" in shown(made)


@pytest.mark.parametrize(
    ("mount", "trouble"),
    [
        (OPEN, []),
        (Mount("fs-old", 5, trouble="it has no mount target"), ["it has no mount target"]),
        (replace(OPEN, nfs_open=False, trouble="closed"), ["closed"]),
        (replace(OPEN, nfs_open=False, opened_by_recovery=True), []),
        (
            replace(OPEN, free_addresses=1),
            ["subnet-1 has 1 free addresses, and a copy needs 2 there (4 if both homes are mounted from it)"],
        ),
    ],
)
def test_what_is_in_the_way_is_said(mount: Mount, trouble: list[str]) -> None:
    made = plan(Copy(PENDING, Size()), mounts=(mount,))
    assert made.troubles == trouble
    assert all(said in shown(made, 200) for said in trouble)


def test_a_source_that_is_gone_is_skipped_and_a_target_that_is_gone_stops_the_copy() -> None:
    gone = Mount("fs-new", trouble="file system fs-new no longer exists")
    into = replace(PENDING, home=ELSEWHERE)
    out_of = replace(PENDING, sources=(Source(ELSEWHERE, 1),))
    assert plan(Copy(out_of, Size()), mounts=(gone,)).troubles == [f"{gone.trouble}: a copy from it ends SKIPPED"]
    assert plan(Copy(into, Size()), mounts=(gone,)).troubles == [gone.trouble]


def test_one_copy_is_told_with_whose_what_and_what_comes_then() -> None:
    asked = Source(OLD, 2, origin="user/bob@lab", unfinished=True, selection=Selection(path="projects", into="old"))
    row = replace(PENDING, sources=(Source(NEWER, 1), asked))
    said = shown(plan(Copy(row, Size())))
    assert "user/bob@lab's, not the owner's own" in said
    assert "only /projects; into old" in said
    assert "verifies everything" in said
    assert f"{NEWER.key} fills the gaps, if the copy before it ended well" in " ".join(said.split())
    assert "size     unknown; all homes of the file system hold 5.4 GB" in said


def test_a_running_copy_is_told_by_what_it_copies_now() -> None:
    row = replace(PENDING, status=Status.RUNNING, copying=OLD.key, sources=(Source(NEWER, 2), Source(OLD, 1)))
    told = as_data(plan(Copy(row, Size(7, DATASYNC))))["copies"][0]
    assert (told["from"], told["then"], told["expected_by"]) == (OLD.key, [NEWER.key], DATASYNC)


def test_who_gets_nothing_is_told_with_the_reason() -> None:
    held = replace(PENDING, status=Status.BLOCKED, reason="held", replication=False)
    made = plan(left=(Left(held), Left(PENDING, "nothing to restore")))
    assert [one["why"] for one in as_data(made)["not_copied"]] == [
        "it is on hold: nothing is copied until it is released",
        "nothing to restore",
    ]
    assert "Nothing is copied for 2 owners" in shown(made)


@pytest.mark.parametrize("width", [80, 140])
def test_a_plan_fits_the_terminal(width: int) -> None:
    home = replace(NEW, file_system_id="fs-0123456789abcdef0")
    row = replace(PENDING, home=home, sources=(Source(home, 1),))
    for made in (plan(Copy(row, Size(GB, HISTORY))), plan(*[Copy(row, Size())] * 30)):
        assert max(map(len, shown(made, width).splitlines())) <= width
    assert "and 5 more" in shown(plan(*[Copy(row, Size())] * 30), width)


def test_the_data_is_what_the_help_says() -> None:
    made = plan(Copy(PENDING, Size(GB, HISTORY)), left=(Left(PENDING, "no"),))
    assert undocumented(as_data(made), FIELDS) == []


def test_nothing_to_plan_is_said() -> None:
    assert "Nothing waits to be copied." in shown(plan(mounts=()))


def test_whose_files_come_after_the_owners_own_is_told() -> None:
    row = replace(PENDING, sources=(Source(OLD, 2), Source(NEWER, 1, origin="user/bob@lab")))
    one = " ".join(shown(plan(Copy(row, Size()))).split())
    assert f"{NEWER.key} of user/bob@lab fills the gaps" in one
    many = shown(plan(Copy(row, Size()), Copy(PENDING, Size())))
    assert "user/ada@lab gets fs-old…/200015 of user/bob@lab" in many


def test_what_runs_does_not_begin() -> None:
    running = Copy(replace(PENDING, status=Status.RUNNING, copying=OLD.key), Size(GB, DATASYNC))
    assert "1 runs, 1 begins at once" in " ".join(shown(plan(running, Copy(PENDING, Size()))).split())
    assert "1.1 GB, runs" in shown(plan(running, Copy(PENDING, Size())))
    assert "account: it runs" in " ".join(shown(plan(running)).split())
