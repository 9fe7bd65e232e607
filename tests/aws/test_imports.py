"""The admin function takes an export in again: rows, history, and nothing that it did not write itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import BadInput
from studio_recovery.requests import MANY_ITEMS
from studio_recovery.rows import Change
from studio_recovery.statuses import Status
from tests.aws.asking import BOB, Hurried, answered, ask, home_of, moved_in
from tests.aws.lab import ADA, HISTORY, PROFILES, Lab

KEYS = {PROFILES: ("profile_name", "domain_name"), HISTORY: ("profile_name", "epoctime")}
Item = dict[str, Any]
Kept = dict[str, Any]


def exported(lab: Lab) -> Kept:
    """All that the ledger holds, as an import asks for it."""
    ledger = lab.ledger()
    kept = {"rows": list(ledger.row_items()), "lines": list(ledger.line_items()), "exported_at": lab.now()}
    lab.cloud.clock.advance(60)
    return kept


def lose(lab: Lab, *tables: str) -> None:
    """All items of these tables are gone."""
    dynamodb = lab.cloud.client("dynamodb")
    for table in tables:
        for item in dynamodb.scan(TableName=table)["Items"]:
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in KEYS[table]})


def take_in(lab: Lab, kept: Mapping[str, Any], ledger: Ledger | None = None, **more: Any) -> dict[str, Any]:
    return answered(lab, {"action": "import", "by": "arn:admin"} | dict(kept) | more, ledger)


def whats(told: Mapping[str, Any]) -> dict[str, str]:
    return {one["owner"]: one["what"] for one in told["rows"]}


def namesake(lab: Lab) -> None:
    """Ada is in another domain of this name, too, and the ledger knows of that one only."""
    lab.cloud.behaviour.domain_names_repeat = True
    lab.create_domain()
    lab.create(ADA)
    lab.deliver()


@contextmanager
def unchanged(lab: Lab) -> Iterator[None]:
    before = exported(lab)
    yield
    after = exported(lab)
    assert [after[name] for name in ("rows", "lines")] == [before[name] for name in ("rows", "lines")]


def test_a_lost_ledger_comes_back_with_its_history_and_the_seed_begins_what_waits(lab: Lab) -> None:
    old = moved_in(lab, ADA, BOB)
    ask(lab, "hold", BOB)
    lab.recreate()
    assert lab.row().status is Status.PENDING
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    told = take_in(lab, kept)
    assert whats(told) == {str(ADA): "added", str(BOB): "added"}
    assert (told["lines_added"], told["lines_known"], told["refused"]) == (len(kept["lines"]), 0, [])
    assert [line for line in exported(lab)["lines"] if line["what"]["S"] != "imported"] == kept["lines"]
    assert (lab.row().status, lab.row(BOB).replication) == (Status.IDLE, False)
    assert lab.seeded()["changed"] == 2
    assert lab.row().status is Status.PENDING
    assert lab.recover().word == "SUCCEEDED"
    assert lab.files(home_of(lab)) == lab.files(old)
    assert not lab.row(BOB).replication


def test_the_second_time_nothing_changes(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    take_in(lab, kept)
    with unchanged(lab):
        told = take_in(lab, kept)
        assert (whats(told), told["lines_added"]) == ({str(ADA): "unchanged"}, 0)


def test_an_export_of_a_healthy_ledger_changes_nothing_even_after_a_recovery(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    kept = exported(lab)
    lab.recover()
    with unchanged(lab):
        assert whats(take_in(lab, kept)) == {str(ADA): "unchanged"}


def test_a_dry_run_writes_nothing_and_tells_the_same(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    lab.seeded()
    with unchanged(lab):
        would = take_in(lab, kept, dry_run=True)
    assert take_in(lab, kept) == would
    assert whats(would) == {str(ADA): "merged"}
    assert would["lines_added"] == len(kept["lines"])
    told = take_in(lab, kept, dry_run=True)
    assert (told["lines_added"], told["lines_known"]) == (0, len(kept["lines"]))


def test_the_history_keeps_who_asked(lab: Lab) -> None:
    moved_in(lab, ADA)
    kept = exported(lab)
    lose(lab, PROFILES)
    take_in(lab, kept)
    (line,) = [line for line in lab.ledger().lines_of(ADA) if line.what == "imported"]
    assert (line.details["by"], line.details["exported_at"]) == ("arn:admin", kept["exported_at"])


def test_rows_that_fell_back_by_some_minutes_become_what_was_kept(lab: Lab) -> None:
    moved_in(lab, ADA)
    before = exported(lab)
    ask(lab, "hold")
    kept = exported(lab)
    lose(lab, PROFILES)
    dynamodb = lab.cloud.client("dynamodb")
    for item in before["rows"]:
        dynamodb.put_item(TableName=PROFILES, Item=item)
    assert whats(take_in(lab, kept)) == {str(ADA): "merged"}
    assert not lab.row().replication


def test_a_domain_that_was_replaced_since_is_looked_for_before_its_homes_are_sources(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    first = lab.domain_id
    namesake(lab)
    assert lab.row().home != old
    assert [one["homes"] for one in take_in(lab, kept, dry_run=True)["rows"]] == [[old.key]]
    second, lab.domain_id = lab.domain_id, first
    lab.delete(ADA)
    lab.domain_id = second
    take_in(lab, kept)
    assert (lab.row().waiting, [one.home for one in lab.row().sources]) == ((), [old])
    lab.seeded()
    assert lab.row().status is Status.PENDING


def test_an_owner_of_the_same_name_who_lives_keeps_its_files(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    namesake(lab)
    take_in(lab, kept)
    assert ([one.home for one in lab.row().waiting], lab.row().sources) == ([old], ())
    lab.seeded()
    assert lab.row().status is Status.BLOCKED


def test_who_writes_meanwhile_is_not_overwritten(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    lab.seeded()
    take_in(lab, kept, ledger=Hurried(lab, ADA, 2))
    assert lab.row().next_source


def test_what_cannot_be_taken_in_is_told_and_the_rest_comes(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    kept = exported(lab)
    lose(lab, PROFILES, HISTORY)
    bad = [
        {},
        {"profile_name": 7},
        kept["rows"][0] | {"efs_uid": {"S": "../1"}},
        kept["rows"][0] | {"profile_name": {"S": "user/eve"}},
        kept["rows"][0] | {"version": {"N": "many"}},
        kept["rows"][0] | {"replication": {"S": "no"}},
    ]
    worse = [{}, kept["lines"][0] | {"epoctime": {"S": "1"}}, kept["lines"][0] | {"what": {"M": {}}}]
    told = take_in(lab, kept | {"rows": [*bad, *kept["rows"]], "lines": [*worse, *kept["lines"]]})
    assert len(told["refused"]) == len(bad) + len(worse)
    assert {one["error"] for one in told["refused"]} == {"BadInput"}
    assert whats(told) == {str(ADA): "added", str(BOB): "added"}
    assert told["lines_added"] == len(kept["lines"])


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        ({"exported_at": 0}, "exported_at"),
        ({"exported_at": True}, "exported_at"),
        ({"exported_at": 2**60}, "future"),
        ({"rows": {}}, "rows"),
        ({"lines": ["x"]}, "lines"),
        ({"lines": [{}] * (MANY_ITEMS + 1)}, "rows and lines"),
        ({"dry_run": "no"}, "dry_run"),
        ({"moved": 1}, "moved"),
        ({"owner": "user/ada@lab"}, "unknown field 'owner'"),
    ],
)
def test_a_request_that_nobody_could_mean_is_refused(lab: Lab, odd: Item, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        take_in(lab, {"rows": [], "lines": [], "exported_at": 1}, **odd)


def test_a_row_of_another_deployment_forgets_its_executions(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    lab.ledger().save(
        changed(lab, status=Status.RUNNING, execution_arn=f"{lab.state_machine_arn}:x", copying="fs-0abc/200005")
    )
    kept = exported(lab)
    lose(lab, PROFILES)
    take_in(lab, kept, moved=True)
    assert (lab.row().execution_arn, lab.row().copying) == ("", "")


def changed(lab: Lab, **changes: Any) -> Change:
    return Change(replace(lab.row(), **changes))
