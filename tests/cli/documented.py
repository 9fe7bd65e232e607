"""Compares the data of a command with what its help says of every member."""

from collections.abc import Iterator, Mapping
from typing import Any


def undocumented(data: Any, fields: Mapping[str, str], within: str = "") -> list[str]:
    """Members that are told but not documented, or documented but not told, wherever something is told at all."""
    return sorted(set(_differences(data, fields, within)))


def _differences(data: Any, fields: Mapping[str, str], within: str) -> Iterator[str]:
    if isinstance(data, list):
        for item in data:
            yield from _differences(item, fields, within)
        return
    known = {name.removeprefix(within).partition(".")[0] for name in fields if name.startswith(within)}
    yield from (f"{within}{name}" for name in known ^ set(data))
    for name, value in data.items():
        inner = f"{within}{name}."
        if value is not None and any(field.startswith(inner) for field in fields):
            yield from _differences(value, fields, inner)
