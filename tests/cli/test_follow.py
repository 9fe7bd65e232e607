"""A recovery that runs is followed: the newest one, through all that comes after it, and as long as anybody wants."""

import json
import os
import pty
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.leftovers import leftovers
from demo.studio import wait_for
from tests.cli.people import ADA, LabOf, came_back, named
from tests.cli.shell import COMMAND, SECONDS, Shell, until_it_says


def test_not_an_older_outcome_is_told_but_that_of_what_was_asked_for_last(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-newest")
    _, new = came_back(lab)
    lab.recovered({ADA: new})
    assert operator.run("restore", named(lab, ADA), "--yes", "--detach").status == 0
    told = operator.run("show", named(lab, ADA), "--follow", "--output", "json")
    assert (told.status, told.data["status"], told.data["progress"]) == (0, "SKIPPED", None)
    assert [one["outcome"] for one in told.data["executions"]] == ["SUCCEEDED", "SKIPPED"]


def test_older_homes_that_come_next_are_followed_too(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-generations")
    came_back(lab)
    lab.studio.open_apps(ADA)
    lab.move_out(ADA)
    after = lab.studio.create(ADA)
    lab.known(after)
    no_recovery_begins()
    told = operator.run("show", named(lab, ADA), "--follow", "--output", "json")
    assert told.status == 0
    outcomes = [one["outcome"] for one in told.data["executions"] if one["outcome"] != "SUPERSEDED"]
    assert (told.data["waiting"], len(outcomes), set(outcomes) <= {"SUCCEEDED", "SKIPPED"}) == (0, 2, True)
    assert lab.files(after[ADA]) == {"ada.txt": lab.words(ADA)}


def test_who_stops_following_stops_nothing_and_is_told_how_to_come_back(
    lab_of: LabOf, reader: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-left-alone")
    _, new = came_back(lab)
    process = reader.start("show", named(lab, ADA), "--follow")
    try:
        until_it_says(process, "waits to begin")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert (process.returncode, out) == (0, "")
    last = err.splitlines()[-1]
    assert last == f"It goes on. To follow it again: studio-recovery show {named(lab, ADA)} --follow"
    no_recovery_begins()
    lab.recovered({ADA: new})
    assert lab.files(new) == {"ada.txt": lab.words(ADA)}


def test_a_copy_that_runs_is_told_with_its_bytes(
    lab_of: LabOf, operator: Shell, hang: Callable[..., None], no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-copying")
    old, new = came_back(lab)
    hang(copies_hang=True)
    no_recovery_begins()

    def copying() -> dict[str, Any] | None:
        told = operator.run("show", named(lab, ADA), "--output", "json").data["progress"]
        return dict(told) if told and told["phase"] == "copies" else None

    told = wait_for("a copy", copying)
    assert (told["source"], told["target"], told["task_execution_arn"] is None) == (str(old), str(new), False)
    assert told["files_expected"] > 0
    assert told["bytes_expected"] == len(lab.words(ADA))
    assert operator.run("cancel", named(lab, ADA), "--yes").status == 0
    hang(copies_hang=False)
    # It may have ended before anybody looks.
    assert "Traceback" not in operator.run("show", named(lab, ADA), "--follow").err
    said = operator.run("show", named(lab, ADA), "--output", "json").data
    assert (said["status"], said["reason"]) == ("BLOCKED", "cancelled")
    lab.recovered({})
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


def test_a_restore_that_nobody_follows_any_more_is_told_with_its_execution(
    lab_of: LabOf, operator: Shell, hang: Callable[..., None]
) -> None:
    lab = lab_of("cli-left-running")
    _, new = came_back(lab)
    lab.recovered({ADA: new})
    hang(copies_hang=True)
    process = operator.start("restore", named(lab, ADA), "--overwrite", "always", "--yes", "--output", "json")
    try:
        until_it_says(process, "copies")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    (one,) = json.loads(out)
    assert (process.returncode, one["outcome"]) == (0, "RUNNING")
    known = operator.run("show", named(lab, ADA), "--output", "json").data["executions"]
    assert one["execution_arn"] == known[-1]["arn"]
    operator.run("cancel", named(lab, ADA), "--yes")
    hang(copies_hang=False)
    operator.run("show", named(lab, ADA), "--follow")
    lab.recovered({})
    assert leftovers(lab.cloud, lab.outputs["name"]) == []


@pytest.fixture
def hang(cloud: Cloud) -> Iterator[Callable[..., None]]:
    """Switches on, and off again, what lets a copy stay as it is."""
    yield cloud.behave
    cloud.behave(copies_hang=False)


@pytest.mark.usefixtures("deployment")
def test_status_is_refreshed_on_a_terminal_until_somebody_ends_it(reader: Shell) -> None:
    screen, terminal = pty.openpty()
    words = [*COMMAND, "status", "--watch", "--every", "1"]
    process = subprocess.Popen(words, stdout=terminal, stderr=terminal, env=reader.environment(), cwd=reader.home)
    os.close(terminal)
    seen: list[bytes] = []

    def is_drawn_twice() -> bool:
        seen.append(os.read(screen, 65536))
        # What stands further down may not fit, with all that other tests have made.
        return b"".join(seen).count(b"account ") > 1

    try:
        wait_for("a second screen", is_drawn_twice)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait(SECONDS)
        os.close(screen)
    assert b"Traceback" not in b"".join(seen)
