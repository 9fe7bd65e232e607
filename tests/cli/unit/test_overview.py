"""How a deployment stands: what is green, what needs a person, and how it looks."""

import io
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from studio_recovery.census import Census, Domain, Listed
from studio_recovery.guard import EVERYTHING, Scope
from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery.statuses import HELD, OTHER_OWNER, Status
from studio_recovery_cli.alarms import ALARMS
from studio_recovery_cli.following.progress import Phase, Progress
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.board import board
from studio_recovery_cli.standing.looking import again, rests_of
from studio_recovery_cli.standing.overview import Overview, Subject, Watched, as_data
from studio_recovery_cli.standing.overview_fields import FIELDS
from studio_recovery_cli.standing.watch import Alarm, Queue
from tests.cli.documented import undocumented
from tests.unit.cast import ADA, NEW, OLD

NOW = 1_772_442_905_000
LAB = Domain("d-lab", "lab", "vpc-1", "fs-old")
ROW = Row(ADA, home=NEW, created_at=NOW - 3_600_000)
LISTED = Listed(Kind.USER, "ada", "d-lab", NOW - 3_600_000, "InService")
NEWCOMER = Listed(Kind.USER, "bob", "d-lab", NOW - 60_000, "InService")
FAILED = replace(ROW, status=Status.FAILED, reason="CannotOpen: no rule lets DataSync in", sources=(Source(OLD, 1),))
BLOCKED = replace(FAILED, status=Status.BLOCKED, reason=OTHER_OWNER)
WELL = Watched(NOW - 200_000, (Alarm("studio-recovery-failed", "OK", NOW, ""),), Queue(0, 0), True)
NO_ADDRESSES = "subnet-1 has 3 free addresses: a copy takes 4"
FULL = "no place for another task: 100 of 100 tasks, 50 of our 50"
PENDING = Progress(ADA, Status.PENDING, Phase.BEGINS)


def overview(
    *rows: Row,
    listed: tuple[Listed, ...] = (LISTED,),
    scope: Scope = EVERYTHING,
    going: tuple[Progress, ...] = (),
    watched: Watched = WELL,
    unreadable: tuple[str, ...] = (),
) -> Overview:
    subject = Subject("studio-recovery", "eu-west-1", "111122223333", NOW)
    census = Census({LAB.id: LAB}, listed, scope)
    return Overview(subject, rows, census, frozenset({"vpc-1"}), going, watched, unreadable)


def alarmed(*words: str, since: int = NOW) -> Watched:
    """A watch in which these alarms are on."""
    return replace(WELL, alarms=[Alarm(f"studio-recovery-{word}", "ALARM", since, "") for word in words])


def needs(of: Overview) -> list[str]:
    return [need.command for need in of.needs]


def drawn(of: Overview, width: int) -> str:
    paper, session = io.StringIO(), Session()
    Console(file=paper, width=width).print(board(of, rests_of(session, of), session, width))
    return paper.getvalue()


def test_where_all_is_well_it_is_green() -> None:
    assert needs(overview(ROW)) == []
    assert drawn(overview(ROW), 80).startswith("Green. Nothing needs a person.\n")


@pytest.mark.parametrize(
    ("of", "commands"),
    [
        (overview(FAILED), ["failures"]),
        (overview(replace(FAILED, status=Status.BLOCKED, reason=HELD, replication=False)), []),
        (overview(replace(FAILED, deleted_at=NOW), listed=()), []),
        (overview(ROW, listed=()), ["seed"]),
        (overview(), ["seed"]),
        (overview(ROW, listed=(LISTED, NEWCOMER)), []),
        (overview(ROW, listed=(LISTED, NEWCOMER), watched=replace(WELL, rule_is_on=False)), ["seed", "doctor"]),
        (overview(ROW, watched=replace(WELL, rule_is_on=None)), ["doctor"]),
        (overview(ROW, watched=replace(WELL, queue=Queue(2, 0))), ["failures"]),
        (overview(ROW, unreadable=("the row of x cannot be read",)), ["list"]),
        (overview(ROW, watched=alarmed("failed")), []),
        (
            overview(ROW, going=(PENDING,), watched=alarmed("waiting")),
            ["list --status pending --status running"],
        ),
        (overview(ROW, watched=alarmed("waiting")), []),
        (overview(ROW, watched=alarmed("no-seed", since=WELL.reconciled_at + 1)), ["seed"]),
        (overview(ROW, watched=alarmed("no-seed", since=WELL.reconciled_at - 1)), []),
        (overview(ROW, watched=alarmed("function-errors")), ["doctor"]),
        (overview(ROW, watched=alarmed("function-throttles")), ["doctor"]),
        (overview(ROW, watched=alarmed("stream-age")), ["doctor"]),
        (overview(ROW, watched=alarmed("task-quota", "repairs", "partial", "blocked", "failure-queue")), []),
    ],
)
def test_what_needs_a_person_is_told_with_the_command_that_helps(of: Overview, commands: list[str]) -> None:
    assert needs(of) == commands


