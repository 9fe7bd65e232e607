"""Knows the owners of homes: user profiles and spaces."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from studio_recovery.errors import BadInput
from studio_recovery.names import NAME, quoted

# How the names of the spaces begin that SageMaker makes for Canvas.
CANVAS_PREFIX = "CanvasManagedSpace-"
_OWNER = re.compile(f"(user|space)/({NAME})@({NAME})")


class Kind(StrEnum):
    """What owns a home: a user profile or a space."""

    USER = "user"
    SPACE = "space"


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
