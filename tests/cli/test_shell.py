"""The shells of these tests show what a person would see, with the rights that he would have."""

import os
from dataclasses import replace

import pytest

from tests.cli.shell import Shell


def test_a_call_in_this_process_is_what_it_is_in_one_of_its_own(reader: Shell) -> None:
    here, there = (call("list", "--output", "json") for call in (reader.run, reader.process))
    assert here == there
    assert here.status == 0
    assert "dynamodb:Scan" in here.actions


def test_a_call_leaves_this_process_as_it_was(reader: Shell) -> None:
    before = dict(os.environ)
    reader.run("list")
    assert dict(os.environ) == before


@pytest.mark.parametrize("columns", [80, 140])
def test_a_shell_is_as_wide_as_asked(nobody: Shell, columns: int) -> None:
    shell = replace(nobody, columns=columns)
    here, there = (call("--help") for call in (shell.run, shell.process))
    assert here == there
    assert max(map(len, here.out.splitlines())) == columns


def test_who_has_no_right_is_told_so(nobody: Shell) -> None:
    refused = nobody.run("list")
    assert (refused.status, refused.actions, refused.out) == (1, (), "")
    assert "your credentials lack " in refused.err


def test_only_on_a_terminal_there_are_colours(nobody: Shell) -> None:
    assert "\x1b[" in nobody.run("--help", terminal=True).out
    assert "\x1b[" not in nobody.run("--help").out