def test_an_owner_who_was_just_made_is_on_the_way() -> None:
    of = overview(ROW, listed=(LISTED, NEWCOMER))
    assert ([str(one) for one in of.on_their_way], of.unseen) == (["user/bob in d-lab"], [])
    assert "1 new: known as soon as the event is there" in drawn(of, 80)


def test_who_is_not_protected_is_counted_by_reason() -> None:
    of = overview(replace(ROW, in_scope=False, status=Status.UNPROTECTED, reason="out of scope"), scope=Scope(("x",)))
    assert dict(of.protection.reasons) == {"out of scope": 1}
    assert "Not protected: 1\n       1  out of scope" in drawn(of, 80)


def test_those_of_one_cause_stand_together_and_the_worst_come_first() -> None:
    crowd = [replace(FAILED, owner=Owner(Kind.USER, f"user-{number}", "lab")) for number in range(8)]
    told = drawn(overview(BLOCKED, *crowd), 80)
    assert "FAILED user/user-0@lab, user/user-1@lab, user/user-2@lab, user/user-3@lab and 4" in told
    assert told.index("FAILED user") < told.index("BLOCKED user/ada@lab")
    assert told.count("studio-recovery retry user/user-0@lab") == 1
    assert "studio-recovery approve user/ada@lab" in told


@pytest.mark.parametrize("width", [80, 140])
def test_the_screen_fits(width: int) -> None:
    far = replace(
        ROW, owner=Owner(Kind.SPACE, "s" * 63, "lab"), home=Home("fs-0123456789abcdef0", "1234567890", "d-lab")
    )
    told = drawn(overview(FAILED, far, going=(PENDING,)), width)
    assert max(map(len, told.splitlines())) <= width


def test_every_member_of_the_data_is_documented() -> None:
    of = overview(FAILED, going=(PENDING,), listed=(LISTED, NEWCOMER))
    rests = rests_of(Session(), of)
    told = as_data(of, [{"what": "", "command": ""}], rests)
    told["owners"]["reasons"] = None
    assert undocumented(told, FIELDS) == []
    assert told["green"] is False
    assert rests[0]["steps"][0]["command"] == "studio-recovery retry user/ada@lab"


def test_a_command_can_be_copied_where_it_is_too_long_for_the_terminal() -> None:
    session, of = Session(name="studio-recovery", region="eu-west-1"), overview(FAILED)
    paper = io.StringIO()
    Console(file=paper, width=80).print(board(of, rests_of(session, of), session, 80))
    words = " ".join(paper.getvalue().replace("\\\n", " ").split())
    assert "studio-recovery retry user/ada@lab --name studio-recovery --region eu-west-1" in words
    assert "    studio-recovery retry user/ada@lab --name studio-recovery --region \\\n" in paper.getvalue()


def test_what_is_to_be_typed_is_for_each_of_those_of_one_cause() -> None:
    crowd = [replace(FAILED, owner=Owner(Kind.USER, f"user-{number}", "lab")) for number in range(2)]
    assert "For each of them, as here for user/user-0@lab:" in drawn(overview(*crowd), 80)
    assert "For each of them" not in drawn(overview(crowd[0]), 80)


def test_in_a_pipe_no_line_is_longer_than_what_it_says() -> None:
    of, session, paper = overview(ROW, going=(PENDING,)), Session(), io.StringIO()
    Console(file=paper, width=100_000).print(board(of, [], session, 140), soft_wrap=True)
    assert max(map(len, paper.getvalue().splitlines())) < 300


def test_a_look_that_fails_is_told_and_shows_what_was_seen_before() -> None:
    before = overview(ROW)

    def busy() -> Overview:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "Scan")

    now, trouble = again(busy, before)
    assert now is before
    assert "AWS is busy: Scan was refused" in trouble[0].plain
    assert again(lambda: before, before) == (before, [])


def test_alarms_that_are_on_are_told_with_where_to_read_on() -> None:
    told = drawn(overview(ROW, watched=alarmed(*ALARMS)), 80)
    assert max(map(len, told.splitlines())) <= 80
    words = " ".join(told.split())
    assert f"Alarms in ALARM: {', '.join(ALARMS)}" in words
    assert 'docs/operating.md, "Failed", "Partial", "Blocked"' in words
    assert "Alarms          none is in ALARM" in drawn(overview(ROW), 80)
    assert "Alarms          there are none" in drawn(overview(ROW, watched=replace(WELL, alarms=())), 80)


def test_why_recoveries_wait_is_told_below_them_each_reason_once() -> None:
    going = [
        Progress(Owner(Kind.USER, f"user-{number}", "lab"), Status.PENDING, Phase.NO_PLACE, why=why)
        for number, why in enumerate((NO_ADDRESSES, FULL, NO_ADDRESSES))
    ]
    told = drawn(overview(ROW, going=tuple(going)), 80)
    assert max(map(len, told.splitlines())) <= 80
    assert f"  2 wait: {NO_ADDRESSES}\n  1 waits: {FULL}\n" in told
