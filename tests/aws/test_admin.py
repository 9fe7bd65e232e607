"""Admin: what a person asks of one owner is written on condition of what was read, and only once."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from studio_recovery.errors import BadInput, LedgerConflict
from studio_recovery.guard import Guard
from studio_recovery.handlers import admin
from studio_recovery.handlers.log import LambdaContext
from studio_recovery.owners import Kind, Owner
from studio_recovery.statuses import Status, Word
from tests.aws.asking import WORDS, Hurried, ask, home_of, moved_in, target
from tests.aws.lab import ADA, HISTORY, NAME, PLACES, PROFILES, Lab


def test_a_held_owner_gets_nothing_back_until_it_is_released(lab: Lab) -> None:
    moved_in(lab, ADA)
    told = ask(lab, "hold")
    assert (told["changed"], told["replication"], told["status"]) == (True, False, "IDLE")
    lab.recreate()
    lab.recreate()
    assert (lab.row().status, lab.row().reason, len(lab.row().sources)) == (Status.BLOCKED, "held", 2)
    told = ask(lab, "release")
    assert (told["status"], len(told["sources"])) == ("PENDING", 2)
    lab.recover()
    lab.recover()
    assert lab.files(home_of(lab)) == WORDS
    assert [what for what in lab.history() if what in ("held", "released")] == ["held", "released"]


def test_a_hold_during_a_copy_says_that_the_copy_goes_on(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    run = lab.start()
    task = lab.opening().open(run)
    told = ask(lab, "hold")
    assert (told["status"], told["reason"]) == ("RUNNING", "")
    assert "is being copied; it is on hold, so nothing is copied after that" in told["says"]
    assert lab.close(run, copy=lab.copy(task)).word is Word.SUCCEEDED


@pytest.mark.parametrize("action", ["hold", "release"])
def test_the_same_request_writes_nothing_the_second_time(lab: Lab, action: str) -> None:
    moved_in(lab, ADA)
    ask(lab, "hold")
    ask(lab, action)
    before = lab.row(), lab.history()
    assert ask(lab, action)["changed"] is False
    assert (lab.row(), lab.history()) == before


def test_an_owner_that_no_event_told_of_is_looked_up(lab: Lab) -> None:
    lab.create()
    assert ask(lab, "hold")["replication"] is False
    assert lab.history() == ["seeded", "held"]


@pytest.mark.parametrize("action", ["hold", "release", "approve", "retry", "show"])
def test_an_owner_that_nobody_knows_is_answered_with_a_name_that_is_like_it(lab: Lab, action: str) -> None:
    moved_in(lab, ADA)
    with pytest.raises(BadInput, match=r"owner user/adda@lab is not known; did you mean user/ada@lab\?"):
        ask(lab, action, Owner(Kind.USER, "adda", "lab"))
    with pytest.raises(BadInput, match="source user/ada@labb is not known"):
        target(lab, Owner(Kind.USER, "ada", "labb"), ADA)


def test_another_persons_files_come_after_an_approval_only(lab: Lab) -> None:
    sagemaker = lab.cloud.client("sagemaker")
    for person in ("ada@example.org", "eve@example.org"):
        sagemaker.create_user_profile(
            DomainId=lab.domain_id,
            UserProfileName="ada",
            SingleSignOnUserIdentifier="UserName",
            SingleSignOnUserValue=person,
        )
        lab.cloud.clock.advance(60)
        lab.deliver()
        if person.startswith("ada"):
            lab.write(home_of(lab), WORDS)
            lab.delete()
    assert (lab.row().status, lab.row().reason) == (Status.BLOCKED, "other owner")
    told = ask(lab, "approve")
    assert (told["status"], told["sources"][0]["approved"]) == ("PENDING", True)
    assert lab.recover().word is Word.SUCCEEDED
    assert lab.files(home_of(lab)) == WORDS


def test_every_recovery_waits_for_an_approval_if_the_deployment_says_so(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    moved_in(lab, ADA)
    lab.recreate()
    lab.recreate()
    assert (lab.row().status, lab.row().reason) == (Status.BLOCKED, "approval")
    ask(lab, "approve")
    assert lab.recover().word is Word.SKIPPED
    assert (lab.row().status, lab.row().reason) == (Status.BLOCKED, "approval")
    ask(lab, "approve")
    assert lab.recover().word is Word.SUCCEEDED
    assert lab.files(home_of(lab)) == WORDS


def test_a_home_that_was_left_long_ago_waits_for_an_approval(lab: Lab) -> None:
    lab.guard = Guard(max_age_days=90)
    moved_in(lab, ADA)
    lab.delete()
    lab.deliver()
    lab.cloud.clock.advance(91 * 86_400)
    lab.create()
    lab.deliver()
    assert (lab.row().status, lab.row().reason) == (Status.BLOCKED, "left long ago")
    ask(lab, "approve")
    assert lab.recover().word is Word.SUCCEEDED


def test_a_failed_recovery_is_asked_for_again_under_a_new_request(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    first = lab.row().request_id
    lab.close(lab.start(), failure={"Error": "CannotOpen", "Cause": "no way"})
    assert lab.row().status is Status.FAILED
    told = ask(lab, "retry")
    assert (told["status"], told["request_id"] == first) == ("PENDING", False)
    assert lab.recover().word is Word.SUCCEEDED
    with pytest.raises(BadInput, match="owner user/ada@lab is SUCCEEDED: only what FAILED, is PARTIAL or"):
        ask(lab, "retry")


def test_to_show_a_row_writes_nothing(lab: Lab) -> None:
    moved_in(lab, ADA)
    before = lab.row(), lab.history()
    assert ask(lab, "show")["says"] == "nothing waits to be copied"
    assert (lab.row(), lab.history()) == before


def test_who_was_overtaken_reads_again_and_decides_anew(lab: Lab) -> None:
    moved_in(lab, ADA)
    assert ask(lab, "hold", ledger=Hurried(lab, ADA, times=4))["changed"] is True
    assert lab.row().replication is False


def test_who_is_always_overtaken_gives_up(lab: Lab) -> None:
    moved_in(lab, ADA)
    with pytest.raises(LedgerConflict):
        ask(lab, "hold", ledger=Hurried(lab, ADA, times=5))


@pytest.fixture
def deployed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], dict[str, Any]]:
    """The function as Lambda calls it."""
    settings = {"NAME": NAME, "PROFILE_TABLE": PROFILES, "HISTORY_TABLE": HISTORY, "MAX_AGE_DAYS": "0"}
    settings |= {"PLACES_TABLE": PLACES, "REQUIRE_APPROVAL": "false", "DOMAINS": '{"include": ["*"], "exclude": []}'}
    for name, value in (settings | {"AWS_DEFAULT_REGION": lab.cloud.region}).items():
        monkeypatch.setenv(name, value)
    return lambda event: admin.handler(event, cast("LambdaContext", None))


def test_the_function_answers_and_names_a_wrong_field(lab: Lab, deployed: Callable[[Any], dict[str, Any]]) -> None:
    moved_in(lab, ADA)
    assert deployed({"action": "show", "owner": "user/Ada@lab"})["owner"] == "user/ada@lab"
    with pytest.raises(BadInput, match="owner 'ada' is not an owner"):
        deployed({"action": "show", "owner": "ada"})
