"""What a function does at once, done at once in virtual time too: each on a strand of its own."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from tools.bench.strands import Strands

LOOK_AGAIN = 0.05
_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


def side_by_side(time: Strands, work: Callable[[_Thing], _Result], things: Iterable[_Thing], /) -> list[_Result]:
    """The results in the things' order, when all have ended. Raises what the first that failed raised."""
    given = list(things)
    results: dict[int, _Result] = {}
    errors: dict[int, BaseException] = {}

    def done(number: int, thing: _Thing) -> None:
        try:
            results[number] = work(thing)
        except BaseException as error:  # noqa: BLE001 - it is raised where the function runs
            errors[number] = error

    for number, thing in enumerate(given):
        time.later(0.0, partial(done, number, thing))
    while len(results) + len(errors) < len(given):
        time.advance(LOOK_AGAIN)
    for error in errors.values():
        raise error
    return [results[number] for number in range(len(given))]
