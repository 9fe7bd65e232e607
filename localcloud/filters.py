"""Include and exclude patterns: https://docs.aws.amazon.com/datasync/latest/userguide/filtering.html

A filter is patterns with "|" between them. `*` stands for any characters, slashes too; a backslash takes the meaning of
the next `*`, `|` or backslash away, and is ignored before any other character.
"""

import re
from functools import lru_cache

_ONE_PATTERN = re.compile(r"(?:\\.|[^|\\])+\\?")
_TOKEN = re.compile(r"\\(.?)|(.)", re.DOTALL)


def patterns(value: str) -> tuple[str, ...]:
    """The patterns of a filter."""
    return tuple(_ONE_PATTERN.findall(value))


def matches(name: str, filters: tuple[str, ...]) -> bool:
    """Whether a name, seen from the location's path, is one of the patterns or lies below one.

    The path begins with a slash, so a pattern that begins with neither `/` nor `*` is no name at all.
    """
    return any(_compiled(pattern).fullmatch("/" + name) for pattern in filters)


def misplaced(filters: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns that DataSync refuses to include: `*` may only be their last character."""
    return tuple(pattern for pattern in filters if any(plain == "*" for _, plain in _TOKEN.findall(pattern[:-1])))


def leads_to(name: str, filters: tuple[str, ...]) -> bool:
    """Whether a folder must be entered, since a pattern names something below it."""
    return any(_said(pattern).strip("/").startswith(name + "/") for pattern in filters)


def _said(pattern: str) -> str:
    """The pattern without the backslashes that take a meaning away."""
    return "".join(escaped or plain for escaped, plain in _TOKEN.findall(pattern))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    said = pattern.removesuffix("/")
    literal = "".join(_translated(*token) for token in _TOKEN.findall(said))
    return re.compile(f"{literal}(/.*)?", re.DOTALL)


def _translated(escaped: str, plain: str) -> str:
    return ".*" if plain == "*" else re.escape(escaped or plain)
