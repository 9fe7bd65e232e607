"""The runner says how each check ended, and fails when one did."""

import sys

import pytest

from tools.lint import CHECKS, Check, Result, line, report, run

GOOD = Check("good", (sys.executable, "-c", "print('much'); print('all is well')"))
BAD = Check("bad", (sys.executable, "-c", "print('line 3 is wrong'); raise SystemExit(2)"))
SILENT = Check("silent", (sys.executable, "-c", "raise SystemExit(3)"))


def test_a_check_that_passed_says_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([GOOD], run) == 0
    assert "all is well\nAll 1 checks passed in" in capsys.readouterr().out


def test_one_failed_check_fails_all_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([GOOD, BAD], run) == 1
    told = capsys.readouterr().out
    assert "line 3 is wrong" in told
    assert told.splitlines()[-1].startswith("Failed in")
    assert told.endswith(": bad\n")


def test_a_check_that_fails_without_a_word_says_its_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([SILENT], run) == 1
    assert "It ended with exit status 3." in capsys.readouterr().out


def test_a_line_has_result_name_and_time() -> None:
    assert (
        line(Result(Check("links", ()), 0, "one\n16 pages\n", 1.26)) == "ok      links                 1.3 s  16 pages"
    )


def test_the_quick_checks_need_no_environment_of_their_own() -> None:
    slow = {check.name for check in CHECKS if not check.quick}
    assert slow == {"types", "terraform validate", "checkov", "state machine"}
