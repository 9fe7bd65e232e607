"""What end-to-end tests look at."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from demo.screen import Screen


@pytest.fixture
def paper() -> io.StringIO:
    """What the screen shows."""
    return io.StringIO()


@pytest.fixture
def screen(paper: io.StringIO) -> Screen:
    return Screen(Console(file=paper))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "module"
