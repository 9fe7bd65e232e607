"""One pass over everything: it ends when its time runs out, and nobody's trouble holds the others up."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery.errors import NotReady, StudioRecoveryError

# The longest that one owner's calls may take while AWS throttles, so that a pass ends before its function is ended.
RESERVE_SECONDS = 90
_TROUBLES_TOLD = 10
_Thing = TypeVar("_Thing")


def at_most(seconds: float, seconds_left: Callable[[], float], now: Callable[[], float]) -> Callable[[], float]:
    """The time left of a pass that is to end after about so many seconds, if no other limit comes first.

    `now` tells seconds. The reserve is left beyond them, as it is at the end of a function.
    """
    end = now() + seconds + RESERVE_SECONDS
    return lambda: min(seconds_left(), end - now())


@dataclass(slots=True)
class Pass:
    """A pass that began `at` a time (ms since 1970). `complete`: so far its time did not run out."""

    at: int
    seconds_left: Callable[[], float]
    complete: bool = True
    troubles: list[str] = field(default_factory=list)

    def first_half(self) -> "Pass":
        """A part of this pass that leaves at least half of its time to the rest; its troubles are told with these."""
        half = (self.seconds_left() - RESERVE_SECONDS) / 2
        return Pass(self.at, lambda: self.seconds_left() - half, troubles=self.troubles)

    def each(self, things: Iterable[_Thing]) -> Iterator[_Thing]:
        """These things one after the other, as long as there is time."""
        for thing in things:
            if self.seconds_left() < RESERVE_SECONDS:
                self.complete = False
                return
            yield thing

    @contextmanager
    def noting(self, what: str) -> Iterator[None]:
        """Notes what goes wrong with one thing; who is not ready yet is no trouble."""
        try:
            yield
        except NotReady:
            return
        except (StudioRecoveryError, ClientError, BotoCoreError) as error:
            self.troubles.append(f"{what}: {error}")

    def told_troubles(self) -> list[str]:
        """The first troubles, and how many more there are."""
        more = len(self.troubles) - _TROUBLES_TOLD
        return self.troubles[:_TROUBLES_TOLD] + ([f"and {more} more"] if more > 0 else [])
