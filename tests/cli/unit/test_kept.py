"""An export is read back as it was written; what is not whole, not ours, or newer is refused with what to do."""

import json
from typing import Any

import pytest

from studio_recovery.requests import MANY_ITEMS
from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.standing.kept import KeptLedger, kept_in

FIRST = {
    "kind": "deployment",
    "format": 1,
    "name": "studio-recovery",
    "account": "111122223333",
    "region": "eu-west-1",
    "exported_at": "2026-11-24T15:00:00.000Z",
    "version": "9.9.9",
}
Item = dict[str, Any]


def item(name: str, **more: Any) -> Item:
    return {"profile_name": {"S": f"user/{name}"}, "domain_name": {"S": "lab"}} | more


def written(*items: Item, first: Item = FIRST, end: bool = True) -> list[str]:
    """An export with these lines."""
    counts = {f"{kind}s": sum(one["kind"] == kind for one in items) for kind in ("row", "line")}
    lines = [first, *items, *([{"kind": "end"} | counts] if end else [])]
    return [json.dumps(line) + "\n" for line in lines]


def row(name: str, **more: Any) -> Item:
    return {"kind": "row", "item": item(name, **more)}


def line(name: str, at: int = 1, **more: Any) -> Item:
    return {"kind": "line", "item": item(name, epoctime={"N": f"{at}.5"}, **more)}


def read(lines: list[str], incomplete: bool = False) -> KeptLedger:
    return kept_in(lines, "ledger.jsonl", incomplete)


def test_rows_and_lines_are_read() -> None:
    kept = read(written(row("ada"), line("ada"), row("bob")))
    assert (kept.about.name, kept.about.exported_at) == ("studio-recovery", 1_795_532_400_000)
    assert (kept.rows, kept.lines) == (2, 1)
    (batch,) = kept.batches()
    assert (batch.rows, batch.lines) == ([item("ada"), item("bob")], [line("ada")["item"]])


def test_kinds_that_a_later_version_may_add_are_left_out() -> None:
    assert read(written(row("ada"), {"kind": "note", "text": "x"})).rows == 1


WHOLE = written(row("ada"), line("ada"), row("bob"))


@pytest.mark.parametrize(
    "lines",
    [
        WHOLE[:-1],
        [*WHOLE[:2], *WHOLE[3:]],
        [*WHOLE[:3], WHOLE[3][:20]],
        [*WHOLE[:3], "[]\n"],
        WHOLE[:1],
    ],
)
def test_half_a_file_is_refused_unless_it_is_all_that_there_is(lines: list[str]) -> None:
    with pytest.raises(Trouble, match="not whole") as refused:
        read(lines)
    assert "--incomplete" in refused.value.remedy
    assert read(lines, incomplete=True).rows <= 2


def without(*names: str) -> Item:
    return {name: value for name, value in FIRST.items() if name not in names}


@pytest.mark.parametrize(
    ("lines", "said", "remedy"),
    [
        ([], "no export", "studio-recovery export"),
        (["hello\n"], "no export", "studio-recovery export"),
        (written(row("ada"), first={"kind": "row"}), "no export", "studio-recovery export"),
        (written(first=FIRST | {"format": 2}), "format 2", "Install version 9.9.9"),
        (written(first=without("format", "version")), "format None", "newer"),
        (written(first=without("account")), "whose ledger", ""),
        (written(first=FIRST | {"exported_at": "soon"}), "whose ledger", ""),
        (written({"kind": "row", "item": {"profile_name": {"S": "user/ada"}}}), "names no owner", "--incomplete"),
        (written({"kind": "row"}), "names no owner", "--incomplete"),
    ],
)
def test_what_is_no_export_that_this_version_knows_is_refused(lines: list[str], said: str, remedy: str) -> None:
    with pytest.raises(Trouble, match=said) as refused:
        read(lines)
    assert remedy in refused.value.remedy


def test_owners_on_hold_come_first_and_lines_before_their_row() -> None:
    held = row("zoe", replication={"BOOL": False})
    many = [line("ada", at) for at in range(1, 450)]
    batches = list(read(written(row("ada"), *many, row("bob"), held)).batches())
    assert batches[0].rows == [held["item"]]
    assert [item("ada") in batch.rows for batch in batches] == [False, False, True]
    assert sum(len(batch.lines) for batch in batches) == len(many)


def test_a_call_stays_below_what_lambda_and_the_function_take() -> None:
    large = [row(f"ada{number}", reason={"S": "x" * 390_000}) for number in range(20)]
    batches = list(read(written(*large)).batches())
    assert sum(len(batch.rows) for batch in batches) == 20
    assert max(len(json.dumps(batch.rows)) for batch in batches) < 6_000_000
    small = list(read(written(*(row(f"ada{number}") for number in range(999)))).batches())
    assert max(len(batch.rows) for batch in small) <= MANY_ITEMS
