"""How files are copied: what the task is told, and what that does to the homes and to the outcome."""

from dataclasses import replace
from typing import Any

import pytest

from studio_recovery.aws.executions import execution_arn
from studio_recovery.aws.options import Options, options_from_json
from studio_recovery.handlers.open_homes import Opening
from studio_recovery.homes import Home
from studio_recovery.observe import arm
from studio_recovery.outcome import Outcome
from studio_recovery.recovery import Recovery, Run
from studio_recovery.rows import Change
from studio_recovery.statuses import Status, Word
from tests.aws.lab import Lab, making

BY_DEFAULT = {
    "VerifyMode": "ONLY_FILES_TRANSFERRED",
    "OverwriteMode": "NEVER",
    "Uid": "NONE",
    "Gid": "NONE",
    "PosixPermissions": "PRESERVE",
    "PreserveDeletedFiles": "PRESERVE",
    "PreserveDevices": "NONE",
    "TransferMode": "CHANGED",
    "BytesPerSecond": -1,
    "LogLevel": "BASIC",
}
OVERWRITING = Options(overwrite="ALWAYS")


@pytest.fixture
def recreated(lab: Lab) -> Lab:
    """Ada left a file and a cache, and came back."""
    lab.come_back({"notes.txt": "old", "cache": "big"})
    return lab


def opening(lab: Lab, options: Options) -> Opening:
    made = lab.opening()
    return making(made, mounts=replace(made.making.mounts, options=options))


def recover(lab: Lab, options: Options) -> Outcome:
    run = lab.start()
    return lab.close(run, copy=lab.copy(opening(lab, options).open(run)))


def task(lab: Lab, options: Options) -> dict[str, Any]:
    """What DataSync was told for the recovery that the row asks for."""
    found: dict[str, Any] = lab.cloud.client("datasync").describe_task(TaskArn=opening(lab, options).open(lab.start()))
    return found


def ask_again(lab: Lab) -> None:
    """Asks for the next recovery of a row that rests."""
    lab.ledger().save(Change(arm(lab.row().awake, lab.now())))


def new_home(lab: Lab) -> Home:
    home = lab.row().home
    assert home
    return home


def test_without_options_nothing_is_overwritten_and_ownership_is_not_copied(recreated: Lab) -> None:
    told = task(recreated, Options())
    assert {name: told["Options"][name] for name in BY_DEFAULT} == BY_DEFAULT
    assert told.get("Excludes", []) == []


def test_what_terraform_wrote_down_reaches_the_task(recreated: Lab) -> None:
    written = (
        '{"overwrite": "ALWAYS", "verify": "NONE", "posix_permissions": "NONE", "excludes": ["/.cache", "*/tmp"],'
        ' "bytes_per_second": 1048576, "log_level": "TRANSFER"}'
    )
    told = task(recreated, options_from_json(written))
    assert told["Excludes"] == [{"FilterType": "SIMPLE_PATTERN", "Value": "/.cache|*/tmp"}]
    changed = {
        "OverwriteMode": "ALWAYS",
        "VerifyMode": "NONE",
        "PosixPermissions": "NONE",
        "BytesPerSecond": 1_048_576,
        "LogLevel": "TRANSFER",
    }
    assert {name: told["Options"][name] for name in BY_DEFAULT} == BY_DEFAULT | changed


def test_what_is_excluded_stays_behind_and_is_not_missing(recreated: Lab) -> None:
    outcome = recover(recreated, Options(excludes=("/cache",)))
    assert (outcome.word, outcome.counts.files_transferred) == (Word.SUCCEEDED, 1)
    assert recreated.files(new_home(recreated)) == {"notes.txt": "old"}
    assert recreated.row().sources == ()


def test_a_home_that_holds_only_what_is_excluded_has_nothing_to_copy_and_is_kept(recreated: Lab) -> None:
    outcome = recover(recreated, Options(excludes=("/cache", "/notes.txt")))
    assert (outcome.word, outcome.reason) == (Word.SKIPPED, "nothing to copy")
    assert [source.dormant for source in recreated.row().sources] == [True]


def test_a_run_after_an_unfinished_one_verifies_everything_whatever_is_chosen(recreated: Lab) -> None:
    recreated.cloud.behaviour.break_copies = True
    recover(recreated, Options(verify="NONE"))
    ask_again(recreated)
    told = task(recreated, Options(verify="NONE"))
    assert told["Options"]["VerifyMode"] == "POINT_IN_TIME_CONSISTENT"


def test_half_a_file_is_mended_where_copies_may_overwrite(recreated: Lab) -> None:
    recreated.cloud.behaviour.break_copies = True
    recover(recreated, OVERWRITING)
    recreated.cloud.behaviour.break_copies = False
    ask_again(recreated)
    assert recover(recreated, OVERWRITING).word is Word.SUCCEEDED
    assert recreated.files(new_home(recreated)) == {"notes.txt": "old", "cache": "big"}


def test_an_excluded_file_of_the_new_home_is_no_mismatch_when_everything_is_verified(recreated: Lab) -> None:
    recreated.write(new_home(recreated), {"cache": "of the new home"})
    outcome = recover(recreated, Options(verify="POINT_IN_TIME_CONSISTENT", excludes=("/cache",)))
    assert outcome.word is Word.SUCCEEDED


def test_the_newest_old_home_replaces_what_the_new_home_has_if_the_caller_says_so(recreated: Lab) -> None:
    recreated.write(new_home(recreated), {"notes.txt": "of the new home"})
    recover(recreated, OVERWRITING)
    assert recreated.files(new_home(recreated))["notes.txt"] == "old"


def test_an_older_home_never_replaces_what_came_from_a_newer_one(recreated: Lab) -> None:
    recreated.write(new_home(recreated), {"notes.txt": "newer"})
    recreated.recreate()
    recreated.write(new_home(recreated), {"notes.txt": "new"})
    recover(recreated, OVERWRITING)
    assert recreated.row().status is Status.PENDING
    recover(recreated, OVERWRITING)
    assert recreated.row().status is Status.SUCCEEDED
    assert recreated.files(new_home(recreated)) == {"notes.txt": "newer", "cache": "big"}


def test_a_run_by_hand_overwrites_where_copies_may(recreated: Lab) -> None:
    source = recreated.row().next_source
    assert source
    arn = execution_arn(recreated.state_machine_arn, "by-hand")
    recreated.cloud.client("stepfunctions").start_execution(stateMachineArn=recreated.state_machine_arn, name="by-hand")
    run = Run(Recovery(source.home, new_home(recreated)), "studio-recovery", arn, recreated.now())
    made = opening(recreated, OVERWRITING).open(run)
    told = recreated.cloud.client("datasync").describe_task(TaskArn=made)["Options"]
    assert (told["OverwriteMode"], told["VerifyMode"]) == ("ALWAYS", "POINT_IN_TIME_CONSISTENT")
