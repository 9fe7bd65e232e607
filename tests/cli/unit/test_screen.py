"""Answers as a table that fits, as JSON, and as YAML."""

import json
from collections.abc import Iterator, Sequence

import pytest
import yaml

from studio_recovery_cli.exits import INTERRUPTED, Trouble
from studio_recovery_cli.screen import Column, Item, Screen
from studio_recovery_cli.session import Format

COLUMNS = [
    Column("OWNER", lambda item: str(item["owner"])),
    Column("STATUS", lambda item: str(item["status"]), fixed=True),
]
ITEMS = [
    {"owner": "user/a-very-long-name-that-needs-a-lot-of-room@a-domain-with-a-long-name", "status": "SUCCEEDED"},
    {"owner": "user/ada@lab", "status": "IDLE"},
]


def told(capsys: pytest.CaptureFixture[str], format_: Format, items: Sequence[Item], width: int = 0) -> list[str]:
    screen = Screen(format_)
    if width:
        screen.out.width = width
    assert screen.tell_each(iter(items), COLUMNS, "Nobody is known.") == len(items)
    return capsys.readouterr().out.splitlines()


def test_a_table_fits_and_what_may_not_give_way_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    head, long, short = told(capsys, Format.TABLE, ITEMS, width=40)
    assert len(long) == 40
    assert long.endswith("…  SUCCEEDED")
    assert head.split() == ["OWNER", "STATUS"]
    assert short.index("IDLE") == head.index("STATUS") == long.index("SUCCEEDED")


def test_in_a_pipe_nothing_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert ITEMS[0]["owner"] in told(capsys, Format.TABLE, ITEMS)[1]


def test_data_reads_back_as_what_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads("\n".join(told(capsys, Format.JSON, ITEMS))) == ITEMS
    assert yaml.safe_load("\n".join(told(capsys, Format.YAML, ITEMS))) == ITEMS


@pytest.mark.parametrize("format_", [Format.JSON, Format.YAML])
def test_no_answer_is_an_empty_list_of_data(capsys: pytest.CaptureFixture[str], format_: Format) -> None:
    assert told(capsys, format_, []) == ["[]"]


def test_no_answer_is_said_beside_an_empty_table(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Format.TABLE).tell_each([], COLUMNS, "Nobody is known.")
    assert capsys.readouterr() == ("", "Nobody is known.\n")


def test_an_answer_is_told_before_the_next_ones_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def slow() -> Iterator[Item]:
        yield ITEMS[0]
        seen.append(capsys.readouterr().out)
        yield ITEMS[1]

    Screen(Format.JSON).tell_each(slow(), COLUMNS, "")
    assert str(ITEMS[0]["owner"]) in seen[0]


def test_text_in_another_alphabet_keeps_its_column(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, Format.TABLE, [{"owner": "研究", "status": "IDLE"}, {"owner": "abcd", "status": "IDLE"}])
    assert lines[1] == "研究   IDLE"
    assert lines[2] == "abcd   IDLE"


def test_a_column_that_is_last_to_give_way_stays_whole_as_long_as_others_can(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = [
        Column("OWNER", lambda item: str(item["owner"]), last=True),
        Column("WHY", lambda item: str(item["why"])),
    ]
    screen = Screen(Format.TABLE)
    screen.out.width = 60
    screen.tell_each([{"owner": "user/somebody-with-a-name@lab-7", "why": "b" * 40}], columns, "")
    assert capsys.readouterr().out.splitlines()[1] == f"user/somebody-with-a-name@lab-7  {'b' * 26}…"


def test_ctrl_c_at_a_question_says_that_nothing_was_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Interrupted())
    with pytest.raises(Trouble) as told:
        Screen(Format.TABLE).agrees("Go on?", yes=False)
    assert (told.value.status, told.value.remedy) == (INTERRUPTED, "Nothing was changed.")
