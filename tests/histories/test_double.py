"""What stands in the place of slower things does as they do: tables as moto's, copies as the local cloud's."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from localcloud.clock import VirtualClock
from localcloud.copying import Copy, Options
from localcloud.copying import Mount as DiskMount
from localcloud.disk import Disk
from localcloud.inprocess import InProcessCloud
from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.line import WaitingLine
from studio_recovery.errors import LedgerConflict
from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Change, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import Status
from studio_recovery.waiting_line import Turn
from tests.histories.clients import Client
from tests.histories.cloud import HISTORY, KEYS, PLACES, PROFILES, called
from tests.histories.homes import File, Homes, MemoryCopy, Mount, Whose
from tests.histories.tables import Tables

OWNERS = [Owner(Kind.USER, "Ada", "lab"), Owner(Kind.USER, "ada", "annex"), Owner(Kind.SPACE, "group", "lab")]
TEXTS = ("", "short", "a longer text", "another text of the same length or so")
NAMES = ("a.txt", "notes.txt", "paper/plan.txt", "paper/deep/data.csv")
NOBODY = Whose("")


@pytest.fixture
def motos(tmp_path: Path) -> Iterator[Any]:
    with InProcessCloud(tmp_path) as cloud:
        dynamodb = cloud.client("dynamodb")
        for table, (partition, sort) in KEYS.items():
            kinds = ((partition, "S"), (sort, "N" if table == HISTORY else "S"))
            dynamodb.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": sort, "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds],
            )
        yield dynamodb


def ours() -> Any:
    return Client(called(Tables(KEYS)), VirtualClock())


def changes() -> list[Change]:
    """Rows that are made, written again, written by somebody who is late, and told of twice."""
    made = []
    for number in range(24):
        owner = OWNERS[number % 3]
        home = Home("fs-0a", str(200_000 + number))
        details: dict[str, str | int] = {"efs_sys_id": home.file_system_id, "efs_uid": home.uid} if number % 2 else {}
        told = Line(("created", "held")[number % 2], 1_000 + number // 4, f"event-{number // 3}", details)
        row = Row(owner, home, status=list(Status)[number % 8], version=(number // 3) - (number % 7 == 0))
        row = replace(row, sources=(Source(Home("fs-0b", "200005"), number + 1),))
        made.append(Change(replace(row, version=max(row.version, 0)), (told,) if number % 5 else ()))
    return made


def answers(dynamodb: Any) -> list[Any]:
    """What the ledger says after, and of, each change."""
    ledger = Ledger(dynamodb, PROFILES, HISTORY, lambda: 5)
    told: list[Any] = []
    for change in changes():
        try:
            ledger.save(change)
            told.append("saved")
        except LedgerConflict as conflict:
            told.append(str(conflict))
        told.append(ledger.row(change.row.owner))
    ledger.write_line(OWNERS[0], Line("alone", 7, "alone"))
    told += [list(ledger.rows_named(owner)) for owner in OWNERS]
    told += [list(ledger.homes_of(owner)) for owner in OWNERS]
    told += [list(ledger.lines_of(owner)) for owner in OWNERS]
    told += [sorted(map(str, ledger.rows()[0])), sorted(map(str, ledger.rows_at(Status.PENDING, Status.BLOCKED)))]
    return [*told, sorted(map(str, ledger.owners())), sorted(str(line) for line in ledger.lines())]


def test_the_ledger_finds_in_our_tables_what_it_finds_in_motos(motos: Any) -> None:
    told = answers(ours())
    assert told == answers(motos)
    assert any("somebody else" in str(one) for one in told)


def moves(dynamodb: Any) -> list[Any]:
    """What the line says after, and of, each move of two that stand in it."""
    line = WaitingLine(dynamodb, None, PLACES)
    first, second = Turn(1, "run-1", "token"), Turn(2, "run-2", "other")
    did: list[Any] = []
    for move in (
        lambda: line.enter(second),
        lambda: line.enter(first),
        lambda: line.call(Turn(1, "run-1", "older"), 5),
        lambda: line.call(first, 5),
        lambda: line.call(first, 6),
        lambda: line.hold(first, 7),
        lambda: line.back(replace(first, called_at=5)),
        lambda: line.back(replace(first, called_at=7)),
        lambda: line.hold(second, 8),
        lambda: line.back(replace(second, token="", called_at=8)),
        lambda: line.leave(first),
        lambda: line.leave(first),
    ):
        did += [move(), line.waiting(9), line.called(9), line.waiting(1), line.waiting(9, before=second)]
    return did


def test_the_line_moves_in_our_tables_as_in_motos(motos: Any) -> None:
    told = moves(ours())
    assert told == moves(motos)
    assert {True, False} <= {one for one in told if isinstance(one, bool)}


def test_an_expression_that_is_not_known_is_refused() -> None:
    key = {"profile_name": {"S": "user/ada"}, "domain_name": {"S": "lab"}}
    put = {"TableName": PROFILES, "Item": key, "ConditionExpression": "begins_with(a, :b)"}
    with pytest.raises(ValueError, match="begins_with"):
        ours().transact_write_items(TransactItems=[{"Put": put}])


TREES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), max_size=4)
OPTIONS = st.builds(
    Options,
    VerifyMode=st.sampled_from(("NONE", "ONLY_FILES_TRANSFERRED", "POINT_IN_TIME_CONSISTENT")),
    OverwriteMode=st.sampled_from(("NEVER", "ALWAYS")),
    PreserveDeletedFiles=st.sampled_from(("PRESERVE", "PRESERVE", "REMOVE")),
    Uid=st.just("NONE"),
    Gid=st.just("NONE"),
)
FILTERS = st.sampled_from(((), ("/paper",), ("/notes*",), ("/paper/deep", "/a.txt")))
ENDS = st.sampled_from(("well", "broken", "skipped"))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(source=TREES, target=TREES, options=OPTIONS, includes=FILTERS, excludes=FILTERS, end=ENDS)
def test_a_copy_in_memory_ends_as_one_on_disk(
    tmp_path_factory: pytest.TempPathFactory,
    source: dict[str, str],
    target: dict[str, str],
    options: Options,
    includes: tuple[str, ...],
    excludes: tuple[str, ...],
    end: str,
) -> None:
    # What is excluded goes with its folder on a disk; in memory there are no folders.
    assume(options.PreserveDeletedFiles == "PRESERVE" or not (includes or excludes))
    # Nor does it verify a folder of which all that is in it is excluded.
    assume(options.VerifyMode != "POINT_IN_TIME_CONSISTENT" or "/paper/deep" not in excludes)
    disk = Disk(tmp_path_factory.mktemp("disk"))
    sides = [_on_disk(disk, name, files) for name, files in (("fs-1", source), ("fs-2", target))]
    real = Copy(disk, sides[0], sides[1], options, includes, excludes)
    homes = Homes()
    for name, files in (("fs-1", source), ("fs-2", target)):
        homes.root(name).update({f"7/{path}": File(text, 7, NOBODY) for path, text in files.items()})
    memory = MemoryCopy(
        Mount(homes, "fs-1", "7/"), Mount(homes, "fs-2", "7/", (7, 0)), options, "task", includes, excludes
    )
    assert _ended(memory, end) == _ended(real, end)
    assert {path: file.text for path, file in homes.of("fs-2/7").items()} == _files(sides[1].path)
    assert {path: file.text for path, file in homes.of("fs-1/7").items()} == source


def _ended(copy: Any, end: str) -> tuple[bool, list[str]]:
    """Whether the verification found anything, and which files failed."""
    copy.prepare()
    if end == "broken":
        copy.break_off()
        return False, []
    if end == "skipped":
        copy.skip_one()
    copy.transfer()
    return bool(copy.verify()), copy.failed


def _on_disk(disk: Disk, fs_id: str, files: dict[str, str]) -> DiskMount:
    folder = disk.make_home(fs_id, "/7", (7, 0), 0o700)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (1_000 + len(text), 1_000 + len(text)))
        for one in (path, *path.relative_to(folder).parents):
            disk.set_owner(folder / one, 7, 0)
    return DiskMount(fs_id, folder, (7, 0) if fs_id == "fs-2" else None)


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
