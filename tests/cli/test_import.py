"""`studio-recovery import`: a ledger that was lost or fell back is known again, and nothing begins before a look."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from demo.cloud import Cloud
from demo.studio import Owner
from studio_recovery.aws.items import row_from_item
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from studio_recovery_cli.commands.import_ import import_
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, GRACE, LabOf, came_back, named
from tests.cli.shell import Result, Shell
from tests.e2e.lab import Lab

LATE, SHORT = Owner("user", "late"), Owner("user", "short")
KEYS = {"profile_table_name": "domain_name", "history_table_name": "epoctime"}
Item = dict[str, Any]


def items(cloud: Cloud, table: str) -> list[Item]:
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def lose(cloud: Cloud, outputs: dict[str, Any], *tables: str) -> None:
    """All items of these tables are gone."""
    dynamodb = cloud.client("dynamodb")
    for table in tables or KEYS:
        for item in items(cloud, outputs[table]):
            key = {name: item[name] for name in ("profile_name", KEYS[table])}
            dynamodb.delete_item(TableName=outputs[table], Key=key)


def known(cloud: Cloud, outputs: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What the ledger knows of each owner that a recovery depends on."""
    rows = map(row_from_item, items(cloud, outputs["profile_table_name"]))
    return {str(row.owner): facts(row) for row in rows}


def facts(row: Row) -> tuple[Any, ...]:
    asked = "" if row.status in (Status.SUCCEEDED, Status.SKIPPED) else row.status
    sources = {source.home.key: source.dormant for source in row.sources}
    return row.home, sources, row.replication, bool(row.deleted_at), asked if row.next_source else ""


def homes(told: tuple[Any, ...]) -> set[str]:
    """The homes among what is known of an owner."""
    home, sources, *_ = told
    return {*sources, home.key} if home else set(sources)


def exported(shell: Shell, folder: Path) -> Path:
    file = folder / "ledger.jsonl"
    assert shell.run("export", "--file", str(file)).status == 0
    return file


def imported(shell: Shell, file: Path, *options: str) -> Result:
    return shell.run("import", str(file), "--yes", "--output", "json", *options)


def seeded(shell: Shell) -> None:
    assert shell.run("seed", "--output", "json").data["complete"]


