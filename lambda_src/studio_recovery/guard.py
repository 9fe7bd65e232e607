"""Knows what a deployment lets happen by itself: the domains it looks after, and what waits for an approval."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from studio_recovery.homes import Belonging
from studio_recovery.sources import Source
from studio_recovery.statuses import APPROVAL, OTHER_OWNER, TOO_OLD

_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Guard:
    """Which recoveries wait for an admin's approval although nothing else speaks against them.

    All of them (`require_approval`), or those of homes that were left more than `max_age_days` days ago (0: none).
    """

    require_approval: bool = False
    max_age_days: float = 0

    def objection(self, source: Source, owner: Belonging, at: int) -> str:
        """Why the source's files may not reach `owner` without an approval at this time; nothing if they may."""
        if source.approved:
            return ""
        if not source.belonging.may_pass_to(owner):
            return OTHER_OWNER
        if self.max_age_days and source.left_at and at - source.left_at > self.max_age_days * _DAY:
            return TOO_OLD
        return APPROVAL if self.require_approval else ""


OPEN = Guard()


@dataclass(frozen=True, slots=True)
class Scope:
    """The domains that the module looks after: their name or id fits a pattern of `include`, and none of `exclude`.

    Patterns know `*`, `?` and `[...]`; upper and lower case differ.
    """

    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()

    def covers(self, name: str, domain_id: str) -> bool:
        """True if the module looks after the domain of this name and id."""
        return self._fits(self.include, name, domain_id) and not self._fits(self.exclude, name, domain_id)

    @staticmethod
    def _fits(patterns: tuple[str, ...], *names: str) -> bool:
        return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


EVERYTHING = Scope()
