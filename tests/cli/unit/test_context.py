"""Which deployment is meant."""

from pathlib import Path

import pytest

from studio_recovery_cli import context
from studio_recovery_cli.context import Context
from studio_recovery_cli.exits import Trouble, Usage
from studio_recovery_cli.main import run

SAVED = Context("recovery", "eu-west-1", "production")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "STUDIO_RECOVERY_NAME"):
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
        ("AWS_REGION", Context("recovery", "x", "production")),
        ("AWS_DEFAULT_REGION", Context("recovery", "x", "production")),
        ("STUDIO_RECOVERY_NAME", Context("x", "eu-west-1", "production")),
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


@pytest.mark.parametrize("wrong", [Context("a b"), Context(region="x y"), Context(region="eu-west")])
def test_what_can_be_no_deployment_is_not_saved(wrong: Context) -> None:
    with pytest.raises(Usage, match=r"is no (name|region), such as"):
        context.save(wrong)
    assert context.saved() == Context()


def test_a_folder_that_cannot_be_written_is_told_in_words(own_folder: Path) -> None:
    (own_folder / "studio-recovery").write_text("in the way")
    with pytest.raises(Trouble, match=r"context\.json cannot be written: "):
        context.save(SAVED)
    with pytest.raises(Trouble, match=r"context\.json cannot be written: "):
        context.clear()


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_a_file_that_cannot_be_read_says_what_to_do(text: str) -> None:
    context.save(SAVED)
    context.file().write_text(text)
    with pytest.raises(Trouble, match=r"context\.json cannot be read") as told:
        context.saved()
    assert told.value.remedy == "Remove it: studio-recovery context --clear"


def test_of_both_variables_for_the_region_the_shorter_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert context.chosen(None, None, None).region == "eu-west-1"


def test_what_the_environment_names_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_RECOVERY_NAME", "passing")
    assert run(["context"]) == run(["context", "--clear"]) == 0
    assert context.saved() == Context()
