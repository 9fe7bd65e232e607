"""Knows an operation: one wish of an admin about many owners, which goes on without whoever asked. Pure.

It has no table of its own: each row says which operation asked for it last, and the history which one asked when.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from studio_recovery.errors import BadInput
from studio_recovery.names import quoted

_ID = re.compile(r"(\d{8}-\d{6})-[0-9a-f]{6}")
_TIME = "%Y%m%d-%H%M%S"
LONGEST_ASKED = 200


@dataclass(frozen=True, slots=True)
class Operation:
    """`id` as `20260302-091505-3f9a1c`; what was `asked` for, such as `user/*@lab`; and `of` how many owners."""

    id: str
    asked: str
    of: int

    @property
    def at(self) -> int:
        """When it was asked for, in milliseconds since 1970 by the clock of whoever asked."""
        return asked_at(self.id)

    def as_map(self) -> dict[str, str | int]:
        """The operation as a request spells it."""
        return {"id": self.id, "asked": self.asked, "of": self.of}

    def as_details(self) -> dict[str, str | int]:
        """The operation as a line of the history tells it."""
        return {"operation": self.id, "asked": self.asked, "of": self.of}


def new_id(at: int, chance: str) -> str:
    """The id of an operation of this time (ms since 1970); `chance` are six hexadecimal digits."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):{_TIME}}-{chance}"


def asked_at(operation_id: str) -> int:
    """When the operation was asked for (ms since 1970). Raises BadInput for what is no id of an operation."""
    found = _ID.fullmatch(operation_id)
    try:
        when = datetime.strptime(found[1] if found else "", _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInput(f"{quoted(operation_id)} is not an operation, such as 20260302-091505-3f9a1c") from error
    return int(when.timestamp() * 1000)


def operation_from(value: object) -> Operation:
    """The operation in a request. Raises BadInput that names the field."""
    if not isinstance(value, Mapping) or set(value) != {"id", "asked", "of"}:
        raise BadInput("operation must be an object with id, asked and of")
    identity, asked, of = value["id"], value["asked"], value["of"]
    if not isinstance(identity, str) or not isinstance(asked, str):
        raise BadInput("operation.id and operation.asked must be strings")
    if not asked.isprintable() or len(asked) > LONGEST_ASKED:
        raise BadInput(f"operation.asked must be printable text of at most {LONGEST_ASKED} characters")
    if isinstance(of, bool) or not isinstance(of, int) or of < 1:
        raise BadInput(f"operation.of {of!r} is not a number of owners")
    asked_at(identity)
    return Operation(identity, asked, of)
