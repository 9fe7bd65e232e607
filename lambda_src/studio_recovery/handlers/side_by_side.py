"""Does independent things at once; or one after the other, where the order must always be the same."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


class Doing(Protocol):
    """Does the work for each thing; the results in the things' order. Raises what the first that failed raised."""

    def __call__(self, work: Callable[[_Thing], _Result], things: Iterable[_Thing], /) -> list[_Result]:
        """Do it."""


def one_after_the_other(work: Callable[[_Thing], _Result], things: Iterable[_Thing], /) -> list[_Result]:
    """In order; the first failure ends it."""
    return [work(thing) for thing in things]


def side_by_side(work: Callable[[_Thing], _Result], things: Iterable[_Thing], /) -> list[_Result]:
    """In a thread for each. A failure is told when all have ended, so that none goes on unseen."""
    with ThreadPoolExecutor() as threads:
        return list(threads.map(work, things))
