"""Which deployment is meant."""

from pathlib import Path

import pytest

from studio_recovery_cli import context
from studio_recovery_cli.context import Context
from studio_recovery_cli.exits import Trouble

SAVED = Context("recovery", "eu-west-1", "production")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_without_any_word_the_modules_default_name_is_meant() -> None:
    assert context.chosen(None, None, None) == Context("studio-recovery", "", "")


def test_what_was_saved_is_meant_later() -> None:
    context.save(SAVED)
    assert context.chosen(None, None, None) == SAVED


def test_an_option_comes_first() -> None:
    context.save(SAVED)
    assert context.chosen("other", "us-east-1", "test") == Context("other", "us-east-1", "test")


@pytest.mark.parametrize(
    ("variable", "left"),
    [
        ("AWS_REGION", Context("recovery", "", "production")),
        ("AWS_DEFAULT_REGION", Context("recovery", "", "production")),
        ("AWS_PROFILE", Context("recovery", "eu-west-1", "")),
        ("AWS_ACCESS_KEY_ID", Context("recovery", "eu-west-1", "")),
    ],
)
def test_the_environment_comes_before_what_was_saved(
    monkeypatch: pytest.MonkeyPatch, variable: str, left: Context
) -> None:
    context.save(SAVED)
    monkeypatch.setenv(variable, "x")
    assert context.chosen(None, None, None) == left


def test_what_was_saved_can_be_forgotten() -> None:
    context.save(SAVED)
    context.clear()
    context.clear()
    assert context.saved() == Context()


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_a_file_that_cannot_be_read_says_what_to_do(text: str) -> None:
    context.save(SAVED)
    context.file().write_text(text)
    with pytest.raises(Trouble, match=r"context\.json cannot be read") as told:
        context.saved()
    assert told.value.remedy == "Remove it: studio-recovery context --clear"
