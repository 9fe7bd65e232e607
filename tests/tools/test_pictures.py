"""The pictures of the command line: they are there, fetch nothing, and change only if they say another thing."""

import os
import re
import sys
from pathlib import Path

import pytest

from tools.pictures import FOLDER, keep, picture, words
from tools.terminal import Page, shown

PICTURES = {
    "doctor": "studio-recovery doctor",
    "restore": "studio-recovery restore",
    "status": "studio-recovery status",
}
ASKS = "import sys; print(sys.stdout.isatty()); print('\\x1b[31mred\\x1b[0m', input('Copy now? [y/N]: '))"


def page(*written: str) -> Page:
    made = Page()
    for text in written:
        made.write(text)
    return made


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_its_command_says(name: str) -> None:
    texts = re.findall("<text [^>]*>([^<]*)</text>", (FOLDER / f"{name}.svg").read_text())
    assert f"studio-recovery {name}" in "".join(texts).replace("&#160;", " ")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_fetches_nothing(name: str) -> None:
    drawn = (FOLDER / f"{name}.svg").read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert re.findall(r"https?:|@import|@font-face|<script|<image|href", drawn) == []
    assert set(re.findall(r"url\((.)", drawn)) <= {"#"}


def test_the_bar_of_a_restore_stands_in_the_middle() -> None:
    assert "━" in (FOLDER / "restore.svg").read_text()


def test_a_line_that_is_drawn_again_stands_there_once() -> None:
    seen = page("one\r\n", "half way", "\r\x1b[2K", "done\r\n", "a\r\nb\r\n", "\x1b[2A\x1b[2Kc\r\n\x1b[2K")
    assert seen.text.split() == ["one", "done", "c"]


def test_colours_stay_and_a_broken_sequence_waits_for_its_rest() -> None:
    seen = page("\x1b[3", "1mred\x1b", "[0m", "\x1b[?25l.")
    assert (seen.coloured, seen.text) == ("\x1b[31mred\x1b[0m.", "red.")


def test_a_program_finds_itself_on_a_terminal_and_gets_its_answer() -> None:
    *_, seen = shown([sys.executable, "-c", ASKS], os.environ, answer="yes\n")
    assert seen.text.split("\n") == ["True", "Copy now? [y/N]: yes", "red yes", ""]


def test_numbers_ids_and_times_make_no_other_picture() -> None:
    one = "fs-294ec8945c3c09766 2026-11-24 14:56:00 (1 min 9 s ago) ━━╸ 251.3 MB of 1.2 GB, 17 of 1,417 files"
    two = "fs-0a1b2c3d4e5f60718 2026-12-01 09:00:31 (59 s ago) ━━━━ 9 bytes of 469.4 MB, 170 of 200 files"
    assert words(picture("status", "status", one)) == words(picture("status", "status", two))
    assert words(picture("status", "status", one)) != words(picture("status", "status", one + " failed"))


def test_a_picture_is_written_only_if_it_says_another_thing(tmp_path: Path) -> None:
    file = tmp_path / "status.svg"
    keep("status", "status", "3 owners", tmp_path)
    first = file.read_text()
    keep("status", "status", "4 owners", tmp_path)
    assert file.read_text() == first
    keep("status", "status", "4 owners, 1 failed", tmp_path)
    assert "failed" in file.read_text()


def test_nothing_seen_is_an_error_and_no_picture() -> None:
    with pytest.raises(RuntimeError, match="nothing was seen of restore"):
        keep("restore", "restore", "")