@contextmanager
def unchanged(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[None]:
    before = [sorted(map(json.dumps, items(cloud, outputs[table]))) for table in KEYS]
    yield
    assert [sorted(map(json.dumps, items(cloud, outputs[table]))) for table in KEYS] == before


def rewritten(file: Path, **first: Any) -> Path:
    """The same export with another first line."""
    about, *rest = file.read_text().splitlines()
    other = file.with_name("other.jsonl")
    other.write_text("\n".join([json.dumps(json.loads(about) | first), *rest]) + "\n")
    return other


def test_a_ledger_that_is_lost_entirely_is_known_again_from_an_export_and_a_seed(
    lab_of: LabOf,
    operator: Shell,
    cloud: Cloud,
    outputs: dict[str, Any],
    no_recovery_begins: Callable[[], None],
    tmp_path: Path,
) -> None:
    lab = lab_of("cli-lost")
    old, new = came_back(lab)
    lab.known(lab.studio.create(BOB, GRACE))
    operator.run("hold", named(lab, BOB), "--yes")
    before = known(cloud, outputs)
    assert before[named(lab, ADA)][-1] is Status.PENDING
    file = exported(operator, tmp_path)
    kept = items(cloud, outputs["history_table_name"])
    after_it(lab, operator)
    lose(cloud, outputs)

    with unchanged(cloud, outputs):
        would = imported(operator, file, "--dry-run")
    done = imported(operator, file)
    assert (done.status, done.data["added"], done.data["lines_added"]) == (0, len(before), len(kept))
    assert {**would.data, "dry_run": False} == done.data
    assert set(done.actions) == set(import_.actions)
    assert undocumented(done.data, import_.fields) == []
    assert Status.PENDING not in {status for *_, status in known(cloud, outputs).values()}

    seeded(operator)
    after = known(cloud, outputs)
    # All that was exported is known as it was, but for the hold that came later; who lives is found.
    here = [owner for owner in before if owner.endswith(f"@{lab.studio.name}")]
    assert {owner: after[owner] for owner in here} == {owner: before[owner] for owner in here}
    assert [owner for owner in before if not homes(before[owner]) <= homes(after[owner])] == []
    assert after[named(lab, LATE)][0] == home_of(lab, LATE)
    # What came and went after the export is not.
    assert named(lab, SHORT) not in after
    assert after[named(lab, GRACE)][2] is True
    lines = [line for line in items(cloud, outputs["history_table_name"]) if line in kept]
    assert len(lines) == len(kept)

    no_recovery_begins()
    lab.recovered({ADA: new})
    assert lab.read(new, "ada.txt") == lab.read(old, "ada.txt")
    assert lab.row(BOB)["replication"] is False
    with unchanged(cloud, outputs):
        again = imported(operator, file)
    assert (again.status, again.data["changes"], again.data["lines_added"]) == (0, [], 0)


def after_it(lab: Lab, operator: Shell) -> None:
    """What happens between the export and the loss: one comes, one comes and goes, one is put on hold."""
    lab.known(lab.studio.create(LATE))
    lab.known(lab.studio.create(SHORT))
    lab.move_out(SHORT)
    operator.run("hold", named(lab, GRACE), "--yes")


def home_of(lab: Lab, owner: Owner) -> Any:
    home = row_from_item(items_of(lab, owner)).home
    assert home
    assert home.key == str(lab.studio.home(owner))
    return home


def items_of(lab: Lab, owner: Owner) -> Item:
    key = {"profile_name": {"S": str(owner)}, "domain_name": {"S": lab.studio.name}}
    found: Item = lab.cloud.client("dynamodb").get_item(TableName=lab.ledger.profile_table, Key=key)["Item"]
    return found


def test_rows_that_fell_back_by_some_minutes_are_as_they_were_exported(
    lab_of: LabOf, operator: Shell, cloud: Cloud, outputs: dict[str, Any], tmp_path: Path
) -> None:
    lab = lab_of("cli-back")
    lab.known(lab.studio.create(ADA, BOB))
    minutes_ago = [items_of(lab, ADA), items_of(lab, BOB)]
    operator.run("hold", named(lab, ADA), "--yes")
    lab.move_out(BOB)
    lab.known(lab.studio.create(BOB))
    lab.recovered({BOB: lab.studio.home(BOB)})
    file = exported(operator, tmp_path)
    before = known(cloud, outputs)
    for item in minutes_ago:
        cloud.client("dynamodb").put_item(TableName=outputs["profile_table_name"], Item=item)
    told = imported(operator, file)
    assert [(one["owner"], one["what"]) for one in told.data["changes"]] == [
        (named(lab, ADA), "merged"),
        (named(lab, BOB), "merged"),
    ]
    seeded(operator)
    assert known(cloud, outputs) == before


def test_a_copy_of_the_table_at_an_earlier_time_brings_back_what_was_damaged(
    lab_of: LabOf, operator: Shell, cloud: Cloud, outputs: dict[str, Any], tmp_path: Path
) -> None:
    lab = lab_of("cli-copy")
    lab.known(lab.studio.create(ADA))
    operator.run("hold", named(lab, ADA), "--yes")
    restored = items_of(lab, ADA)
    key = {name: restored[name] for name in ("profile_name", "domain_name")}
    cloud.client("dynamodb").delete_item(TableName=outputs["profile_table_name"], Key=key)
    first = operator.run("export", "--no-history").out.splitlines()[0]
    file = tmp_path / "restored.jsonl"
    file.write_text(f"{first}\n{json.dumps({'kind': 'row', 'item': restored})}\n")
    assert imported(operator, file).status == 1
    told = imported(operator, file, "--incomplete")
    assert [(one["owner"], one["replication"]) for one in told.data["changes"]] == [(named(lab, ADA), False)]


def test_it_says_what_would_come_and_asks(
    lab_of: LabOf, operator: Shell, cloud: Cloud, outputs: dict[str, Any], tmp_path: Path
) -> None:
    lab = lab_of("cli-asks")
    lab.known(lab.studio.create(ADA))
    file = exported(operator, tmp_path)
    same = operator.run("import", str(file))
    assert (same.status, same.err) == (0, "")
    assert "0 would come back" not in same.out
    key = {name: items_of(lab, ADA)[name] for name in ("profile_name", "domain_name")}
    cloud.client("dynamodb").delete_item(TableName=outputs["profile_table_name"], Key=key)
    alone = operator.run("import", str(file))
    assert (alone.status, "Say --yes" in alone.err) == (2, True)
    refused = operator.run("import", str(file), terminal=True, typed="n\n")
    assert (refused.status, refused.out) == (1, "")
    assert "1 would come back" in refused.err
    assert lab.row(ADA) == {}
    told = operator.run("import", str(file), terminal=True, typed="y\n")
    assert told.status == 0
    assert f"{named(lab, ADA)}  IDLE" in told.out
    assert "Look now: studio-recovery seed" in told.out
    assert ("Imports" in told.err, "Imports" in told.out) == (True, False)
    assert lab.row(ADA)["replication_status"] == "IDLE"


def test_one_item_that_cannot_be_taken_in_is_told_and_the_status_is_partial(
    lab_of: LabOf, operator: Shell, tmp_path: Path
) -> None:
    lab = lab_of("cli-odd")
    lab.known(lab.studio.create(ADA))
    file = exported(operator, tmp_path)
    odd = items_of(lab, ADA) | {"efs_uid": {"S": "../1"}}
    file.write_text(f"{file.read_text()}{json.dumps({'kind': 'row', 'item': odd})}\n")
    told = imported(operator, file, "--incomplete")
    assert told.status == 3
    (refused,) = told.data["refused"]
    assert (refused["owner"], refused["error"]) == (f"{ADA}@{lab.studio.name}", "BadInput")
    assert undocumented(refused, {name: name for name in ("owner", "says", "error")}) == []
    assert "Refused: " in operator.run("import", str(file), "--incomplete", "--dry-run").out


@pytest.mark.parametrize(
    ("first", "said", "remedy"),
    [
        ({"account": "999900001111"}, "account 999900001111", "--profile"),
        ({"region": "us-east-1"}, "in us-east-1", "--region"),
        ({"name": "other"}, "deployment other", "--from-other"),
        ({"format": 2}, "format 2", "Install"),
    ],
)
def test_an_export_that_does_not_fit_is_refused(
    first: Item, said: str, remedy: str, operator: Shell, tmp_path: Path
) -> None:
    file = rewritten(exported(operator, tmp_path), **first)
    told = imported(operator, file)
    assert (told.status, told.out) == (1, "")
    assert said in told.err
    assert remedy in told.err


@pytest.mark.usefixtures("lab_of")
def test_another_deployments_export_comes_on_purpose(operator: Shell, tmp_path: Path) -> None:
    file = rewritten(exported(operator, tmp_path), name="other")
    told = imported(operator, file, "--from-other")
    assert (told.status, told.data["name"], told.data["added"]) == (0, "other", 0)


def test_a_file_that_is_not_there_is_told(operator: Shell, tmp_path: Path) -> None:
    told = operator.run("import", str(tmp_path / "none.jsonl"))
    assert (told.status, "cannot be read" in told.err) == (1, True)


def test_who_may_only_look_may_not_import(reader: Shell, nobody: Shell, tmp_path: Path) -> None:
    file = exported(reader, tmp_path)
    told = nobody.run("import", str(file), "--yes")
    assert (told.status, "access denied" in told.err) == (1, True)


def test_the_tables_refuse_to_be_deleted_and_can_be_restored_to_any_second(
    cloud: Cloud, outputs: dict[str, Any]
) -> None:
    dynamodb = cloud.client("dynamodb")
    for table in KEYS:
        with pytest.raises(ClientError, match=r"(?i)deletion protection"):
            dynamodb.delete_table(TableName=outputs[table])
        told = dynamodb.describe_continuous_backups(TableName=outputs[table])["ContinuousBackupsDescription"]
        assert told["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
