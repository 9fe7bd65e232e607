"""What a deleted domain left behind is told from rows and history."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery_cli.planning.prices import GB, Stored, prices_in
from studio_recovery_cli.repairing.orphans import (
    FileSystem,
    Homes,
    OldHome,
    State,
    as_item,
    made_by_sagemaker,
    of_gone_owners,
)
from studio_recovery_cli.repairing.orphans_drawn import draw

OLD, NEW = Home("fs-old", "200005", "d-old"), Home("fs-new", "200010", "d-new")
ADA = Owner(Kind.USER, "ada", "lab")
REGION, ACCOUNT = "eu-west-1", "111122223333"
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/d-old"


def described(tag: str = ARN, **more: Any) -> dict[str, Any]:
    return {
        "FileSystemId": "fs-old",
        "CreationTime": datetime(2026, 3, 2, tzinfo=UTC),
        "Tags": [{"Key": "ManagedByAmazonSageMakerResource", "Value": tag}],
        "SizeInBytes": {"Value": 10 * GB},
    } | more


def homes(*rows: Row, lines: tuple[Line, ...] = ()) -> list[OldHome]:
    found = Homes({"fs-old"})
    for row in rows:
        found.read(row)
    for line in lines:
        found.hear(ADA, line)
    return list(found.all())


def typed(command: str) -> str:
    return f"studio-recovery {command}"


def test_a_file_system_is_sagemakers_by_its_tag() -> None:
    (found,) = made_by_sagemaker([described()], REGION, ACCOUNT)
    assert (found.id, found.domain_id, found.stored.total, found.several_zones) == ("fs-old", "d-old", 10 * GB, True)


@pytest.mark.parametrize(
    "tag",
    ["", "true", ARN.replace(REGION, "us-east-1"), ARN.replace(ACCOUNT, "444455556666"), f"{ARN}/more", "d-old"],
)
def test_what_is_not_known_to_be_a_domains_of_this_place_is_left_out(tag: str) -> None:
    assert list(made_by_sagemaker([described(tag)], REGION, ACCOUNT)) == []


def test_bytes_are_told_by_storage_class() -> None:
    sizes = {"Value": 10, "ValueInIA": 3, "ValueInArchive": 2, "ValueInStandard": 5}
    (found,) = made_by_sagemaker([described(SizeInBytes=sizes, ThroughputMode="elastic")], REGION, ACCOUNT)
    assert found.stored == Stored(5, 3, 2, elastic=True)


def test_a_home_that_waits_can_be_restored_to_its_owner() -> None:
    (home,) = homes(Row(ADA, NEW, sources=(Source(OLD, 1, left_at=7),), status=Status.FAILED))
    assert (home.state, home.last_seen, home.owner_lives) == (State.WAITING, 7, True)
    item = as_item(FileSystem("fs-old", "d-old", 1, Stored(0)), [home], None, typed)["homes"][0]
    assert item["command"] == "studio-recovery restore user/ada@lab --from fs-old/200005"


def test_a_home_without_a_successor_is_the_last_one() -> None:
    (home,) = homes(Row(ADA, OLD, deleted_at=9))
    assert (home.state, home.owner_lives, home.last_seen) == (State.LAST, False, 9)


def test_a_home_that_was_found_empty_is_set_aside() -> None:
    (home,) = homes(Row(ADA, NEW, sources=(Source(OLD, 1, dormant=True),)))
    assert home.state is State.SET_ASIDE


def test_a_home_that_only_the_history_knows_is_copied_or_known() -> None:
    seen = Line("created", 5, "a", {"efs_sys_id": "fs-old", "efs_uid": "200005"})
    over = Line("SUCCEEDED", 8, "b", {"source": OLD.key, "target": NEW.key})
    assert [home.state for home in homes(Row(ADA, NEW), lines=(seen, over))] == [State.COPIED]
    part = Line("SUCCEEDED", 8, "b", over.details | {"selection": "only /projects"})
    assert [home.state for home in homes(Row(ADA, NEW), lines=(seen, part))] == [State.KNOWN]
    (known,) = homes(Row(ADA, NEW), lines=(seen,))
    assert (known.state, known.last_seen, known.owner_lives) == (State.KNOWN, 5, True)


def test_another_owners_home_that_was_asked_for_is_not_taken_for_ones_own() -> None:
    asked = Source(OLD, 1, origin="user/bob@lab")
    (home,) = homes(Row(ADA, NEW, sources=(asked,)))
    assert (str(home.owner), home.state, home.waits_for) == ("user/bob@lab", State.WAITING, (ADA,))
    assert homes(Row(ADA, NEW, sources=(replace(asked, dormant=True),))) == []


@pytest.mark.parametrize("first", [True, False])
def test_a_home_that_somebody_waits_for_is_not_merely_its_owners_last_one(first: bool) -> None:
    bob = Owner(Kind.USER, "bob", "lab")
    rows = (Row(bob, OLD, deleted_at=9), Row(ADA, NEW, sources=(Source(OLD, 1, origin=str(bob)),)))
    over = Line("SUCCEEDED", 8, "b", {"source": OLD.key, "target": "fs-else/1"})
    (home,) = homes(*(rows if first else rows[::-1]), lines=(over,))
    assert (home.owner, home.state) == (bob, State.WAITING)
    item = as_item(FileSystem("fs-old", "d-old", 1, Stored(0)), [home], None, typed)
    assert item["homes"][0]["waits_for"] == ["user/ada@lab"]
    assert "waiting    200005" in drawn(item)
    assert "for user/ada@lab" in drawn(item)


def test_of_owners_who_are_gone_it_is_said_how_another_gets_the_files() -> None:
    item = as_item(FileSystem("fs-old", "d-old", 1, Stored(0)), homes(Row(ADA, OLD, deleted_at=9)), None, typed)
    assert "  studio-recovery target user/ada@lab user/NAME@DOMAIN --home fs-old/200005" in drawn(item).splitlines()


def drawn(item: dict[str, Any]) -> str:
    paper = io.StringIO()
    draw([item], None, REGION, typed, Console(file=paper, width=80))
    return paper.getvalue()


def test_homes_elsewhere_are_not_told() -> None:
    assert homes(Row(ADA, NEW)) == []


def test_the_month_is_priced_where_prices_are_known() -> None:
    one = FileSystem("fs-old", "d-old", 1, Stored(10 * GB))
    assert as_item(one, [], prices_in("eu-west-1"), typed)["monthly_cost_usd"] == pytest.approx(3.3)
    unpriced = as_item(one, [], prices_in("mars-north-1"), typed)
    assert (unpriced["monthly_cost_usd"], unpriced["priced"], unpriced["domain_name"]) == (None, None, None)
    in_one_zone = FileSystem("fs-old", "d-old", 1, Stored(10 * GB), several_zones=False)
    assert as_item(in_one_zone, [], prices_in("eu-west-1"), typed)["monthly_cost_usd"] is None


def test_homes_of_those_who_are_gone_are_told_without_those_on_orphans() -> None:
    rows = [Row(ADA, NEW, deleted_at=3), Row(Owner(Kind.USER, "bob", "lab"), OLD, deleted_at=4), Row(ADA, NEW)]
    assert [(home.key, home.last_seen) for home in of_gone_owners(rows, {"fs-old"})] == [(NEW.key, 3)]
