"""The command line, installed as an admin does: from a wheel, into an environment that holds nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The certificates of the machine, which a network in between may have added its own to.
UV = (sys.executable, "-m", "uv", "--no-config", "--system-certs")
# Where the cache lies on another disk, uv would say that it copies.
ALONE = {"UV_LINK_MODE": "copy"}
# Every module of the wheel must be importable: what only Lambda has would be missed here.
IMPORT_ALL = """
import importlib, pkgutil
import studio_recovery, studio_recovery_cli
for package in (studio_recovery, studio_recovery_cli):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            print(module.name)
"""
LIST_ALL = """
from importlib.metadata import distributions
print(*(found.name for found in distributions()))
"""
SCRIPTS = {"bash": "complete -o", "zsh": "#compdef studio-recovery", "fish": "complete --command studio-recovery"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources as they lie in the work tree."""
    folder = tmp_path_factory.mktemp("dist")
    run(*UV, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session", params=["highest", "lowest-direct"])
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder of programs of an environment with the wheel, with the newest or the oldest that it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    run(*UV, "venv", "--quiet", "--python", sys.executable, str(folder))
    programs = folder / "bin"
    asked = ("--quiet", "--python", str(programs / "python"), "--resolution", request.param)
    run(*UV, "pip", "install", *asked, f"{wheel}[cli]")
    return programs


def run(*command: str, **more: str) -> str:
    """What a command prints, which must not fail, and finds nothing of this environment."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON", "VIRTUAL"))
    }
    done = subprocess.run(command, env=inherited | ALONE | more, cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_wheel_holds_two_packages_and_no_handler(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert folders == {"studio_recovery", "studio_recovery_cli"}
    assert [name for name in names if "handlers" in name or "__pycache__" in name] == []


def test_every_module_finds_what_it_needs(environment: Path) -> None:
    imported = run(str(environment / "python"), "-W", "error", "-c", IMPORT_ALL).split()
    assert {"studio_recovery.aws.ledger", "studio_recovery_cli.commands.list_"} <= set(imported)


def test_help_is_there(environment: Path) -> None:
    assert "Usage: studio-recovery" in run(str(environment / "studio-recovery"), "--help", COLUMNS="100")


def test_the_tests_packages_do_not_come_with_it(environment: Path) -> None:
    installed = set(run(str(environment / "python"), "-c", LIST_ALL).lower().split())
    assert {"studio-recovery", "boto3", "plotly", "pyyaml", "rich", "typer"} <= installed
    assert installed & {"moto", "ministack", "pytest", "boto3-stubs"} == set()


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_gets_its_completion_script(environment: Path, shell: str) -> None:
    told = run(str(environment / "studio-recovery"), _STUDIO_RECOVERY_COMPLETE=f"source_{shell}")
    assert SCRIPTS[shell] in told


def test_show_completion_knows_the_shell_that_asks(environment: Path) -> None:
    program = environment / "studio-recovery"
    assert SCRIPTS["bash"] in run("bash", "-c", f"{program} --show-completion; true")
