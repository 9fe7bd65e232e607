"""Follows an owner's recovery, and those that come after it, such as of the next older home; tells how each ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio_recovery.owners import Owner
from studio_recovery.rows import Row
from studio_recovery_cli.following.endings import Ending, ending_of
from studio_recovery_cli.following.follow import Follower, Seen
from studio_recovery_cli.following.lookout import Lookout
from studio_recovery_cli.following.progress import under_way
from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Followed:
    """How the recoveries ended, in the order in which they did; `detached` if nobody waited for the rest."""

    endings: list[Ending]
    detached: bool


def follow_recovery(
    session: Session, owner: Owner, request_id: str, wait: Callable[[float], None] = time.sleep
) -> Followed:
    """Waits from this request on until the owner's row rests, or until somebody presses Ctrl-C."""
    recovery = _Recovery(session.deployment, owner, request_id)
    again = f"It goes on. To follow it again: {typed(session, f'show {owner} --follow')}"
    rests = Follower(session, wait).until_it_rests(recovery.look, again)
    return Followed(recovery.endings, detached=not rests)


class _Recovery:
    """The request that is looked for, the home that it copies, and what ended since the first look."""

    def __init__(self, deployment: "Deployment", owner: Owner, request_id: str) -> None:
        self._ledger, self._lookout = deployment.ledger, Lookout(deployment)
        self._owner, self._request_id, self._source = owner, request_id, ""
        self.endings: list[Ending] = []

    def look(self) -> Seen | None:
        row = self._ledger.row(self._owner)
        if row is None:
            return None
        if not under_way(row) or row.request_id != self._request_id:
            self._note_the_end(row)
        if not under_way(row):
            return None
        self._request_id = row.request_id
        self._source = row.next_source.home.key if row.next_source else ""
        return Seen(self._lookout.look([row]))

    def _note_the_end(self, row: Row) -> None:
        arn = self._lookout.arn_of(row, self._request_id)
        self.endings.append(ending_of(row, self._ledger.lines_of(row.owner), arn, self._source))
