"""Admin: one owner's files come to another, who exists, is being created, or does not exist yet."""

from dataclasses import replace

import pytest

from studio_recovery.errors import BadInput, SourceHeld
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Change
from studio_recovery.statuses import Status, Word
from tests.aws.asking import BOB, WORDS, Hurried, ask, home_of, moved_in, target
from tests.aws.lab import ADA, GROUP, Lab


def test_a_target_that_exists_gets_the_latest_home_and_all_that_waits_for_it(lab: Lab) -> None:
    first = moved_in(lab, ADA, BOB)
    lab.create_space("reading-group", "bob", "Shared")
    lab.recreate()
    second = home_of(lab)
    lab.write(second, {"new.txt": "of ada's second home"})
    told = target(lab, ADA, GROUP)
    assert (told["status"], told["source"]) == ("PENDING", "user/ada@lab")
    assert told["sources"] == [
        {"home": home.key, "origin": "user/ada@lab", "approved": True} for home in (second, first)
    ]
    lab.recover(GROUP)
    lab.recover(GROUP)
    assert lab.files(home_of(lab, GROUP)) == WORDS | {"new.txt": "of ada's second home"}
    assert "target added" in lab.history(GROUP)


def test_a_target_that_does_not_exist_yet_is_copied_into_when_it_is_created(lab: Lab) -> None:
    moved_in(lab, ADA)
    told = target(lab, ADA, BOB)
    assert (told["status"], told["home"]) == ("IDLE", "")
    assert told["says"] == "it does not exist now: when it is created, its sources are copied"
    lab.create(BOB)
    lab.deliver()
    assert lab.recover(BOB).word is Word.SUCCEEDED
    assert lab.files(home_of(lab, BOB)) == WORDS


