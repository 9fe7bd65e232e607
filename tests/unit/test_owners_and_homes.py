import pytest

from studio_recovery.errors import BadHome
from studio_recovery.homes import Belonging, Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Row
from tests.unit.cast import ADA, NEW, OLD, source


def test_a_user_and_a_space_of_one_name_are_two_owners() -> None:
    assert Owner(Kind.USER, "alice", "lab") != Owner(Kind.SPACE, "alice", "lab")


def test_owners_are_the_same_whatever_the_case_of_their_name() -> None:
    assert Owner(Kind.USER, "Ada", "lab") == ADA


def test_the_spelling_of_a_name_is_kept() -> None:
    assert str(Owner(Kind.USER, "Ada", "lab")) == "user/Ada@lab"


@pytest.mark.parametrize("uid", ["", "0", "/", "..", "200005/..", "-1", "20 0", "٢٠٠", "0200005", "20000500000"])
def test_what_is_no_uid_is_no_home(uid: str) -> None:
    with pytest.raises(BadHome, match="efs_uid"):
        Home("fs-old", uid)


@pytest.mark.parametrize("file_system", ["", "fs-", "efs-old", "fs-OLD", "fs-old/200005"])
def test_what_is_no_file_system_is_no_home(file_system: str) -> None:
    with pytest.raises(BadHome, match="efs_sys_id"):
        Home(file_system, "200005")


def test_the_next_source_is_the_newest_that_may_hold_files() -> None:
    row = Row(ADA, sources=(source(OLD, 1), source(NEW, 2, dormant=True)))
    assert row.next_source == source(OLD, 1)


def test_a_source_that_a_newer_one_follows_only_fills_gaps() -> None:
    row = Row(ADA).with_source(OLD, Belonging()).with_source(NEW, Belonging())
    assert [source.older for source in row.sources] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "may_pass"),
    [
        (Belonging(), Belonging(sso_user="ada@example.org"), True),
        (Belonging(sso_user="ada@example.org"), Belonging(sso_user="ada@example.org"), True),
        (Belonging(sso_user="ada@example.org"), Belonging(sso_user="bob@example.org"), False),
        (Belonging(space_owner="ada"), Belonging(space_owner="Ada"), True),
        (Belonging(space_owner="ada"), Belonging(space_owner="bob"), False),
        (Belonging(space_owner="ada", sharing="Private"), Belonging(space_owner="ada", sharing="Shared"), False),
        (Belonging(space_owner="ada", sharing="Shared"), Belonging(space_owner="ada", sharing="Private"), True),
    ],
)
def test_files_pass_only_between_homes_of_one_person(old: Belonging, new: Belonging, may_pass: bool) -> None:
    assert old.may_pass_to(new) is may_pass
