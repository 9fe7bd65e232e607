"""What terraform says against a module is told in one line."""

from pathlib import Path

from tools.validate import spelled

DIAGNOSTIC = {
    "severity": "error",
    "summary": "Reference to undeclared variable",
    "detail": "No variable\n  was declared.",
    "range": {"filename": "recovery.tf", "start": {"line": 51}},
}


def test_a_diagnostic_says_where_it_is() -> None:
    told = "examples/lab/recovery.tf:51: error: Reference to undeclared variable. No variable was declared."
    assert spelled(Path("examples/lab"), DIAGNOSTIC) == told


def test_a_diagnostic_without_a_place_is_told_too() -> None:
    assert spelled(Path(), {"severity": "warning", "summary": "Deprecated"}) == ".:0: warning: Deprecated."
