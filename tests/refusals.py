"""Which of IAM's refusals an end-to-end test may leave behind."""

from collections.abc import Mapping, Sequence
from typing import Any

# Roles of tests that are refused on purpose begin so.
NOBODY = "people-nobody"

# Who may come too late to remove something. Of what another has just removed IAM knows no tag: it says "denied", where
# the service would say "not found".
_RUNS = "what a run made is removed by its own end, by the run that replaces it and by a seed, whichever comes first"
_CANCELLED = "a cancel removes the task of a run that has copied nothing, and so does the run's end"
TOO_LATE = {
    ("close-homes", "datasync:DeleteTask"): _RUNS,
    ("close-homes", "datasync:DeleteLocation"): _RUNS,
    ("close-homes", "elasticfilesystem:DeleteAccessPoint"): _RUNS,
    ("open-homes", "datasync:DeleteTask"): _RUNS,
    ("open-homes", "datasync:DeleteLocation"): _RUNS,
    ("open-homes", "elasticfilesystem:DeleteAccessPoint"): _RUNS,
    ("seed", "datasync:DeleteTask"): _RUNS,
    ("seed", "datasync:DeleteLocation"): _RUNS,
    ("seed", "elasticfilesystem:DeleteAccessPoint"): _RUNS,
    ("admin", "datasync:DeleteTask"): _CANCELLED,
}


def for_good(decisions: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was refused, one sentence each, but for who was meant to be, and who came too late.

    Too late is only who was refused what somebody was allowed: the same removal of the same thing.
    """
    done = {(one["action"], one["resource"]) for one in decisions if one["allowed"]}
    return [
        f"{one['principal']} may not {one['action']} on {one['resource']}"
        for one in decisions
        if not one["allowed"]
        and not one["principal"].startswith(NOBODY)
        and not (_may_be_late(one) and (one["action"], one["resource"]) in done)
    ]


def _may_be_late(refused: Mapping[str, Any]) -> bool:
    return any(refused["principal"].endswith(f"-{role}") and refused["action"] == action for role, action in TOO_LATE)
