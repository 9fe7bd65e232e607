"""`studio-recovery list`."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.cloud import ACCESS, REGION, Cloud
from demo.studio import Owner
from studio_recovery_cli.commands.list_ import list_
from tests.cli.crowd import COUNT, crowd
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, LabOf, came_back, named
from tests.cli.shell import Shell

GROUP = Owner("space", "reading-group")
BROKEN = {"profile_name": {"S": "user/broken"}, "domain_name": {"S": "cli-broken"}}
SLOWER = 2.5


@pytest.fixture
def broken_row(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[None]:
    """A row that nobody can read, as long as the test runs."""
    tables, table = cloud.client("dynamodb"), outputs["profile_table_name"]
    tables.put_item(TableName=table, Item=BROKEN | {"efs_sys_id": {"S": "fs-1"}, "efs_uid": {"S": "0"}})
    yield
    tables.delete_item(TableName=table, Key=BROKEN)


def test_owners_are_listed_with_homes_what_waits_and_how_it_ended(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-lists")
    _, new = came_back(lab)
    lab.recovered({ADA: new})
    homes = lab.move_in(GROUP)
    told = reader.run("list", "*@cli-lists", "--output", "json")
    ada, group = sorted(told.data, key=lambda one: str(one["owner"]), reverse=True)
    assert (told.status, told.err) == (0, "")
    assert undocumented(told.data, list_.fields) == []
    assert set(told.actions) <= set(list_.actions)
    assert (ada["owner"], ada["home"], ada["status"]) == (named(lab, ADA), str(new), "SUCCEEDED")
    assert (ada["outcome"], ada["files_transferred"] > 0, ada["outcome_at"] is not None) == ("SUCCEEDED", True, True)
    assert (group["owner"], group["home"], group["outcome"]) == (named(lab, GROUP), str(homes[GROUP]), None)

    table = replace(reader, columns=80).run("list", "--domain", "cli-lists", terminal=True)
    assert "SUCCEEDED" in table.out
    assert f"…/{new.uid}" in table.out
    only = [
        reader.run("list", "--domain", lab.studio.domain_id, *words, "--output", "json").data
        for words in (("--kind", "space"), ("--status", "succeeded"), ("user/a",))
    ]
    assert [[one["owner"] for one in some] for some in only] == [
        [named(lab, GROUP)],
        [named(lab, ADA)],
        [named(lab, ADA)],
    ]


def test_where_nobody_fits_that_is_said_and_data_is_an_empty_list(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-empty-lists")
    lab.known(lab.studio.create(BOB))
    told = reader.run("list", "space/*@cli-empty-lists")
    assert (told.status, told.out, told.err) == (0, "", "Nobody fits.\n")
    assert reader.run("list", "space/*@cli-empty-lists", "--output", "json").data == []
    lost = reader.run("list", "user/bobb@cli-empty-lists", "--output", "json")
    assert (lost.status, lost.out) == (1, "")
    assert "Did you mean user/bob@cli-empty-lists" in lost.err
    for command in ("list", "plan"):
        lost = reader.run(command, "--domain", "cli-empty-list")
        assert (lost.status, lost.out) == (1, "")
        assert "error: no owner is in a domain cli-empty-list\nDid you mean cli-empty-lists?\n" in lost.err


@pytest.mark.usefixtures("deployment")
def test_a_misspelled_status_is_a_usage_error(reader: Shell) -> None:
    told = reader.run("list", "--status", "faild")
    assert (told.status, told.out) == (2, "")
    assert told.err == "error: faild is not a status\nDid you mean FAILED?\n"


@pytest.mark.usefixtures("broken_row")
def test_a_row_that_cannot_be_read_is_told_beside_the_answer(reader: Shell) -> None:
    told = reader.run("list", "--output", "json")
    assert told.status == 3
    assert "warning: the row of user/broken in cli-broken cannot be read" in told.err
    assert "user/broken@cli-broken" not in told.out
    for words in (("orphans", "--homes"), ("failures",)):
        told = reader.run(*words)
        assert told.status == 3
        assert "warning: the row of user/broken in cli-broken cannot be read" in told.err


def test_ten_thousand_owners_take_hardly_longer_than_a_bare_scan(
    cloud: Cloud, outputs: dict[str, Any], tmp_path: Path
) -> None:
    """Only so is it under 5 s on a quiet machine; both are measured side by side, as the machine may be busy."""
    root = Shell(cloud, "root", {**ACCESS, "AWS_REGION": REGION}, tmp_path)
    with crowd(cloud, "cli-crowd", outputs["name"] + "-admin") as table:

        def scan() -> int:
            pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
            return sum(len(page["Items"]) for page in pages)

        def listed() -> int:
            return len(root.run("list", "--name", "cli-crowd").out.splitlines()) - 1

        times = [(seconds(scan), seconds(listed)) for _ in range(3)]
    scans, lists = zip(*times, strict=True)
    assert min(lists) <= SLOWER * min(scans)


def seconds(work: Callable[[], int]) -> float:
    """How long it takes to see the whole crowd."""
    before = time.perf_counter()
    assert work() == COUNT
    return time.perf_counter() - before
