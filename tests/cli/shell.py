"""Runs the command line as a person does: with the credentials of a role, and nothing of the caller's own AWS.

`run` does it in this process, which is fast; `process` and `start` do it in one of its own, as a terminal would.
"""

import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.cloud import REGION, Cloud, environment
from studio_recovery_cli.main import run

SECONDS = 120
COMMAND = (sys.executable, "-m", "studio_recovery_cli")
# What needs no right: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
EVERYBODYS = {"sts:GetCallerIdentity"}
# What a person may have set that changes what is printed, or what is meant.
# A Region is named as most people do it: boto3 would read AWS_DEFAULT_REGION too.
NOT_INHERITED = (
    "AWS_DEFAULT_REGION",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "PY_COLORS",
    "GITHUB_ACTIONS",
    "TERM",
    "TZ",
)


@dataclass(frozen=True, slots=True)
class Result:
    """How one call of the command line ended."""

    status: int
    out: str
    err: str
    actions: tuple[str, ...]
    """The IAM actions that it was allowed, sorted. What others do with the same role meanwhile counts too."""

    @property
    def data(self) -> Any:
        """What `--output json` printed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """What a command printed that tells one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Shell:
    """A person's terminal: whose role, with a home folder of its own, and `columns` wide."""

    cloud: Cloud
    role: str
    credentials: Mapping[str, str]
    home: Path
    columns: int = 100

    def run(self, *arguments: str, typed: str = "", terminal: bool = False) -> Result:
        """The command line in this process; `typed` is what it reads, `terminal` whether it finds itself on one."""
        before, streams = self._allowed(), Streams.made(typed, terminal)
        with _environment(self.environment()), _standard(streams):
            status = run(arguments)
        return Result(status, streams.out.getvalue(), streams.err.getvalue(), self._since(before))

    def process(self, *arguments: str, typed: str = "") -> Result:
        """The command line in a process of its own, with pipes for its three streams."""
        before, process = self._allowed(), self.start(*arguments)
        try:
            out, err = process.communicate(typed, SECONDS)
        finally:
            process.kill()
        return Result(process.returncode, out, err, self._since(before))

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """The same, not waited for: whoever starts it ends it."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.home,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def environment(self) -> dict[str, str]:
        """What the command line finds in its environment."""
        inherited = environment(self.cloud.endpoint)
        ours = {name for name in inherited if name in NOT_INHERITED or name.startswith(("STUDIO_RECOVERY", "XDG_"))}
        return {
            **{name: value for name, value in inherited.items() if name not in ours},
            **self.credentials,
            "COLUMNS": str(self.columns),
            "LINES": "40",
            "HOME": str(self.home),
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "PYTHONUTF8": "1",
        }

    def _allowed(self) -> Counter[str]:
        """How often the role was allowed each action since the cloud started."""
        decisions = self.cloud.ask("GET", "iam")["decisions"]
        ours = [one for one in decisions if one["principal"] == self.role and one["allowed"]]
        return sum((Counter({one["action"]: one["times"]}) for one in ours), Counter())

    def _since(self, before: Counter[str]) -> tuple[str, ...]:
        return tuple(sorted((self._allowed() - before).keys() - EVERYBODYS))


class Paper(io.StringIO):
    """A stream in memory; `terminal` is whether a program finds itself on a terminal."""

    def __init__(self, text: str = "", terminal: bool = False) -> None:
        super().__init__(text)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@dataclass(frozen=True, slots=True)
class Streams:
    """The three streams of a call in this process."""

    typed: Paper
    out: Paper
    err: Paper

    @classmethod
    def made(cls, typed: str, terminal: bool) -> "Streams":
        """What is typed is there at once; what is printed is kept."""
        return cls(Paper(typed, terminal), Paper(terminal=terminal), Paper(terminal=terminal))


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """This process sees exactly this environment as long as the block runs."""
    before = dict(os.environ)
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(wanted: Mapping[str, str]) -> None:
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update(wanted)


@contextmanager
def _standard(streams: Streams) -> Iterator[None]:
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = streams.typed, streams.out, streams.err
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def shell_of(cloud: Cloud, role: str, policy: str | None, home: Path) -> Shell:
    """A shell for whoever is in a new role of this name, which may do exactly what the policy allows."""
    iam = cloud.client("iam")
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(_trust(cloud.account)))["Role"]["Arn"]
    if policy is not None:
        # A managed policy, as a platform team attaches it.
        made = iam.create_policy(PolicyName=role, PolicyDocument=policy)["Policy"]
        iam.attach_role_policy(RoleName=role, PolicyArn=made["Arn"])
    given = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="admin")["Credentials"]
    credentials = {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "AWS_REGION": REGION,
    }
    return Shell(cloud, role, credentials, home)


def _trust(account: str) -> dict[str, Any]:
    """People of the account may take the role."""
    people = {"AWS": f"arn:aws:iam::{account}:root"}
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": people, "Action": "sts:AssumeRole"}],
    }


def until_it_says(process: "subprocess.Popen[str]", word: str) -> None:
    """Read what the process notes until a line holds the word."""
    assert process.stderr
    for line in process.stderr:
        if word in line:
            return
    raise AssertionError(f"it never said {word!r}")
