"""Knows whether the history's line of an outcome tells of a whole home, or of what was chosen of it."""

from collections.abc import Mapping

# As selection.Selection says it: what becomes of files that are there already leaves nothing out.
_OF_ALL = ("", "overwriting", "not overwriting")


def is_of_all(told: Mapping[str, str | int]) -> bool:
    """True if all of the home was copied, to where it belongs."""
    return str(told.get("selection", "")) in _OF_ALL
