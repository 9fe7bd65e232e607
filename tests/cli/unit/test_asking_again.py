"""What is asked for again gets through, and what is foreseen keeps nothing from it; the admin function is the lab's."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.exceptions import Abort

from studio_recovery.actions import release
from studio_recovery.errors import BadInput
from studio_recovery.requests import Action
from studio_recovery.rows import Change
from studio_recovery.statuses import Status
from studio_recovery_cli.asking.deciding import decided, rows_of
from studio_recovery_cli.asking.dropping import dropped
from studio_recovery_cli.asking.operation import End
from studio_recovery_cli.asking.restoring import Typed, restored, wish_of
from studio_recovery_cli.exits import DONE, Trouble
from studio_recovery_cli.following.recovery import Followed, follow_recovery
from studio_recovery_cli.screen import Screen
from studio_recovery_cli.session import Format
from tests.aws.asking import BOB, answered, ask, moved_in, target
from tests.aws.conftest import lab
from tests.aws.lab import ADA, Lab
from tests.aws.test_cancel import copying

__all__ = ["lab"]


@dataclass
class LabsAdmin:
    """Asks the lab's admin function, and remembers what."""

    lab: Lab
    asked: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, action: str, **fields: Any) -> dict[str, Any]:
        self.asked.append({"action": str(action)} | fields)
        try:
            return answered(self.lab, self.asked[-1])
        except BadInput as refused:
            raise Trouble(str(refused)) from refused


def session_at(lab: Lab, format_: Format = Format.JSON) -> Any:
    deployment = SimpleNamespace(
        ledger=lab.ledger(),
        guard=lab.guard,
        transfers=lab.transfers(),
        state_machine_arn=lab.state_machine_arn,
        client=lab.cloud.client,
    )
    return SimpleNamespace(
        deployment=deployment, admin=LabsAdmin(lab), screen=Screen(format_), name=None, region=None, profile=None
    )


def test_a_cancel_that_got_no_further_than_the_row_is_asked_for_again(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    copying(lab)
    lab.cloud.faults.add(service="datasync", operation="ListTasks", error="InternalException", times=9)
    with pytest.raises(ClientError):
        ask(lab, "cancel")
    lab.cloud.faults.clear()
    session = session_at(lab)
    decided(session, Action.CANCEL, rows_of(session, str(ADA)), yes=True)
    assert [one["action"] for one in session.admin.asked] == ["cancel"]


def test_a_release_that_got_no_further_than_the_row_frees_the_others_when_it_is_repeated(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    moved_in(lab, ADA, BOB)
    ask(lab, "hold")
    target(lab, ADA, BOB)
    change = release(lab.row(), lab.now())
    assert change
    lab.ledger().save(change)
    session = session_at(lab)
    decided(session, Action.RELEASE, rows_of(session, str(ADA)), yes=True)
    assert lab.row(BOB).status is Status.PENDING
    assert f"Files of {ADA} go on to: {BOB}" in capsys.readouterr().err


def test_a_release_for_which_nobody_waits_asks_nobody(lab: Lab) -> None:
    moved_in(lab, ADA)
    session = session_at(lab)
    assert decided(session, Action.RELEASE, rows_of(session, str(ADA)), yes=True) == DONE
    assert session.admin.asked == []


def test_who_came_back_without_an_event_can_be_restored(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    moved_in(lab, ADA)
    lab.delete()
    lab.deliver()
    lab.create()
    session = session_at(lab)
    assert restored(session, wish_of(session, Typed(str(ADA))), yes=True, end=End(detach=True)) == DONE
    told = capsys.readouterr()
    assert json.loads(told.out)[0]["outcome"] == "PENDING"
    assert "SageMaker is asked" in told.err


def test_who_is_gone_is_refused_by_the_function(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.delete()
    lab.deliver()
    session = session_at(lab)
    with pytest.raises(Trouble, match="does not exist now"):
        restored(session, wish_of(session, Typed(str(ADA))), yes=True, end=End(detach=True))


def test_what_runs_already_is_told_with_its_execution_and_its_home(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    copying(lab)
    session = session_at(lab)
    restored(session, wish_of(session, Typed(str(ADA))), yes=True, end=End(detach=True))
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["outcome"], one["source"]) == ("RUNNING", old.key)
    assert one["execution_arn"] == lab.row().execution_arn


def test_a_drop_says_that_the_next_copy_begins_at_once(
    lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    lab.recreate()
    row = replace(lab.row(), status=Status.FAILED, reason="CannotOpen: why", request_id="")
    lab.ledger().save(Change(row))
    waits = row.next_source
    assert waits
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True, readline=lambda: "n"))
    with pytest.raises(Abort):
        dropped(session_at(lab), str(ADA), waits.home.key, yes=False)
    assert "Give it up, and start that copy at once?" in capsys.readouterr().err


@pytest.fixture
def came_back(lab: Lab) -> Lab:
    moved_in(lab, ADA)
    lab.recreate()
    return lab


def followed(lab: Lab, wait: Callable[[float], None]) -> Followed:
    return follow_recovery(session_at(lab), ADA, lab.row().request_id, wait)


def faulty(lab: Lab, error: str, status: int) -> None:
    lab.cloud.faults.add(service="datasync", operation="ListTasks", error=error, status=status, times=10_000)


def test_a_look_that_is_refused_does_not_end_the_following(came_back: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        came_back.cloud.faults.clear()
        came_back.recover()

    faulty(came_back, "ThrottlingException", 400)
    told = followed(came_back, wait)
    assert ([one.word for one in told.endings], told.detached) == (["SUCCEEDED"], False)
    assert waited == [10.0]
    assert "AWS is busy" in capsys.readouterr().err


def test_who_is_refused_for_minutes_is_told_how_to_come_back(
    came_back: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    waited: list[float] = []
    faulty(came_back, "ThrottlingException", 400)
    assert followed(came_back, waited.append).detached
    assert sum(waited) == 170.0
    assert f"It goes on. To follow it again: studio-recovery show {ADA} --follow" in capsys.readouterr().err


def test_credentials_that_end_later_end_the_following_in_words(came_back: Lab) -> None:
    assert followed(came_back, lambda _: faulty(came_back, "ExpiredTokenException", 400)).detached


def test_credentials_that_have_ended_are_an_error(came_back: Lab) -> None:
    faulty(came_back, "ExpiredTokenException", 400)
    with pytest.raises(ClientError, match="ExpiredToken"):
        followed(came_back, lambda _: None)


def test_each_home_that_is_recovered_meanwhile_is_told(came_back: Lab) -> None:
    """The home before is still empty, and the one before that comes next: who follows sees both ends."""
    came_back.recreate()

    def wait(_: float) -> None:
        came_back.recover()

    assert [one.word for one in followed(came_back, wait).endings] == ["SKIPPED", "SUCCEEDED"]
