"""Runs `terraform init` where it can work: with the registry, or with the providers that this machine already has.

    python -m tools.terraform_init FOLDER

The registry is asked first; what it gives is kept in $TF_PLUGIN_CACHE_DIR, or in .cache, so that it is loaded once.
Where it cannot be reached, a folder named after the registry's host that holds hashicorp/aws for this platform is
looked for: below $TF_PLUGIN_MIRROR, or in the usual places.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.pages import ROOT

CACHE = ROOT / ".cache" / "terraform"
HOST = "registry.terraform.io"
USUAL_PLACES = ("~/.terraform.d", "/opt", "/usr/share", "/usr/local/share", "/var/lib")
DEPTH = 4
SECONDS = 300


class InitError(Exception):
    """Neither the registry nor this machine has the AWS provider; the message says what to do."""


def main() -> int:
    """Initialise the folder that the command line names; 0 when done, 1 when it cannot be."""
    if len(sys.argv) != 2:
        print("usage: python -m tools.terraform_init FOLDER", file=sys.stderr)
        return 2
    try:
        init(Path(sys.argv[1]))
    except InitError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for terraform: no questions, no calls home, no configuration file that does not exist."""
    clean = {**base, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
    if not Path(base.get("TF_CLI_CONFIG_FILE", "/")).exists():
        del clean["TF_CLI_CONFIG_FILE"]
    return clean


def init(folder: Path) -> None:
    """Initialise a folder without a backend; raises InitError with terraform's own words when nothing works."""
    first = from_registry(folder)
    if first.returncode == 0:
        return
    words = first.stderr
    for mirror in mirrors():
        with_mirror = run(folder, environment(), f"-plugin-dir={mirror}")
        if with_mirror.returncode == 0:
            return
        words = with_mirror.stderr
    raise InitError(
        f"{words.strip()}\n\nterraform init found no AWS provider. Let this machine reach {HOST}, or name a folder "
        f"that holds {HOST}/hashicorp/aws (made by `terraform providers mirror`): TF_PLUGIN_MIRROR=/path/to/folder"
    )


def from_registry(folder: Path) -> subprocess.CompletedProcess[str]:
    """An ordinary init. One at a time: terraform's cache of providers does not bear two that fill it at once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    cached = {"TF_PLUGIN_CACHE_DIR": str(CACHE), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return run(folder, {**cached, **environment()})


def run(folder: Path, env: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """One `terraform init`, its words kept."""
    command = ["terraform", "init", "-no-color", "-backend=false", *options]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False)


def mirrors() -> Iterator[Path]:
    """Folders that can be given as -plugin-dir: they hold the host's, and that the provider for this platform."""
    platform = terraform_platform()
    named = os.environ.get("TF_PLUGIN_MIRROR")
    for place in [named] if named else USUAL_PLACES:
        for folder in folders_below(Path(place).expanduser(), DEPTH):
            provider = folder / "hashicorp" / "aws"
            if folder.name == HOST and (any(provider.glob(f"*/{platform}")) or any(provider.glob(f"*_{platform}.zip"))):
                yield folder.parent


def terraform_platform() -> str:
    """What terraform calls this platform, such as linux_amd64."""
    told = subprocess.check_output(["terraform", "version", "-json"], env=environment())
    return str(json.loads(told)["platform"])


def folders_below(top: Path, depth: int) -> Iterator[Path]:
    """The folder and those below it, as far down as told; links and what cannot be read are passed over."""
    if not top.is_dir():
        return
    yield top
    if depth == 0 or top.name == HOST:
        return
    try:
        children = sorted(entry.path for entry in os.scandir(top) if entry.is_dir(follow_symlinks=False))
    except PermissionError:
        return
    for child in children:
        yield from folders_below(Path(child), depth - 1)


if __name__ == "__main__":
    sys.exit(main())
