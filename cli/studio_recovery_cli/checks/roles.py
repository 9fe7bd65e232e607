"""Knows whether the roles are there, and trust the service that takes them.

API: GetRole (IAM).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery_cli.checks.finding import Finding, all_of, bad
from studio_recovery_cli.deployment import FUNCTIONS

NAME = "roles"
_APPLY = "terraform apply makes it as it should be."


def wanted(deployment: str) -> dict[str, str]:
    """The service that takes each role of a deployment, by the role's name."""
    others = {
        "recovery": "states.amazonaws.com",
        "schedule": "scheduler.amazonaws.com",
        "read-source": "datasync.amazonaws.com",
        "write-target": "datasync.amazonaws.com",
    }
    services = dict.fromkeys(FUNCTIONS, "lambda.amazonaws.com") | others
    return {f"{deployment}-{word}": service for word, service in services.items()}


def look(iam: Any, deployment: str) -> list[Finding]:
    """How the roles of a deployment stand."""
    return judge({name: _trust(iam, name) for name in wanted(deployment)}, wanted(deployment))


def _trust(iam: Any, role: str) -> Mapping[str, Any] | None:
    try:
        found: dict[str, Any] = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    except ClientError as error:
        if code(error) == "NoSuchEntity":
            return None
        raise
    return found


def judge(trusts: Mapping[str, Mapping[str, Any] | None], services: Mapping[str, str]) -> list[Finding]:
    """How roles stand that trust like this (None: there is none) and should trust these services."""
    found = []
    for role, trust in trusts.items():
        if trust is None:
            found.append(bad(NAME, f"{role} is gone: {services[role]} can do nothing for this deployment", _APPLY))
        elif services[role] not in set(_trusted(trust)):
            found.append(bad(NAME, f"{role} does not trust {services[role]}", _APPLY))
    return all_of(NAME, found, f"all {len(trusts)} are there and trust their service")


def _trusted(trust: Mapping[str, Any]) -> Iterator[str]:
    statements = trust.get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal", {})
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow":
            yield from [named] if isinstance(named, str) else named
