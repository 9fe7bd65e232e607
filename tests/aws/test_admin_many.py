"""Admin: one request about many owners; each is answered, and nobody's trouble keeps the others back."""

from typing import Any

import pytest

from studio_recovery.errors import BadInput
from studio_recovery.guard import Guard
from studio_recovery.owners import Kind, Owner
from studio_recovery.statuses import Status
from tests.aws.asking import BOB, Hurried, answered, ask, moved_in, target
from tests.aws.lab import ADA, GROUP, Lab


def test_the_answers_come_in_order_each_as_for_one_owner(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    told = answered(lab, {"action": "hold", "owners": [str(BOB), str(ADA)]})["answers"]
    assert [(one["owner"], one["replication"]) for one in told] == [("user/bob@lab", False), ("user/ada@lab", False)]
    assert told[0] == ask(lab, "hold", BOB) | {"changed": True}


def test_who_does_not_fit_is_told_so_and_the_others_get_through(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    lab.recreate()
    lab.close(lab.start(), failure={"Error": "CannotOpen", "Cause": "no way"})
    owners = ["bob", "user/eve@lab", str(BOB), str(ADA)]
    told = answered(lab, {"action": "retry", "owners": owners})["answers"]
    assert [one["owner"] for one in told] == owners
    assert [one.get("error", "") for one in told] == ["BadInput", "BadInput", "BadInput", ""]
    assert "owner 'bob' is not an owner" in told[0]["message"]
    assert "owner user/eve@lab is not known" in told[1]["message"]
    assert "user/bob@lab is IDLE: only what FAILED" in told[2]["message"]
    assert told[3]["status"] == "PENDING"


def test_an_owner_who_is_named_twice_is_asked_about_once(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    moved_in(lab, ADA)
    lab.recreate()
    lab.recreate()
    told = answered(lab, {"action": "reject", "owners": [str(ADA), "user/Ada@lab", "bob"]})["answers"]
    assert [one["owner"] for one in told] == ["user/ada@lab", "bob"]
    assert sorted(source.dormant for source in lab.row().sources) == [False, True]


def test_who_is_always_overtaken_keeps_nobody_back(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    asked = {"action": "hold", "owners": [str(ADA), str(BOB)]}
    told = answered(lab, asked, Hurried(lab, ADA, times=5))["answers"]
    assert (told[0]["error"], told[1]["replication"]) == ("LedgerConflict", False)


def test_whom_aws_refuses_keeps_nobody_back(lab: Lab) -> None:
    moved_in(lab, BOB)
    busy = {"error": "ThrottlingException", "status": 400, "times": 9}
    lab.cloud.faults.add(service="sagemaker", operation="ListDomains", **busy)
    told = answered(lab, {"action": "hold", "owners": ["user/eve@lab", str(BOB)]})["answers"]
    assert (told[0]["error"], told[1]["replication"]) == ("AwsBusy", False)


def test_a_release_of_many_frees_those_that_waited_for_each(lab: Lab) -> None:
    moved_in(lab, ADA, BOB, GROUP)
    carol = Owner(Kind.USER, "carol", "lab")
    lab.create(carol)
    lab.deliver()
    answered(lab, {"action": "hold", "owners": [str(ADA), str(BOB)]})
    target(lab, ADA, GROUP)
    target(lab, BOB, carol)
    told = answered(lab, {"action": "release", "owners": [str(ADA), str(BOB), "eve"], "by": "grace"})["answers"]
    freed = [[other["owner"] for other in one.get("others", [])] for one in told]
    assert freed == [[str(GROUP)], [str(carol)], []]
    assert lab.row(GROUP).status is Status.PENDING
    released = [line for line in lab.ledger().lines_of(GROUP) if line.what == "source released"]
    assert [line.details["by"] for line in released] == ["grace"]


def test_a_restore_of_many_brings_each_what_waits_for_it(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    for owner in (ADA, BOB):
        lab.recreate(owner)
    answered(lab, {"action": "cancel", "owners": [str(ADA), str(BOB)]})
    assert {lab.row(owner).reason for owner in (ADA, BOB)} == {"cancelled"}
    asked = {"action": "restore", "owners": [str(ADA), str(BOB)], "selection": {"into": "restored"}}
    told = answered(lab, asked)["answers"]
    assert [one["selection"] for one in told] == [{"into": "restored"}] * 2
    assert {lab.row(owner).status for owner in (ADA, BOB)} == {Status.PENDING}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"action": "show", "owners": ["user/ada@lab"]}, "unknown field 'owners'"),
        ({"action": "drop", "owners": ["user/ada@lab"]}, "unknown field 'owners'"),
        ({"action": "hold", "owners": []}, "owners must be a list of 1 to 100"),
        ({"action": "hold", "owners": ["user/ada@lab"] * 101}, "owners must be a list of 1 to 100"),
        ({"action": "hold", "owners": "user/ada@lab"}, "owners must be a list of 1 to 100"),
        ({"action": "hold", "owners": ["user/ada@lab"], "owner": "user/bob@lab"}, "unknown field 'owner'"),
        ({"action": "restore", "owners": ["user/ada@lab"], "source": "user/bob@lab"}, "unknown field 'source'"),
        ({"action": "restore", "owners": ["user/ada@lab"], "selection": {"into": ".."}}, "selection.into"),
        ({"action": "hold", "owners": ["user/ada@lab"], "by": "a\nb"}, "by must be printable"),
        ({"action": "hold", "owner": "user/ada@lab", "by": "a" * 257}, "at most 256 characters"),
        ({"action": "hold", "owner": "user/ada@lab", "by": 7}, "by must be printable"),
        ({"action": "drop", "owner": "user/ada@lab"}, "home None is not a home"),
        ({"action": "restore", "owner": "user/ada@lab", "home": "fs-old"}, "home 'fs-old' is not a home"),
    ],
)
def test_what_is_wrong_for_all_is_refused_as_a_whole(lab: Lab, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        answered(lab, asked)


def test_the_history_tells_who_asked(lab: Lab) -> None:
    moved_in(lab, ADA)
    answered(lab, {"action": "hold", "owner": str(ADA), "by": "grace@ops"})
    answered(lab, {"action": "release", "owner": str(ADA)})
    told = {line.what: line.details.get("by") for line in lab.ledger().lines_of(ADA)}
    assert (told["held"], told["released"]) == ("grace@ops", None)


def test_of_many_a_home_can_be_named_for_each(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    moved_in(lab, ADA, BOB)
    old = {str(owner): home.key for owner in (ADA, BOB) if (home := lab.row(owner).home)}
    for owner in (ADA, BOB):
        lab.recreate(owner)
    wrong = old | {str(BOB): "fs-0123456789abcdef0/200005"}
    asked = {"action": "reject", "owners": [str(ADA), str(BOB)], "homes": wrong}
    for changed in (True, False):
        told = answered(lab, asked)["answers"]
        assert (told[0]["changed"], told[0]["status"]) == (changed, "IDLE")
        assert "does not wait: " in told[1]["message"]
    with pytest.raises(BadInput, match="homes must be an object"):
        answered(lab, asked | {"homes": []})
