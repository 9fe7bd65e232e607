"""Every command has help, documentation, data and a test; help is quick; no words make it fall over."""

import inspect
import io
import os
import re
import resource
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import IO, Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from studio_recovery_cli.commands import COMMANDS
from studio_recovery_cli.deployment import Deployment
from studio_recovery_cli.exits import DONE, ERROR, INTERRUPTED, PARTIAL, USAGE, Trouble
from studio_recovery_cli.main import PROGRAM, run
from studio_recovery_cli.registry import Command
from studio_recovery_cli.registry import command as declared
from studio_recovery_cli.session import Session
from tools.pages import ROOT

COMMANDS_BY_NAME = {command.name: command for command in COMMANDS}
ALL = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
HEAVY = ("boto3", "botocore", "plotly", "studio_recovery.aws")
EMPTY = """
import typer
app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode="rich")
@app.callback()
def program():
    "An empty program."
@app.command()
def nothing():
    "Do nothing."
app()
"""
LOOK_FOR = """
import sys
from studio_recovery_cli.main import run
assert {{run(call) for call in {calls!r}}} == {{0}}
print(*sys.modules)
"""
MOST = 1.3
TRIES = 9


@ALL
def test_a_command_has_help_with_an_example_and_the_exit_statuses(command: Command) -> None:
    said = inspect.cleandoc(command.run.__doc__ or "")
    assert re.match(r"[A-Z].*\.\n", f"{said}\n"), "help begins with one sentence"
    assert f"Example: {PROGRAM} {command.name}" in said
    assert "Exit status: 0 done, 1 error, 2 usage, 3 partial, 130 Ctrl-C." in command.help


@ALL
def test_a_command_stands_in_the_documentation(command: Command) -> None:
    assert f"\n### {command.name}\n" in (ROOT / "docs/cli.md").read_text()


@ALL
def test_a_command_tells_data_and_says_what_its_fields_mean(command: Command) -> None:
    assert command.fields
    assert all(command.fields.values())


@ALL
def test_a_command_is_called_by_a_test(command: Command) -> None:
    tests = "".join(test.read_text() for test in sorted((ROOT / "tests/cli").glob("test_*.py")))
    assert re.search(rf'\b(run|process|start)\(\s*"{command.name}"', tests)


@ALL
def test_help_of_a_command_is_shown(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command.name, "--help"]) == DONE
    assert f"{PROGRAM} {command.name}" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == DONE
    assert re.fullmatch(r"studio-recovery \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_help_imports_nothing_of_aws() -> None:
    calls = [["--help"], *([command.name, "--help"] for command in COMMANDS)]
    loaded = subprocess.check_output([sys.executable, "-c", LOOK_FOR.format(calls=calls)], text=True, env=environment())
    assert [name for name in loaded.split() if name.startswith(HEAVY)] == []


def test_help_takes_hardly_longer_than_that_of_an_empty_program(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text(EMPTY)
    empty, ours = [], []
    for _ in range(TRIES):
        empty.append(seconds([sys.executable, str(tmp_path / "empty.py"), "--help"]))
        ours.append(seconds([sys.executable, "-m", "studio_recovery_cli", "--help"]))
    assert min(ours) <= MOST * min(empty)


def seconds(command: list[str]) -> float:
    """The processor time of a command: others on the machine do not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def environment() -> dict[str, str]:
    """Where our packages are, and nothing of AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": os.pathsep.join(["cli", "lambda_src"]), "COLUMNS": "100"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(shell: str) -> None:
    asked = {
        "_STUDIO_RECOVERY_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": f"{PROGRAM} cont",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": f"{PROGRAM} cont",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    told = subprocess.run(
        [sys.executable, "-m", "studio_recovery_cli"],
        env=environment() | asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "context" in told.stdout
    assert told.stderr == ""


WORDS = st.one_of(
    st.sampled_from([command.name for command in COMMANDS]),
    st.sampled_from(["--help", "--output", "json", "--name", "--yes", "--from", "--to", "--path", "--into"]),
    st.sampled_from(["user/ada@lab", "user/*@lab", "fs-0123456789abcdef0/200005", "--", "-", "=", "--overwrite"]),
    st.text(max_size=20),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=8))
def test_no_words_give_a_traceback(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.chdir(home)
        # Without a Region nothing is called: what is tried here is everything before the first call.
        for name in [one for one in os.environ if one.startswith(("AWS_", "STUDIO_RECOVERY", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", str(home / "none"))
        patch.setattr(sys, "stdin", io.StringIO())
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as complaints:
            assert run(words) in (DONE, ERROR, USAGE, PARTIAL)
        assert "Traceback" not in complaints.getvalue() or "--debug" in words
        assert "a mistake in studio-recovery itself" not in complaints.getvalue()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["drop", "dave", "", "--yes"], "an argument"),
        (["retry", "", "--yes"], "an argument"),
        (["plan", ""], "an argument"),
        (["list", ""], "an argument"),
        (["restore", "dave", "--path", ""], "--path"),
        (["restore", "dave", "--to="], "--to"),
        (["report", "--output", ""], "--output"),
    ],
)
def test_an_empty_word_means_nothing(words: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == USAGE
    assert capsys.readouterr().err.startswith(f"error: {what} is empty\n")


@pytest.mark.parametrize("format_", ["table", "json", "yaml"])
def test_whoever_has_read_enough_is_no_error(tmp_path: Path, format_: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as nobody:
        told = process(tmp_path, nobody, "context", "--output", format_)
    assert (told.returncode, told.stderr) == (DONE, "")


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        told = process(tmp_path, full, "context")
    assert told.returncode == ERROR
    assert told.stderr.startswith("error: the answer cannot be read or written: No space left on device\n")
    assert "Exception ignored" not in told.stderr


def process(home: Path, out: IO[bytes], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "studio_recovery_cli", *words],
        env=environment() | {"HOME": str(home), "XDG_CONFIG_HOME": str(home)},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_the_data_of_a_report_is_a_file_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "-o", "json"]) == USAGE
    assert "--output names a file here" in capsys.readouterr().err


def test_ctrl_c_in_a_seed_says_that_the_pass_goes_on() -> None:
    session = Session(name="lab")
    session.deployment = Deployment("lab", InterruptedAWS())
    with pytest.raises(Trouble) as told:
        COMMANDS_BY_NAME["seed"].run(session)
    assert told.value.status == INTERRUPTED
    assert told.value.remedy == "The pass that runs goes on in AWS. To do the rest: studio-recovery seed --name lab"


class InterruptedAWS:
    """boto3's session of an account in which Ctrl-C is pressed while a function is called."""

    region_name = "eu-west-1"

    def client(self, _service: str, **_more: Any) -> "InterruptedAWS":
        return self

    def get_function_configuration(self, **_call: Any) -> dict[str, Any]:
        return {"FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:lab-admin"}

    def invoke(self, **_call: Any) -> dict[str, Any]:
        raise KeyboardInterrupt


def test_hints_in_errors_are_for_the_deployment_that_was_named() -> None:
    @declared("Look", ())
    def lost(session: Session) -> None:
        """Lose."""
        raise Trouble(f"no {session.name}", "There are 5 owners: studio-recovery list")

    app = typer.Typer()
    lost.add_to(app)
    with pytest.raises(Trouble) as told:
        app(["--name", "lab"], standalone_mode=False)
    assert told.value.remedy == "There are 5 owners: studio-recovery list --name lab"
