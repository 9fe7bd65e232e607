"""A tool that is missing or too old is told in one line that says what to do."""

import os
import subprocess
from pathlib import Path

import pytest

from tools.pages import ROOT

SETUP = ROOT / "tools" / "setup"
OTHERS = ("sh", "dirname", "sed")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with nothing on it but what the script itself needs."""
    for tool in OTHERS:
        place = next(Path(folder) / tool for folder in os.get_exec_path() if (Path(folder) / tool).exists())
        (tmp_path / tool).symlink_to(place)
    return tmp_path


def install(machine: Path, tool: str, script: str) -> None:
    (machine / tool).write_text(f"#!/bin/sh\n{script}\n")
    (machine / tool).chmod(0o755)


def what_it_says(machine: Path, *asked: str) -> tuple[int, str]:
    command = [str(SETUP), *asked]
    done = subprocess.run(command, env={"PATH": str(machine)}, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_missing_python_is_told(machine: Path) -> None:
    assert what_it_says(machine) == (
        1,
        "Python 3.11 or newer is needed, found: no Python 3. "
        "Install it, or name it: make PYTHON=/path/to/python3.13 ...\n",
    )


def test_an_old_python_is_told(machine: Path) -> None:
    install(machine, "python3", '[ "$1" != --version ] && exit 1; echo Python 3.9.2')
    status, words = what_it_says(machine)
    assert (status, words.count("\n")) == (1, 1)
    assert words.startswith("Python 3.11 or newer is needed, found: Python 3.9.2. Install it")


@pytest.mark.parametrize(
    ("script", "found"),
    [("exit 127", "no terraform"), ("echo Terraform v1.8.5", "1.8.5"), ("echo Terraform v0.14.0", "0.14.0")],
)
def test_a_missing_or_old_terraform_is_told(machine: Path, script: str, found: str) -> None:
    install(machine, "python3", "exit 0")
    install(machine, "terraform", script)
    status, words = what_it_says(machine)
    assert (status, words.count("\n")) == (1, 1)
    assert words.startswith(f"terraform 1.9 or newer is needed, found: {found}. Install it")


@pytest.mark.parametrize("program", ["chromium", "chromedriver"])
def test_a_missing_browser_is_told(machine: Path, program: str) -> None:
    install(machine, "python3", "exit 0")
    install(machine, "terraform", "echo Terraform v1.9.0")
    for other in {"chromium", "chromedriver"} - {program}:
        install(machine, other, "exit 0")
    assert what_it_says(machine, "with-browser") == (
        1,
        f"Chromium and its driver are needed, not found: {program}. "
        "On Debian and Ubuntu: apt-get install chromium chromium-driver\n",
    )
