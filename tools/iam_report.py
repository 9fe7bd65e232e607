"""What roles may do and what they do: compares the decisions that a local cloud recorded with the roles' policies."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

EXCEPTIONS = Path(__file__).with_name("iam_exceptions.toml")


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One action of one statement of a role's policies."""

    role: str
    statement: str
    action: str


@dataclass(frozen=True, slots=True)
class Exempt:
    """Rights that AWS asks for and the local cloud never uses."""

    role: str
    actions: tuple[str, ...]
    why: str
    page: str

    def covers(self, right: Right) -> bool:
        """Whether this is one of them; `role` may hold wildcards."""
        return fnmatchcase(right.role, self.role) and right.action in self.actions


@dataclass(frozen=True, slots=True)
class Use:
    """What happened to the rights of all roles; roles are named without the module's name."""

    granted: tuple[Right, ...]
    denied: tuple[tuple[str, str, str], ...]
    """Who was refused what on what."""
    unused: tuple[Right, ...]
    idle: tuple[tuple[str, str, str], ...]
    """Role, statement and resource of which no action was ever used."""
    exempt: tuple[tuple[Right, Exempt], ...]
    needless: tuple[str, ...]
    """Exemptions that exempt nothing."""

    @property
    def complaints(self) -> list[str]:
        """Everything that is not as it should be; empty when all is well."""
        return [
            *(f"{who} was denied {action} on {what}" for who, action, what in self.denied),
            *(f"{right.role} never used {right.action} ({right.statement})" for right in self.unused),
            *(f"{role} never used anything on {resource} ({statement})" for role, statement, resource in self.idle),
            *(f"the exemption of {actions} exempts nothing" for actions in self.needless),
        ]


def exemptions() -> list[Exempt]:
    """The list beside this file."""
    told = tomllib.loads(EXCEPTIONS.read_text())["exempt"]
    return [Exempt(one["role"], tuple(one["actions"]), one["why"], one["page"]) for one in told]


def use(recorded: Mapping[str, Any], name: str, exempted: list[Exempt]) -> Use:
    """Judge what a local cloud recorded (`GET /_local/iam`) about the roles of the module called `name`."""
    decisions, roles = recorded["decisions"], recorded["roles"]
    ours = {role: known for role, known in roles.items() if role.startswith(f"{name}-")}
    granted, unused, idle = [], [], []
    for role, known in sorted(ours.items()):
        word = role.removeprefix(f"{name}-")
        done = [(one["action"], one["resource"]) for one in decisions if one["principal"] == role and one["allowed"]]
        for statement in _statements(known):
            actions, resources = _list(statement["Action"]), _list(statement["Resource"])
            used = {(action, resource) for action in actions for resource in resources if _any(done, action, resource)}
            rights = [Right(word, statement["Sid"], action) for action in actions]
            granted += rights
            unused += [right for right in rights if right.action not in {action for action, _ in used}]
            touched = {resource for _, resource in used}
            idle += [(word, statement["Sid"], resource) for resource in resources if used and resource not in touched]
    exempt = [(right, one) for right in unused for one in exempted if one.covers(right)]
    return Use(
        tuple(granted),
        tuple(
            (one["principal"].removeprefix(f"{name}-"), one["action"], one["resource"])
            for one in decisions
            if not one["allowed"]
        ),
        tuple(right for right in unused if not any(one.covers(right) for one in exempted)),
        tuple(idle),
        tuple(exempt),
        tuple(", ".join(one.actions) for one in exempted if one not in [used for _, used in exempt]),
    )


def _statements(policies: Mapping[str, Any]) -> Iterator[Any]:
    documents = (document for policy, document in policies.items() if policy != "trust")
    for document in documents:
        yield from (statement for statement in _list(document["Statement"]) if statement["Effect"] == "Allow")


def _any(done: list[tuple[str, str]], action: str, resource: str) -> bool:
    return any(fnmatchcase(did, action) and fnmatchcase(to, resource) for did, to in done)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
