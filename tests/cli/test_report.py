"""`report` under the reader's policy: the page of a real deployment, into a file or to standard output."""

import json
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from demo.studio import Owner
from studio_recovery_cli.commands.report import report
from tests.cli.documented import undocumented
from tests.cli.shell import Shell
from tests.cli.unit.test_report import Page
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")
NUMBERS = count(1)


@pytest.fixture
def recovered(lab_of: Callable[..., Lab]) -> Lab:
    """A domain in which ada came back."""
    lab = lab_of(f"reported-{next(NUMBERS)}")
    lab.move_in(ADA)
    lab.move_out(ADA)
    lab.recovered(lab.studio.create(ADA))
    return lab


def test_the_page_tells_who_is_protected_and_what_came_back(recovered: Lab, reader: Shell, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    result = reader.run("report", "--output", str(file))
    assert (result.status, result.out) == (0, "")
    assert re.match(rf"Wrote {file} \(\d\.\d MB\): \d+ owners?, \d+ recover", result.err.replace("\n", ""))
    assert set(result.actions) <= set(report.actions)
    told = Page(file.read_text("utf-8"))
    name = f"user/ada@{recovered.studio.name}"
    (owner,) = [line for line in told.data["owners"]["rows"] if line[0] == name]
    assert owner[1:5] == ["SUCCEEDED", "yes", None, "SUCCEEDED"]
    (came_back,) = [line for line in told.data["recoveries"]["rows"] if line[1] == name]
    assert came_back[2] == "SUCCEEDED"
    assert came_back[4] == len(recovered.words(ADA))
    assert recovered.studio.name in told.texts["th"]
    assert list(tmp_path.iterdir()) == [file]


def test_a_name_that_ends_in_json_gets_the_data(recovered: Lab, reader: Shell, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    assert reader.run("report", "--output", str(file)).status == 0
    told = json.loads(file.read_text("utf-8"))
    assert undocumented(told, report.fields) == []
    assert f"user/ada@{recovered.studio.name}" in {one["owner"] for one in told["recoveries"]}
    assert told["made_at"].endswith("Z")


def test_a_dash_writes_it_to_standard_output(reader: Shell, tmp_path: Path) -> None:
    result = reader.run("report", "-o", "-", "--days", "1")
    assert (result.status, result.err) == (0, "")
    assert Page(result.out).data["days"] == 1
    assert list(tmp_path.iterdir()) == []


def test_the_last_reconcile_is_told(reader: Shell, outputs: dict[str, Any]) -> None:
    reader.cloud.client("lambda").invoke(FunctionName=outputs["function_names"]["seed"], Payload=b"{}")
    assert "<dt>Last reconcile</dt><dd>unknown" not in reader.run("report", "-o", "-").out


def test_a_place_that_cannot_be_written_is_said(reader: Shell, tmp_path: Path) -> None:
    result = reader.run("report", "-o", str(tmp_path / "missing" / "report.html"))
    assert result.status == 1
    assert "missing/report.html cannot be written: No such file or directory" in result.err


def test_who_may_not_read_hears_what_is_missing(nobody: Shell, tmp_path: Path) -> None:
    result = nobody.run("report", "-o", str(tmp_path / "report.html"))
    assert result.status == 1
    assert "access denied" in result.err
    assert list(tmp_path.iterdir()) == []
