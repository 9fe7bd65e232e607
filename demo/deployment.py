"""Applies Terraform to a local cloud, in a copied work directory: no state or plug-in ever lies in the repository."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from demo.cloud import ROOT, Cloud, environment
from tools.terraform_init import environment as for_terraform
from tools.terraform_init import init

SECONDS_TO_END = 30
SECONDS_BETWEEN_LOOKS = 0.1
Event = dict[str, Any]


class TerraformError(Exception):
    """Terraform ended with an error; the message holds its own words."""


class Deployment:
    """A Terraform configuration of this repository (the module itself, or an example), applied to one cloud."""

    def __init__(self, cloud: Cloud, folder: Path, configuration: str = ".") -> None:
        copy_of_the_module(folder)
        self.folder = folder / configuration
        self._environment = for_terraform(environment(cloud.endpoint))
        init(self.folder)

    def apply(self, variables: Mapping[str, Any], told: Callable[[Event], None] = lambda _: None) -> None:
        """Make it so; `told` hears every event of terraform's machine-readable output. Raises TerraformError."""
        self._run_to_the_end(["apply", "-auto-approve", "-json"], variables, told)

    def plan(self, variables: Mapping[str, Any]) -> list[str]:
        """What terraform would change now, as "address: action"; empty when nothing."""
        changes: list[str] = []

        def collect(event: Event) -> None:
            if event["type"] == "planned_change":
                changes.append(f"{event['change']['resource']['addr']}: {event['change']['action']}")

        self._run_to_the_end(["plan", "-json"], variables, collect)
        return changes

    def destroy(self, variables: Mapping[str, Any], *targets: str) -> None:
        """Remove everything that was made, or only these targets. Raises TerraformError."""
        chosen = [f"-target={target}" for target in targets]
        self._run_to_the_end(["destroy", "-auto-approve", "-json", *chosen], variables, lambda _: None)

    def output(self) -> dict[str, Any]:
        """The outputs by name."""
        told = subprocess.check_output(["terraform", "output", "-json"], cwd=self.folder, env=self._environment)
        return {name: output["value"] for name, output in json.loads(told).items()}

    def resources(self) -> list[str]:
        """The addresses of everything that was made."""
        command = ["terraform", "state", "list"]
        told = subprocess.check_output(command, cwd=self.folder, env=self._environment, text=True)
        return [address for address in told.split() if "data." not in address]

    def _run_to_the_end(self, command: list[str], variables: Mapping[str, Any], told: Callable[[Event], None]) -> None:
        """Run terraform in a group of its own, so that an interruption ends it and its plug-ins first."""
        named = self.folder / "given.auto.tfvars.json"
        named.write_text(json.dumps(variables))
        log = self.folder / "terraform.log"
        errors = []
        with log.open("w") as said:
            process = subprocess.Popen(
                ["terraform", *command],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            for event in events(process, log):
                told(event)
                if event.get("@level") == "error":
                    errors.append(words(event))
        except BaseException:
            interrupt(process)
            raise
        if process.returncode != 0:
            raise TerraformError(f"terraform {command[0]} failed:\n" + "\n".join(errors))


def copy_of_the_module(folder: Path) -> None:
    """Copy every file that Terraform needs, the examples too, as it lies in the work tree."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
    )
    for name in listed.split("\0"):
        source = ROOT / name
        if source.is_file() and (name.endswith(".tf") or name.startswith(("dist/", "statemachine/"))):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)


def events(process: subprocess.Popen[bytes], log: Path) -> Iterator[Event]:
    """What terraform writes into a file, as events, until it has ended.

    A file and no pipe: terraform that loses its reader dies at once and leaves its plug-ins behind.
    """
    with log.open() as lines:
        ended, begun = False, ""
        while not ended:
            ended = process.poll() is not None
            *whole, begun = (begun + lines.read()).split("\n")
            yield from map(event_of, whole)
            if not ended:
                time.sleep(SECONDS_BETWEEN_LOOKS)


def event_of(line: str) -> Event:
    """A line of terraform's; one that is no event is an error in its own words."""
    try:
        event: Event = json.loads(line)
    except ValueError:
        return {"type": "words", "@level": "error", "@message": line.rstrip()}
    return event


def words(event: Event) -> str:
    """An event of level error, in terraform's words."""
    diagnostic = event.get("diagnostic", {})
    return "\n  ".join(filter(None, [event["@message"], diagnostic.get("address"), diagnostic.get("detail")]))


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """End terraform and its plug-ins and wait until they are gone: as Ctrl-C would, then for certain."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
