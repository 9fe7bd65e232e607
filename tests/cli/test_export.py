"""`studio-recovery export`: what is kept is what was there, to the last digit."""

import json
from pathlib import Path
from typing import Any

import pytest

from demo.cloud import Cloud
from studio_recovery.aws.items import line_from_item, row_from_item
from studio_recovery_cli.commands.export import export
from studio_recovery_cli.standing.keeping import LINE, ROW, items_in
from tests.cli.people import ADA, LabOf, came_back, named
from tests.cli.shell import Shell

KEYS = ("profile_name", "domain_name", "epoctime")


def in_table(cloud: Cloud, table: str) -> list[dict[str, Any]]:
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return in_order([dict(item) for page in pages for item in page["Items"]])


def in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: [json.dumps(item.get(key)) for key in KEYS])


def test_rows_and_history_are_kept_without_a_loss(
    lab_of: LabOf, reader: Shell, cloud: Cloud, outputs: dict[str, Any]
) -> None:
    lab = lab_of("cli-exports")
    _, new = came_back(lab)
    lab.recovered({ADA: new})
    told = reader.run("export")
    first, *rest = told.lines
    assert told.status == 0
    assert set(told.actions) <= set(export.actions)
    assert {name for line in told.lines for name in line} == export.fields.keys()
    assert (first["kind"], first["name"], first["account"], first["region"]) == (
        "deployment",
        outputs["name"],
        cloud.account,
        "eu-west-1",
    )
    kept = list(items_in(told.out.splitlines()))
    rows, lines = ([item for kind, item in kept if kind == wanted] for wanted in (ROW, LINE))
    assert in_order(rows) == in_table(cloud, outputs["profile_table_name"])
    assert in_order(lines) == in_table(cloud, outputs["history_table_name"])
    assert f"{len(rows)} rows, {len(lines)} lines of the history\n" == told.err
    *rest, last = rest
    assert (len(rest), last) == (len(kept), {"kind": "end", "rows": len(rows), "lines": len(lines)})
    ada = next(row for row in map(row_from_item, rows) if str(row.owner) == named(lab, ADA))
    assert (ada.home and ada.home.key, ada.outcome) == (str(new), "SUCCEEDED")
    assert any("." in item["epoctime"]["N"] and line_from_item(item)[0] == ada.owner for item in lines)


def test_a_file_is_written_whole_and_says_how_much_it_holds(lab_of: LabOf, reader: Shell, tmp_path: Path) -> None:
    lab = lab_of("cli-kept")
    lab.known(lab.studio.create(ADA))
    file = tmp_path / "ledger.jsonl"
    file.write_text("before")
    told = reader.run("export", "--file", str(file), "--no-history")
    assert (told.status, told.out) == (0, "")
    assert "without the history" in told.err
    kinds = {json.loads(line)["kind"] for line in file.read_text().splitlines()}
    assert kinds == {"deployment", "row", "end"}
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.jsonl"]


def test_a_file_stays_as_it_was_if_the_ledger_cannot_be_read(nobody: Shell, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text("before")
    told = nobody.run("export", "--file", str(file))
    assert told.status == 1
    assert "access denied" in told.err
    assert (file.read_text(), len(list(tmp_path.iterdir()))) == ("before", 1)


@pytest.mark.usefixtures("deployment")
def test_a_folder_that_is_not_there_is_told(reader: Shell, tmp_path: Path) -> None:
    told = reader.run("export", "--file", str(tmp_path / "none" / "ledger.jsonl"))
    assert (told.status, told.out) == (1, "")
    assert "cannot be written" in told.err
