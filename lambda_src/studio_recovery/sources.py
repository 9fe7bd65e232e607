"""Knows sources: homes whose files may still be missing in their owner's current one."""

from dataclasses import dataclass, replace
from typing import Any

from studio_recovery.homes import UNTOLD, Belonging, Home
from studio_recovery.selection import WHOLE, Selection
from studio_recovery.statuses import CANCELLED, Status


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
    belonging: Belonging = UNTOLD
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