def test_a_target_whose_event_has_not_come_yet_is_looked_up(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.create(BOB)
    told = target(lab, ADA, BOB)
    assert (told["status"], told["home"]) == ("PENDING", home_of(lab, BOB).key)
    lab.deliver()
    assert lab.row(BOB).request_id == told["request_id"]


def test_a_target_that_is_being_created_gets_the_files_when_its_event_comes(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.cloud.behaviour.uid_after_pending = True
    lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName="bob")
    assert target(lab, ADA, BOB)["status"] == "IDLE"
    lab.cloud.clock.advance(60)
    lab.deliver()
    assert lab.row(BOB).status is Status.PENDING


def test_a_namesake_in_a_domain_of_another_name_is_not_the_target(lab: Lab) -> None:
    moved_in(lab, ADA)
    there = lab.cloud.client("sagemaker").create_domain(
        DomainName="lab2",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": f"arn:aws:iam::{lab.cloud.account}:role/studio"},
        SubnetIds=lab.subnet_ids,
        VpcId=lab.vpc_id,
    )
    lab.cloud.clock.advance(60)
    lab.domain_id = there["DomainArn"].rpartition("/")[2]
    lab.create(BOB)
    assert target(lab, ADA, BOB)["status"] == "IDLE"
    assert [row.owner for row in lab.ledger().rows_named(BOB)] == [BOB]


def test_a_target_whose_re_creation_no_event_told_of_is_looked_up(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    old = home_of(lab, BOB)
    lab.delete(BOB)
    lab.deliver()
    lab.create(BOB)
    told = target(lab, ADA, BOB)
    assert told["home"] not in ("", old.key)
    assert [one["home"] for one in told["sources"]] == [old.key, home_of(lab).key]


def test_a_named_home_that_was_recovered_long_ago_is_found_in_the_history(lab: Lab) -> None:
    first = moved_in(lab, ADA, BOB)
    lab.recreate()
    lab.recover()
    assert lab.row().sources == ()
    told = target(lab, ADA, BOB, home=first.key)
    assert [one["home"] for one in told["sources"]] == [first.key]
    lab.recover(BOB)
    assert lab.files(home_of(lab, BOB)) == WORDS


def test_an_older_home_comes_back_to_its_own_owner(lab: Lab) -> None:
    first = moved_in(lab, ADA)
    lab.recreate()
    lab.recover()
    told = target(lab, ADA, ADA, home=first.key)
    assert (told["status"], told["sources"]) == ("PENDING", [{"home": first.key, "approved": True}])


@pytest.mark.parametrize("domain", ["lab", "lab2"])
def test_a_home_of_somebody_else_is_refused(lab: Lab, domain: str) -> None:
    moved_in(lab, ADA, BOB, GROUP)
    lab.ledger().save(Change(replace(lab.row(), owner=Owner(Kind.USER, "ada", "lab2"), version=0, home=None)))
    with pytest.raises(BadInput, match=r"home .* never was a home of user/ada@"):
        target(lab, Owner(Kind.USER, "ada", domain), GROUP, home=home_of(lab, BOB if domain == "lab" else ADA).key)


def test_the_targets_current_home_is_refused(lab: Lab) -> None:
    home = moved_in(lab, ADA)
    with pytest.raises(BadInput, match="is the current home of user/ada@lab"):
        target(lab, ADA, ADA, home=home.key)


def test_a_source_on_hold_is_copied_to_nobody_until_it_is_released(lab: Lab) -> None:
    moved_in(lab, ADA, BOB, GROUP)
    ask(lab, "hold")
    told = target(lab, ADA, BOB)
    assert (told["status"], told["reason"], told["on_hold"]) == ("BLOCKED", "source held", ["user/ada@lab"])
    told = ask(lab, "release")
    assert [(one["owner"], one["status"]) for one in told["others"]] == [("user/bob@lab", "PENDING")]
    assert lab.recover(BOB).word is Word.SUCCEEDED
    assert ask(lab, "release") == told | {"changed": False, "others": []}


def test_a_source_that_is_held_after_it_was_asked_for_is_not_copied(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    target(lab, ADA, BOB)
    ask(lab, "hold")
    run = lab.start(BOB)
    with pytest.raises(SourceHeld, match="replication is switched off for user/ada@lab"):
        lab.opening().open(run)
    assert lab.close(run, failure={"Error": "SourceHeld", "Cause": ""}).word is Word.BLOCKED
    assert lab.row(BOB).reason == "source held"
    ask(lab, "release")
    assert lab.recover(BOB).word is Word.SUCCEEDED


def test_a_hold_that_is_over_when_the_outcome_is_written_blocks_nobody(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    target(lab, ADA, BOB)
    run = lab.start(BOB)
    assert lab.close(run, failure={"Error": "SourceHeld", "Cause": ""}).word is Word.SUPERSEDED
    assert (lab.row(BOB).status, lab.row(BOB).request_id != run.recovery.request_id) == (Status.PENDING, True)


def test_a_release_that_comes_while_the_hold_is_being_told_is_not_lost(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    target(lab, ADA, BOB)
    ask(lab, "hold")
    run = lab.start(BOB)
    with pytest.raises(SourceHeld):
        lab.opening().open(run)
    ask(lab, "release")
    lab.close(run, failure={"Error": "SourceHeld", "Cause": ""})
    assert lab.recover(BOB).word is Word.SUCCEEDED


def test_a_release_of_an_owner_that_is_not_held_disturbs_no_copy(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    target(lab, ADA, BOB)
    before = lab.row(BOB)
    assert ask(lab, "release")["others"] == []
    assert lab.row(BOB) == before


def test_a_release_of_sources_reads_again_if_it_was_overtaken(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    ask(lab, "hold")
    target(lab, ADA, BOB)
    told = ask(lab, "release", ledger=Hurried(lab, BOB, times=2))
    assert (told["changed"], [one["owner"] for one in told["others"]]) == (True, ["user/bob@lab"])
    assert lab.row(BOB).status is Status.PENDING


def test_another_persons_home_that_was_not_named_is_left_out_and_told(lab: Lab) -> None:
    moved_in(lab, ADA, BOB, GROUP)
    for owner in ("ada", "bob"):
        lab.create_space("drafts", owner, "Private")
        lab.deliver()
        lab.delete(Owner(Kind.SPACE, "drafts", "lab"))
        lab.deliver()
    drafts = Owner(Kind.SPACE, "drafts", "lab")
    (adas,) = lab.row(drafts).sources
    told = target(lab, drafts, GROUP)
    assert told["left_out"] == [adas.home.key]
    assert [one["home"] for one in told["sources"]] == [home_of(lab, drafts).key]
    told = target(lab, drafts, GROUP, home=adas.home.key)
    assert (told["left_out"], told["sources"][0]["home"]) == ([], adas.home.key)
