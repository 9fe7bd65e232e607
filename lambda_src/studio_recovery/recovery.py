"""Knows one recovery: its input, its names and tags, whether it may begin, and what its end does to the row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from studio_recovery.errors import BadHome, BadInput
from studio_recovery.homes import Home
from studio_recovery.names import digest, is_key, is_name, quoted
from studio_recovery.rows import Row
from studio_recovery.statuses import Status

_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
MODULE_TAG = "studio-recovery"
RUN_TAG = "studio-recovery:run"
SIDE_TAG = "studio-recovery:side"
# On a rule that a person had made: the id of the file system for which.
BY_HAND_TAG = "studio-recovery:by-hand"


@dataclass(frozen=True, slots=True)
class Made:
    """Something that a run made: its ARN or id, the run, the side (`source`, `target`), and the file system."""

    name: str
    run_id: str
    side: str = ""
    file_system_id: str = ""


def made(name: str, tags: Mapping[str, str], module: str, run_id: str | None) -> Made | None:
    """What carries these tags, if this run (None: any run) of the module made it."""
    if tags.get(MODULE_TAG) != module or RUN_TAG not in tags or run_id not in (None, tags[RUN_TAG]):
        return None
    return Made(name, tags[RUN_TAG], tags.get(SIDE_TAG, ""))


@dataclass(frozen=True, slots=True)
class Recovery:
    """One copy, from one home into another. Without `profile_name` it is started by hand and has no row."""

    source: Home
    target: Home
    profile_name: str = ""
    domain_name: str = ""
    request_id: str = ""

    @property
    def by_hand(self) -> bool:
        """True if no row of the ledger stands behind it."""
        return not self.profile_name

    @property
    def execution_name(self) -> str:
        """The name of its execution: one for each owner, target and request, so that a repetition starts nothing."""
        return digest(self.profile_name, self.domain_name, self.target.key, self.request_id)

    def as_input(self) -> dict[str, object]:
        """The input of the state machine."""
        ledger = ("profile_name", "domain_name", "request_id")
        named: dict[str, object] = {} if self.by_hand else {name: getattr(self, name) for name in ledger}
        return named | {"source": _home_input(self.source), "target": _home_input(self.target)}


def _home_input(home: Home) -> dict[str, str]:
    return {"efs_sys_id": home.file_system_id, "efs_uid": home.uid}


def recovery_from_input(value: object) -> Recovery:
    """The recovery that an execution's input asks for. Raises BadInput that names the field."""
    if not isinstance(value, Mapping):
        raise BadInput("the input must be an object with source and target")
    known = {"source", "target", "profile_name", "domain_name", "request_id"}
    if unknown := sorted(set(value) - known):
        raise BadInput(f"unknown field {quoted(unknown[0])}; the input knows {', '.join(sorted(known))}")
    texts = {name: _text(value.get(name, ""), name) for name in ("profile_name", "domain_name", "request_id")}
    if len({bool(text) for text in texts.values()}) > 1:
        raise BadInput("profile_name, domain_name and request_id are given together, or none of them (a run by hand)")
    if texts["profile_name"] and not is_key(texts["profile_name"]):
        raise BadInput(f"profile_name {quoted(texts['profile_name'])} is not the key of a row, such as user/ada")
    if texts["domain_name"] and not is_name(texts["domain_name"]):
        raise BadInput(f"domain_name {quoted(texts['domain_name'])} is not the name of a domain")
    if texts["request_id"] and not _REQUEST_ID.fullmatch(texts["request_id"]):
        raise BadInput(f"request_id {quoted(texts['request_id'])} is not the id of a request")
    recovery = Recovery(_home(value.get("source"), "source"), _home(value.get("target"), "target"), **texts)
    if recovery.source == recovery.target:
        raise BadInput("source and target are the same home")
    return recovery


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a string")
    return value


def _home(value: object, name: str) -> Home:
    if not isinstance(value, Mapping):
        raise BadInput(f"{name} must be an object with efs_sys_id and efs_uid")
    if unknown := sorted(set(value) - {"efs_sys_id", "efs_uid"}):
        raise BadInput(f"unknown field {quoted(f'{name}.{unknown[0]}')}; a home knows efs_sys_id and efs_uid")
    fields = [_text(value.get(part, ""), f"{name}.{part}") for part in ("efs_sys_id", "efs_uid")]
    try:
        return Home(*fields)
    except BadHome as error:
        raise BadHome(f"{name}.{error}") from error


def pending_recovery(row: Row) -> Recovery | None:
    """The recovery that a PENDING row asks for, or None for any other row."""
    source = row.next_source
    if row.status is not Status.PENDING or row.home is None or source is None:
        return None
    return Recovery(source.home, row.home, row.owner.key, row.owner.domain_name, row.request_id)


@dataclass(frozen=True, slots=True)
class Run:
    """A recovery under way: the module's `name`, and the execution (ARN, and its start in ms since 1970)."""

    recovery: Recovery
    module: str
    execution_arn: str
    started_at: int

    @property
    def id(self) -> str:
        """The execution's name, which everything that the run makes carries as a tag."""
        return run_id_of(self.execution_arn)

    @property
    def label(self) -> str:
        """The name of the run's task: it tells module, target and run without another look."""
        return f"{self.module}:{self.recovery.target.key}:{self.id}"

    def tags(self) -> dict[str, str]:
        """The tags of everything that the run makes."""
        return {MODULE_TAG: self.module, RUN_TAG: self.id, "Name": self.label}

    def execution_arn_of(self, run_id: str) -> str:
        """The ARN of another execution of the same state machine."""
        return f"{self.execution_arn.rpartition(':')[0]}:{run_id}"


def run_id_of(execution_arn: str) -> str:
    """The id of a run: the name of its execution, at the end of the ARN."""
    return execution_arn.rpartition(":")[2]
