"""Knows what a check finds: how it stands, in a sentence, and what to do about it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How something stands. UNKNOWN: it could not be looked at."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of this name found; `remedy` says what to do, if anything."""

    name: str
    level: Level
    said: str
    remedy: str = ""


def ok(name: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(name, Level.OK, said)


def warning(name: str, said: str, remedy: str) -> Finding:
    """Recoveries work, but not as well as they could."""
    return Finding(name, Level.WARNING, said, remedy)


def bad(name: str, said: str, remedy: str) -> Finding:
    """Recoveries fail, come late, or files may be lost."""
    return Finding(name, Level.BAD, said, remedy)


def unknown(name: str, said: str, remedy: str) -> Finding:
    """Nobody can say."""
    return Finding(name, Level.UNKNOWN, said, remedy)


def all_of(name: str, found: Iterable[Finding], said: str) -> list[Finding]:
    """What is not well, one by one; or, if all is, that it is."""
    wrong = [finding for finding in found if finding.level is not Level.OK]
    return wrong or [ok(name, said)]


def some(things: Iterable[str], most: int = 5) -> str:
    """Things, such as `a, b and 3 more`."""
    named = list(things)
    if len(named) > most:
        return f"{', '.join(named[:most])} and {len(named) - most} more"
    return ", ".join(named)
