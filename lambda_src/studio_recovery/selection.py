"""Knows what an admin may choose of a copy: a part of the source, a folder to copy into, whether to overwrite. Pure.

What AWS takes: docs.aws.amazon.com/datasync/latest/userguide/filtering.html (filters),
docs.aws.amazon.com/efs/latest/ug/API_RootDirectory.html (the path of an access point).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_recovery.errors import BadInput

OVERWRITE = ("ALWAYS", "NEVER")
# An access point's path, `/<uid>/<into>`, has at most four levels and 100 characters; a uid has up to ten digits.
_LEVELS = 3
_LONGEST_INTO = 88
_LEVEL = re.compile(r"(?!\.)[^$#<>;`|&?{}^*/]+")
# EFS: https://docs.aws.amazon.com/efs/latest/ug/limits.html
_LONGEST_PATH = 4096
_LONGEST_NAME = 255
# DataSync takes 102,400 characters, but a row, which keeps the patterns, takes 400 KB in all.
_LONGEST_FILTER = 10_000
_SPECIAL = re.compile(r"([\\*|])")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is copied of a home, and how. Empty: all of it, as the module's `copy` says.

    `path`: a folder or file below the source home, alone. `into`: a folder below the target home. `overwrite`:
    DataSync's OverwriteMode. `includes` and `excludes`: patterns of DataSync.
    """

    path: str = ""
    into: str = ""
    overwrite: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """True if something of the home is left out, so that its copy closes no source (law 7)."""
        return bool(self.path or self.includes or self.excludes)

    @property
    def include_patterns(self) -> tuple[str, ...]:
        """The patterns of what is copied; none: everything. A path's own characters lose their meaning in a pattern."""
        return ("/" + _SPECIAL.sub(r"\\\1", self.path),) if self.path else self.includes

    @property
    def size(self) -> int:
        """How many bytes it takes in a row, about."""
        return sum(len(text.encode()) for text in (self.path, self.into, *self.includes, *self.excludes))

    def as_map(self) -> dict[str, str | list[str]]:
        """What is chosen, by name, as requests spell it."""
        texts = {name: getattr(self, name) for name in ("path", "into", "overwrite") if getattr(self, name)}
        return texts | {name: list(getattr(self, name)) for name in ("includes", "excludes") if getattr(self, name)}

    def __str__(self) -> str:
        """What is chosen, in words; nothing for all of a home."""
        words = [f"only /{self.path}"] if self.path else []
        words += [f"only {', '.join(self.includes)}"] if self.includes else []
        words += [f"not {', '.join(self.excludes)}"] if self.excludes else []
        words += [f"into {self.into}"] if self.into else []
        words += [{"ALWAYS": "overwriting", "NEVER": "not overwriting"}[self.overwrite]] if self.overwrite else []
        return "; ".join(words)


WHOLE = Selection()


def selection_from(value: object) -> Selection:
    """The selection of a request. Raises BadInput that names the field and the rule."""
    if not isinstance(value, Mapping):
        raise BadInput("selection must be an object")
    known = ("path", "into", "overwrite", "includes", "excludes")
    if unknown := sorted(str(name) for name in set(value) - set(known)):
        raise BadInput(f"unknown field 'selection.{unknown[0]}'; a selection knows {', '.join(known)}")
    chosen = Selection(
        _path(value.get("path", "")),
        _into(value.get("into", "")),
        _overwrite(value.get("overwrite", "")),
        _patterns(value.get("includes", []), "includes"),
        _patterns(value.get("excludes", []), "excludes"),
    )
    if chosen.path and chosen.includes:
        raise BadInput("selection.path and selection.includes are not given together: a path is a pattern of includes")
    return chosen


def selection_from_map(values: Mapping[str, Any]) -> Selection:
    """The selection that `as_map` tells, which was checked when it was asked for."""
    path, into, overwrite = (str(values.get(name, "")) for name in ("path", "into", "overwrite"))
    return Selection(path, into, overwrite, *(tuple(values.get(name, ())) for name in ("includes", "excludes")))


def _path(value: object) -> str:
    path = _text(value, "path").strip("/")
    if value and not path:
        raise BadInput(f"selection.path {value!r} names no folder or file below the home; leave it out for all of it")
    _refuse_dots(path, "path")
    if path.startswith("~"):
        raise BadInput(f"selection.path {path!r} begins with ~: a path begins below the home")
    if len(path.encode()) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_NAME for part in path.split("/")):
        raise BadInput(f"selection.path is longer than EFS takes: {_LONGEST_PATH} bytes, {_LONGEST_NAME} for each name")
    return path


def _into(value: object) -> str:
    into = _text(value, "into").strip("/")
    if value and not into:
        raise BadInput(f"selection.into {value!r} names no folder below the home; leave it out for the home itself")
    _refuse_dots(into, "into")
    levels = into.split("/") if into else []
    if not into.isascii():
        raise BadInput(f"selection.into {into!r} has letters beyond ASCII: no AWS page says that EFS takes them")
    if len(levels) > _LEVELS:
        raise BadInput(f"selection.into {into!r} has more than {_LEVELS} levels: with the home's, EFS takes 4")
    if len(into) > _LONGEST_INTO:
        raise BadInput(f"selection.into has more than {_LONGEST_INTO} characters: with the home's, EFS takes 100")
    if wrong := next((level for level in levels if not _LEVEL.fullmatch(level)), ""):
        raise BadInput(f"selection.into has {wrong!r}: EFS takes no level with a dot at its start or $#<>;`|&?{{}}^*")
    return into


def _overwrite(value: object) -> str:
    overwrite = _text(value, "overwrite")
    if overwrite and overwrite not in OVERWRITE:
        raise BadInput(f"selection.overwrite {overwrite!r} is not one of {', '.join(OVERWRITE)}")
    return overwrite


def _patterns(value: object, name: str) -> tuple[str, ...]:
    """The patterns, as the module's `copy.excludes` takes them; a pattern of includes ends in its only `*`."""
    if not isinstance(value, list | tuple):
        raise BadInput(f"selection.{name} must be a list of patterns, such as /projects")
    found = tuple(_text(one, name) for one in value)
    for pattern in found:
        if not re.fullmatch(r"[/*][^|\\]*", pattern):
            raise BadInput(f'selection.{name} {pattern!r} does not begin with "/" or "*", or has a "|" or a "\\"')
        if not pattern.strip("/*"):
            raise BadInput(f"selection.{name} {pattern!r} names nothing")
        if name == "includes" and "*" in pattern[:-1]:
            raise BadInput(f"selection.{name} {pattern!r}: DataSync takes a * in includes only as the last character")
    if len("|".join(found).encode()) > _LONGEST_FILTER:
        raise BadInput(f"selection.{name} has more than {_LONGEST_FILTER:,} bytes")
    return found


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise BadInput(f"selection.{name} {value!r} is not a string")
    if not value.isprintable():
        raise BadInput(f"selection.{name} {value!r} has a character that cannot be printed")
    return value


def _refuse_dots(path: str, name: str) -> None:
    parts = path.split("/") if path else []
    if any(part in ("", ".", "..") for part in parts):
        raise BadInput(f"selection.{name} {path!r} has an empty component, '.' or '..'")
