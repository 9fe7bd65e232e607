"""Knows rows, an owner's line in the profile table, and what is written when one changes."""

from dataclasses import dataclass, field, replace
from typing import Any

from studio_recovery.homes import UNTOLD, Belonging, Home
from studio_recovery.owners import Owner
from studio_recovery.sources import Rest, Source
from studio_recovery.statuses import Status


@dataclass(frozen=True, slots=True)
class Counts:
    """What a copy did: bytes and files written, and milliseconds from start to end as DataSync tells them."""

    bytes_written: int = 0
    files_transferred: int = 0
    total_duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """An owner's line in the profile table: the current home, and what is still to be recovered into it.

    `waiting` holds homes of owners of the same name that are alive beside the current one. `execution_arn` is the last
    execution that claimed the row, and `copying` the key of the source it copies, until its outcome is written.
    A RUNNING row with a `reason` is being cancelled.
    `created_at` is SageMaker's CreationTime of the owner, `unprotected_in` the domain of an owner without a home.
    Not `in_scope`: the module looks after other domains only; homes are written down, nothing is copied.
    `event_time` is when the row was last observed, or last asked for a recovery; `outcome` and `ended_at` are those of
    the last recovery that ended for it. `operation` is the id of the last one that asked for the owner among others,
    `refusal` why it could not be done for this one. `updated_at` is when the row was last written; who writes it tells
    the time.
    Times are milliseconds since 1970, 0 for never; `version` 0 was never saved.
    """

    owner: Owner
    home: Home | None = None
    belonging: Belonging = UNTOLD
    sources: tuple[Source, ...] = ()
    waiting: tuple[Source, ...] = ()
    replication: bool = True
    status: Status = Status.IDLE
    reason: str = ""
    request_id: str = ""
    execution_arn: str = ""
    copying: str = ""
    counts: Counts = Counts()
    deleted_at: int = 0
    event_time: int = 0
    version: int = 0
    created_at: int = 0
    unprotected_in: str = ""
    in_scope: bool = True
    outcome: str = field(default="", compare=False)
    ended_at: int = field(default=0, compare=False)
    updated_at: int = field(default=0, compare=False)
    operation: str = field(default="", compare=False)
    refusal: str = field(default="", compare=False)

    @property
    def domain_id(self) -> str:
        """The id of the domain in which the owner was last seen."""
        return self.home.domain_id if self.home else self.unprotected_in

    @property
    def next_source(self) -> Source | None:
        """The newest source that may hold files, or None."""
        return max((s for s in self.sources if not s.dormant), key=lambda source: source.order, default=None)

    @property
    def unsettled(self) -> str:
        """The ARN of the execution that claimed the row and has not written its outcome, or nothing."""
        return self.execution_arn if self.copying else ""

    @property
    def file_systems(self) -> set[str]:
        """The ids of all file systems on which the owner has or had a home."""
        homes = [source.home for source in self.sources] + ([self.home] if self.home else [])
        return {home.file_system_id for home in homes}

    def source(self, key: str) -> Source | None:
        """The source with this `fs-id/uid`, or None."""
        return next((source for source in self.sources if source.home.key == key), None)

    def with_source(self, home: Home, belonging: Belonging, **more: Any) -> "Row":
        """The row with `home` as its newest source; `more` are further fields of Source."""
        newest = max((source.order for source in self.sources), default=0)
        others = tuple(source.everywhere(older=True) for source in self.sources if source.home != home)
        return replace(self, sources=(*others, Source(home, newest + 1, belonging, **more)))

    @property
    def awake(self) -> "Row":
        """The row of which everything is asked for again: none of its sources rests."""
        return replace(self, sources=tuple(source.awake for source in self.sources))

    def at_rest(self, rest: Rest) -> "Row":
        """The row of which nothing is copied until somebody asks for it; what rested before keeps its own reason."""
        return replace(self, sources=tuple(source.at_rest(rest) for source in self.sources))

    def with_changed(self, changed: Source) -> "Row":
        """The row with this in place of its source of the same home; the same row if it has none."""
        return replace(self, sources=tuple(changed if one.home == changed.home else one for one in self.sources))

    def without(self, home: Home) -> "Row":
        """The row with `home` neither among its sources nor among those that wait."""
        return replace(
            self,
            sources=tuple(source for source in self.sources if source.home != home),
            waiting=tuple(source for source in self.waiting if source.home != home),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: what happened, when (ms since 1970), and an id that makes a repetition the same line."""

    what: str
    at: int
    id: str
    details: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A row to be written, and the lines that go into the history in the same transaction."""

    row: Row
    lines: tuple[Line, ...] = ()
