"""A role that was taken over cannot do what it was not made for; where it can, docs/security.md says so and why."""

from pathlib import Path

from demo import cloud as local
from tools.attacks import CONTROL, MAY, PLACE, ROLES, TIME_SCALE, as_text, attack, complaints
from tools.attempts import ATTEMPTS


def test_what_each_role_is_refused_stands_in_the_documentation(tmp_path: Path) -> None:
    """The role that may do everything shows that each attempt would have worked."""
    with local.running(TIME_SCALE, iam=True) as cloud:
        found = attack(cloud, tmp_path / "module")
    assert complaints(found) == []
    assert PLACE.page_with(as_text(found)) == PLACE.page.read_text()


def test_an_attempt_that_works_and_one_that_does_not_are_both_told() -> None:
    found = {(role, attempt.what): True for role in ROLES for attempt in ATTEMPTS}
    found["admin", "delete a home file system"] = False
    told = complaints(found)
    assert "admin could delete a home file system" in told
    assert "notices could not tell people something" in told
    assert f"{CONTROL} could not delete a home file system" in told


def test_every_exception_is_about_an_attempt() -> None:
    assert sorted(MAY.keys() - {attempt.what for attempt in ATTEMPTS}) == []
