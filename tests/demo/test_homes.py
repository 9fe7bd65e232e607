"""The check can fail: each thing that may be wrong with a restored home is told."""

from dataclasses import replace

import pytest

from demo.homes import IDENTICAL, NOT_WRITABLE, Entry, compare

OLD_UID, NEW_UID = 200000, 200010
SCRIPT = Entry("run.sh", "file", 0o755, 9, "digest", (OLD_UID, 0))
LINK = Entry("latest", "link", 0o777, 0, "run.sh", (OLD_UID, 0))
RESTORED = replace(SCRIPT, owner=(NEW_UID, 0))


def words(before: list[Entry], after: list[Entry]) -> list[str]:
    judged = compare({entry.path: entry for entry in before}, {entry.path: entry for entry in after}, NEW_UID)
    return [verdict.words for verdict in judged]


def test_a_restored_file_of_the_new_user_is_identical() -> None:
    assert words([SCRIPT], [RESTORED]) == [IDENTICAL]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(RESTORED, owner=(OLD_UID, 0)), NOT_WRITABLE),
        (replace(RESTORED, owner=(0, 0)), NOT_WRITABLE),
        (replace(RESTORED, owner=(NEW_UID, 1001)), "group 1001 instead of 0"),
        (replace(RESTORED, mode=0o644), "mode 0644 instead of 0755"),
        (replace(RESTORED, content="other"), "other content"),
        (replace(RESTORED, kind="folder", content=""), "a folder instead of a file"),
        (replace(RESTORED, owner=(0, 0), mode=0o644), f"{NOT_WRITABLE}, mode 0644 instead of 0755"),
    ],
)
def test_what_is_wrong_is_told(wrong: Entry, said: str) -> None:
    assert words([SCRIPT], [wrong]) == [said]


def test_a_missing_file_is_told() -> None:
    assert words([SCRIPT], []) == ["missing"]


def test_a_file_that_was_not_there_is_told() -> None:
    assert words([], [RESTORED]) == ["was not there before"]


def test_a_link_that_points_elsewhere_is_told() -> None:
    assert words([LINK], [replace(LINK, owner=(NEW_UID, 0), content="else")]) == ["links to else"]
