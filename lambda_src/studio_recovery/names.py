"""Knows how SageMaker and the ledger spell names, and how a message quotes what cannot be read."""

import hashlib
import re

NAME = "[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}"
_KEY = re.compile(f"(user|space)/{NAME}")
_DOMAIN_ID = re.compile("d-(?:-*[a-z0-9]){1,61}")
# How much of what cannot be read is quoted: it may be anything, and as long as an event.
_QUOTED = 100


def quoted(value: object) -> str:
    """A value that cannot be read, as a message may hold it: without what could break a line, and not all of it."""
    text = repr(value[:_QUOTED] if isinstance(value, str) else value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


def is_name(text: str) -> bool:
    """True for what SageMaker takes as the name of a user profile, a space or a domain (1 to 63 characters)."""
    return len(text) <= 63 and bool(re.fullmatch(NAME, text))


def is_key(text: str) -> bool:
    """True for the key of a row, such as `user/ada`."""
    return len(text) <= 70 and bool(_KEY.fullmatch(text))


def is_domain_id(text: str) -> bool:
    """True for a Studio domain's id, such as `d-abc123` (at most 63 characters)."""
    return len(text) <= 63 and bool(_DOMAIN_ID.fullmatch(text))


def digest(*parts: str) -> str:
    """A short name for these parts: 32 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
