"""Knows the nouns of the product: owner, home, source, row, and what a home remembers of whom it belonged to."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from studio_recovery.errors import BadHome, BadInput
from studio_recovery.selection import WHOLE, Selection

# Reasons of BLOCKED, and (the last four) of UNPROTECTED.
HELD = "held"
SOURCE_HELD = "source held"
OTHER_OWNER = "other owner"
STILL_ALIVE = "still alive"
APPROVAL = "approval"
TOO_OLD = "left long ago"
# Also of a RUNNING row whose copy is being cancelled.
CANCELLED = "cancelled"
OUT_OF_SCOPE = "out of scope"
NO_FILE_SYSTEM = "the domain has no home file system"
CANVAS = "SageMaker's own space for Canvas"
NOT_CREATED = "SageMaker could not create it"
# How the names of the spaces begin that SageMaker makes for Canvas.
CANVAS_PREFIX = "CanvasManagedSpace-"
_FILE_SYSTEM = re.compile(r"fs-[0-9a-z]{1,40}")
_UID = re.compile(r"[1-9][0-9]{0,9}")
_NAME = "[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}"
_OWNER = re.compile(f"(user|space)/({_NAME})@({_NAME})")
_KEY = re.compile(f"(user|space)/{_NAME}")
_DOMAIN_ID = re.compile("d-(?:-*[a-z0-9]){1,61}")
# How much of what cannot be read is quoted: it may be anything, and as long as an event.
_QUOTED = 100


class Kind(StrEnum):
    """What owns a home: a user profile or a space."""

    USER = "user"
    SPACE = "space"


class Status(StrEnum):
    """`replication_status` of a row. Only PENDING asks for work; FAILED, PARTIAL, BLOCKED rest until somebody acts."""

    IDLE = "IDLE"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    BLOCKED = "BLOCKED"
    UNPROTECTED = "UNPROTECTED"


# A row of these is asked for, or being copied.
UNDER_WAY = (Status.PENDING, Status.RUNNING)


class Word(StrEnum):
    """How a recovery can end. Each but SUPERSEDED is also a status of the row."""

    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    SUPERSEDED = "SUPERSEDED"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Owner:
    """A user profile or space by name; it survives deletion and re-creation.

    Names are kept as spelled. SageMaker does not tell `Ada` from `ada` (CreateUserProfile: "not case sensitive"),
    so two owners are the same when their keys are.
    """

    kind: Kind
    name: str = field(compare=False)
    domain_name: str
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.kind}/{self.name.casefold()}")

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}@{self.domain_name}"


def owner_named(text: object, field_name: str) -> Owner:
    """The owner written as `user/ada@lab` or `space/group@lab`. Raises BadInput that names the field."""
    found = _OWNER.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadInput(f"{field_name} {quoted(text)} is not an owner, such as user/ada@lab or space/reading-group@lab")
    kind, name, domain_name = found.groups()
    return Owner(Kind(kind), name, domain_name)


def quoted(value: object) -> str:
    """A value that cannot be read, as a message may hold it: without what could break a line, and not all of it."""
    text = repr(value[:_QUOTED] if isinstance(value, str) else value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


def is_name(text: str) -> bool:
    """True for what SageMaker takes as the name of a user profile, a space or a domain (1 to 63 characters)."""
    return len(text) <= 63 and bool(re.fullmatch(_NAME, text))


def is_key(text: str) -> bool:
    """True for the key of a row, such as `user/ada`."""
    return len(text) <= 70 and bool(_KEY.fullmatch(text))


def is_domain_id(text: str) -> bool:
    """True for a Studio domain's id, such as `d-abc123` (at most 63 characters)."""
    return len(text) <= 63 and bool(_DOMAIN_ID.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Home:
    """A directory `/<uid>` on an EFS file system. Raises BadHome for anything that is not one home of one uid."""

    file_system_id: str
    uid: str
    domain_id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not _FILE_SYSTEM.fullmatch(self.file_system_id):
            raise BadHome(f"efs_sys_id {quoted(self.file_system_id)} is not the id of a file system (fs-...)")
        if not _UID.fullmatch(self.uid):
            raise BadHome(f"efs_uid {quoted(self.uid)} is not a home's uid (digits, not 0)")

    @property
    def key(self) -> str:
        """`fs-id/uid`, as the ledger spells it."""
        return f"{self.file_system_id}/{self.uid}"


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whom a home belongs to, as far as SageMaker tells: an Identity Center user, or a space's owner and sharing."""

    sso_user: str = ""
    space_owner: str = ""
    sharing: str = ""

    def or_as(self, earlier: "Belonging") -> "Belonging":
        """This, with what is not known taken from `earlier`."""
        return Belonging(*(getattr(self, name) or getattr(earlier, name) for name in Belonging.__slots__))

    def may_pass_to(self, other: "Belonging") -> bool:
        """False if files would reach another known person, another owner's space, or leave a private space."""
        if self.sso_user and other.sso_user and self.sso_user != other.sso_user:
            return False
        if self.space_owner and other.space_owner and self.space_owner.casefold() != other.space_owner.casefold():
            return False
        return not (self.sharing == "Private" and other.sharing == "Shared")


@dataclass(frozen=True, slots=True)
class Rest:
    """Why nothing is copied from a source until somebody asks for it: the row's status and reason for as long."""

    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A home whose files may still be missing in the owner's current one.

    `order` grows with each home, so the newest has the highest. `dormant`: a copy found nothing in it.
    `unfinished`: a copy from it did not end well and may have left half-written files behind.
    `left_at`: when its owner was seen to be gone (ms since 1970, 0 if nobody saw it). `origin`: the other owner whose
    home an admin asked to be copied here, as `user/ada@lab`. `approved`: an admin said yes, so no guard stops it.
    `older`: a newer source came after it, so it fills gaps only, also where copies may overwrite.
    `selection`: what an admin asked for of this home, until that was copied; `before`: the source as it was until then
    (None: it was none). `rests`: how its last copy ended, if not well or by a cancel, until it is asked for again.
    """

    home: Home
    order: int
    belonging: Belonging = Belonging()
    dormant: bool = False
    unfinished: bool = False
    left_at: int = 0
    origin: str = ""
    approved: bool = False
    in_scope: bool = True
    older: bool = False
    selection: Selection = WHOLE
    before: "Source | None" = None
    rests: Rest | None = None

    @property
    def unselected(self) -> "Source | None":
        """The source without its selection, as it was before that was asked for; None if it was none then.

        What a selection may have left half-written, in whatever folder, is not forgotten (law 2).
        """
        if self.selection == WHOLE:
            return self
        if self.before:
            return replace(self.before, unfinished=self.before.unfinished or self.unfinished)
        aside = replace(self, selection=WHOLE, dormant=True, approved=False, rests=None)
        return aside if self.unfinished else None

    @property
    def awake(self) -> "Source":
        """The source that is asked for again; if it was cancelled together with what comes after it, that as well."""
        together = self.before and self.before.rests == self.rests == Rest(Status.BLOCKED, CANCELLED)
        return self.everywhere(rests=None) if together else replace(self, rests=None)

    def at_rest(self, rest: Rest) -> "Source":
        """The source that rests, also when its selection is over; what rested before keeps its own reason."""
        before = self.before.at_rest(rest) if self.before else None
        return replace(self, rests=self.rests or rest, before=before)

    @property
    def anew(self) -> "Source":
        """The source as it goes to another home of its owner: it is asked for, but nobody asked to overwrite there."""
        awake = self.everywhere(rests=None)
        selection = replace(self.selection, overwrite="")
        if selection == self.selection or selection != WHOLE:
            return replace(awake, selection=selection)
        return replace(awake, selection=WHOLE, before=None, order=self.before.order if self.before else 0)

    def everywhere(self, **changes: Any) -> "Source":
        """The source with these changes, which count also when its selection is over."""
        before = replace(self.before, **changes) if self.before else None
        return replace(self, **changes, before=before)


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
    belonging: Belonging = Belonging()
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


def digest(*parts: str) -> str:
    """A short name for these parts: 32 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
