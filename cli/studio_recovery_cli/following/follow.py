"""Follows recoveries until they rest: looks every few seconds, shows how far they are, and tells how each ended.

Ctrl-C ends the following, never the recovery.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery.nouns import Owner, Row, Word, owner_named
from studio_recovery_cli import words
from studio_recovery_cli.following.bars import drawn_on
from studio_recovery_cli.following.endings import Ending, ending_of
from studio_recovery_cli.following.lookout import Lookout
from studio_recovery_cli.following.progress import UNDER_WAY, Progress, under_way
from studio_recovery_cli.hints import typed
from studio_recovery_cli.problems import explained, may_pass
from studio_recovery_cli.session import Session
from studio_recovery_cli.waiting import between_looks

SECONDS = 2.0
# More rows than these are read by one scan, not one by one.
_ONE_BY_ONE = 25
# AWS is busy, or the network away: so long between two looks then, and so often in a row before nobody waits any more.
_SECONDS_AFTER_A_MISS = 10.0
_MISSES = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """A recovery that was asked for: whose, and the `request_id` of the admin's answer."""

    owner: Owner
    request_id: str


def asked_from(answers: Iterable[Mapping[str, Any]]) -> list[Asked]:
    """The recoveries that these answers of the admin function began, or that were under way already."""
    begun = [one for one in answers if one.get("status") in UNDER_WAY]
    return [Asked(owner_named(one["owner"], "owner"), one["request_id"]) for one in begun]


@dataclass(frozen=True, slots=True)
class Followed:
    """How the recoveries ended, in the order in which they did; `detached` if nobody waited for the rest."""

    endings: list[Ending]
    detached: bool = False


class _Lost(Exception):
    """Nobody can look any more."""


@dataclass(slots=True)
class _Open:
    """An owner who is followed: the request that is looked for, and what is known of it."""

    request_id: str
    source: str = ""
    endings: list[Ending] = field(default_factory=list)


class Follower:
    """Follows recoveries of the session's deployment. `wait` waits for so many seconds between two looks.

    `through`: also what comes after a recovery that ended, such as the next older home, until the row rests. Else an
    owner is followed until the outcome of what was asked for.
    """

    def __init__(
        self,
        session: Session,
        through: bool = True,
        seconds: float = SECONDS,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._screen = session.screen
        self._ledger = session.deployment.ledger
        self._through = through
        self._seconds = seconds
        self._wait = wait
        self._lookout = Lookout(session.deployment)
        self._has_looked, self._misses = False, 0

    def follow(self, asked: Sequence[Asked]) -> Followed:
        """Waits for the end of all; after Ctrl-C it says how to come back, and returns what ended until then.

        The same if AWS cannot be asked for some minutes, or does not know these credentials any more.
        """
        endings: list[Ending] = []
        try:
            self._until_all_rest(asked, endings)
        except KeyboardInterrupt:
            pass
        except _Lost as lost:
            self._screen.note(f"Nobody could look any more: {lost}")
        else:
            return Followed(endings)
        self._screen.note(self._how_to_come_back(asked))
        return Followed(endings, detached=True)

    def _until_all_rest(self, asked: Sequence[Asked], endings: list[Ending]) -> None:
        waiting = {one.owner: _Open(one.request_id) for one in asked}
        with drawn_on(self._screen.err) as drawn:
            while waiting:
                try:
                    going = self._look(waiting, endings)
                except (ClientError, BotoCoreError) as error:
                    self._miss(error)
                    continue
                self._has_looked, self._misses = True, 0
                if waiting:
                    drawn.show(going, len(asked) - len(waiting))
                    self._wait(between_looks(self._seconds, len(waiting)))

    def _look(self, waiting: dict[Owner, _Open], endings: list[Ending]) -> list[Progress]:
        """Takes out of `waiting` who rests now; how far the others are."""
        rows = self._rows(list(waiting))
        for owner in list(waiting):
            endings += self._news(waiting[owner], rows.get(owner))
            if not self._goes_on(waiting[owner], rows.get(owner)):
                del waiting[owner]
        return self._lookout.look(rows[owner] for owner in waiting) if waiting else []

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

    def _rows(self, owners: Sequence[Owner]) -> dict[Owner, Row]:
        """The rows of these owners as they are now. Who is under way is found by one scan if they are many."""
        found: dict[Owner, Row] = {}
        if len(owners) > _ONE_BY_ONE:
            found = {row.owner: row for row in self._ledger.rows_at(*UNDER_WAY)}
        rest = (self._ledger.row(owner) for owner in owners if owner not in found)
        return found | {row.owner: row for row in rest if row}

    def _news(self, one: _Open, row: Row | None) -> list[Ending]:
        """What ended since the last look: nothing, or the request that is looked for."""
        if row is None or not one.request_id or (under_way(row) and row.request_id == one.request_id):
            self._remember(one, row)
            return []
        arn = self._lookout.arn_of(row, one.request_id)
        ending = ending_of(row, self._ledger.lines_of(row.owner), arn, one.source)
        one.endings.append(ending)
        if under_way(row):
            one.request_id = row.request_id
            self._remember(one, row)
        return [ending]

    def _remember(self, one: _Open, row: Row | None) -> None:
        source = row.next_source if row else None
        one.source = source.home.key if source else ""

    def _goes_on(self, one: _Open, row: Row | None) -> bool:
        """True if the owner is to be looked at again. What was only replaced by another request has not ended."""
        if row is None or not under_way(row):
            return False
        return self._through or not one.endings or one.endings[-1].word == Word.SUPERSEDED

    def _how_to_come_back(self, asked: Sequence[Asked]) -> str:
        if len(asked) == 1:
            return f"It goes on. To follow it again: {typed(self._session, f'show {asked[0].owner} --follow')}"
        return f"They go on. To look at them again: {typed(self._session, 'status --watch')}"
