"""Follows what is under way until it rests: looks every few seconds, and shows how far it is.

Ctrl-C ends the following, never the recovery.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery_cli import words
from studio_recovery_cli.following.bars import drawn_on
from studio_recovery_cli.following.progress import Progress
from studio_recovery_cli.problems import explained, may_pass
from studio_recovery_cli.session import Session
from studio_recovery_cli.waiting import between_looks

_SECONDS = 2.0
# AWS is busy, or the network away: so long between two looks then, and so often in a row before nobody waits any more.
_SECONDS_AFTER_A_MISS = 10.0
_MISSES = 18


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look saw: how far those are that go on, and how many of the others are over."""

    going: Sequence[Progress]
    ended: int = 0


class _Lost(Exception):
    """Nobody can look any more."""


class Follower:
    """Follows one recovery or operation. `wait` waits for so many seconds between two looks."""

    def __init__(self, session: Session, wait: Callable[[float], None] = time.sleep) -> None:
        self._screen = session.screen
        self._wait = wait
        self._has_looked, self._misses = False, 0

    def until_it_rests(self, look: Callable[[], Seen | None], come_back: str) -> bool:
        """True as soon as a look gives None; False after Ctrl-C, when it says how to `come_back`.

        False too if AWS cannot be asked for some minutes, or does not know these credentials any more.
        """
        try:
            self._look_on(look)
        except KeyboardInterrupt:
            pass
        except _Lost as lost:
            self._screen.note(f"Nobody could look any more: {lost}")
        else:
            return True
        self._screen.note(come_back)
        return False

    def _look_on(self, look: Callable[[], Seen | None]) -> None:
        with drawn_on(self._screen.err) as drawn:
            while True:
                try:
                    seen = look()
                except (ClientError, BotoCoreError) as error:
                    self._miss(error)
                    continue
                self._has_looked, self._misses = True, 0
                if seen is None:
                    return
                drawn.show(seen.going, seen.ended)
                self._wait(between_looks(_SECONDS, len(seen.going) + seen.ended))

    def _miss(self, error: Exception) -> None:
        """Waits after a look that did not get through. Raises _Lost if more of them will not either."""
        passes = may_pass(error)
        if not passes and not self._has_looked:
            raise error
        self._misses += 1
        if not passes or self._misses >= _MISSES:
            raise _Lost(str(explained(error))) from error
        if self._misses == 1:
            self._screen.note(f"{explained(error)}; the next look is in {words.duration(_SECONDS_AFTER_A_MISS)}.")
        self._wait(_SECONDS_AFTER_A_MISS)
