"""Knows how an answer of the admin function is told: as data in which every member is always there, and in words."""

from collections.abc import Mapping
from typing import Any

FIELDS = {
    "owner": "whom it is about, as user/ada@lab",
    "changed": "true if the request changed something; null if it was refused",
    "status": "how the owner's row stands now, such as PENDING; null if the request was refused",
    "reason": "why it is BLOCKED, FAILED or PARTIAL; null if nothing needs a reason",
    "says": "how it stands, in a sentence; of a refused request, why",
    "next": "what to do now, one sentence each; empty if nothing needs a person",
    "replication": "false while the owner is on hold",
    "home": "the owner's current home, file system and uid; null if it has none",
    "request_id": "the recovery that was asked for; null if none is",
    "execution_arn": "the last execution that copied for the owner; null if none did",
    "sources": "the homes whose files may still be missing, the next one first",
    "sources.home": "file system and uid",
    "sources.origin": "the other owner whose home it is; null if it was the owner's own",
    "sources.approved": "true if an admin said yes to it",
    "sources.dormant": "true if it is known, but nothing is copied from it by itself",
    "sources.unfinished": "true if a copy from it did not end well",
    "sources.selection": "what was asked for of it (path, into, overwrite, includes, excludes); null: all of it",
    "error": "the kind of refusal, such as BadInput; null if it was not refused",
}
_MARKS = ("approved", "dormant", "unfinished")


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request about one owner as data (FIELDS)."""
    refused = "error" in answer
    return {
        "owner": answer["owner"],
        "changed": None if refused else answer["changed"],
        "status": answer.get("status") or None,
        "reason": answer.get("reason") or None,
        "says": answer["message"] if refused else answer["says"],
        "next": list(answer.get("next", [])),
        "replication": answer.get("replication"),
        "home": answer.get("home") or None,
        "request_id": answer.get("request_id") or None,
        "execution_arn": answer.get("execution_arn") or None,
        "sources": [_source(source) for source in answer.get("sources", [])],
        "error": answer.get("error"),
    }


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    marks = {name: bool(source.get(name)) for name in _MARKS}
    kept = {"home": source["home"], "origin": source.get("origin") or None}
    return kept | marks | {"selection": source.get("selection") or None}


def standing(status: str | None, reason: str | None) -> str:
    """A status with its reason, such as BLOCKED (held)."""
    return f"{status} ({reason})" if reason and len(reason) <= _LONGEST_REASON else str(status or "REFUSED")


# Longer ones are sentences, which are told elsewhere.
_LONGEST_REASON = 30
