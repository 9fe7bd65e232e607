"""An owner is found from what was typed."""

import pytest

from studio_recovery.owners import Owner, owner_named
from studio_recovery_cli import owners
from studio_recovery_cli.exits import ERROR, Trouble

KNOWN = [
    owner_named(text, "owner")
    for text in ("user/ada@lab", "user/ada@lab-2", "user/Grace@lab", "space/reading-group@lab", "space/grace@lab")
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("space/r", "space/reading-group@lab"),
        ("user/Gr", "user/Grace@lab"),
        ("USER/GRACE", "user/Grace@lab"),
        ("read", "space/reading-group@lab"),
        ("ada@lab-", "user/ada@lab-2"),
        ("ADA@lab", "user/ada@lab"),
        ("user/ada@lab", "user/ada@lab"),
    ],
)
def test_a_unique_beginning_is_enough(typed: str, meant: str) -> None:
    assert str(owners.meant(typed, KNOWN)) == meant


@pytest.mark.parametrize(
    ("typed", "wrong", "remedy"),
    [
        ("user/ada", "user/ada may be user/ada@lab or user/ada@lab-2", "Type more of it."),
        ("grace", "grace may be space/grace@lab or user/Grace@lab", "Type more of it."),
        ("user/graec@lab", "no owner is called user/graec@lab", "Did you mean user/Grace@lab or "),
        ("xyz", "no owner is called xyz", "There are 5 owners: studio-recovery list"),
        ("", "no owner was named", "There are 5 owners: studio-recovery list"),
        ("x" * 2000, f"no owner is called {'x' * 160}…", "There are 5 owners: studio-recovery list"),
    ],
)
def test_who_is_not_found_is_told_with_who_may_be_meant(typed: str, wrong: str, remedy: str) -> None:
    with pytest.raises(Trouble) as told:
        owners.meant(typed, KNOWN)
    assert str(told.value) == wrong
    assert told.value.remedy.startswith(remedy)
    assert told.value.status == ERROR


@pytest.mark.parametrize(
    ("pattern", "fitting"),
    [
        ("user/*@lab", ["user/ada@lab", "user/Grace@lab"]),
        ("*/GRACE@*", ["user/Grace@lab", "space/grace@lab"]),
        ("user/???@lab", ["user/ada@lab"]),
        ("nobody*", []),
    ],
)
def test_a_pattern_names_many_whatever_the_capitals(pattern: str, fitting: list[str]) -> None:
    assert [str(owner) for owner in KNOWN if owners.fits(pattern, owner)] == fitting


@pytest.mark.parametrize("text", ["ada", "user/ada", "robot/ada@lab", "user/@lab", "user/a b@lab", "user/ada@lab@x"])
def test_what_is_no_owner_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Trouble, match="is not an owner, such as user/ada@lab") as told:
        owners.named(text)
    assert told.value.remedy.startswith("SageMaker's names have up to 63 letters")


def test_an_owner_in_full_needs_nobody_to_know_it() -> None:
    assert owners.named("user/new@lab") == Owner(KNOWN[0].kind, "new", "lab")
