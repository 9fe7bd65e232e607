"""Knows how numbers and times are written for people. Times are milliseconds since 1970."""

import time
from datetime import UTC, datetime

from rich.filesize import decimal

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
NOTHING = "-"


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def size(count: float) -> str:
    """Bytes, such as 50.0 MB."""
    return decimal(int(count))


def number(count: int) -> str:
    """A whole number, such as 12,345."""
    return f"{count:,}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units, such as 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "min", 1, "s")
    if whole < _DAY:
        return _two(whole, _HOUR, "h", _MINUTE, "min")
    return _two(whole, _DAY, "d", _HOUR, "h")


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = seconds % large // small
    return f"{seconds // large} {large_name}" + (f" {rest} {small_name}" if rest else "")


def age(at: int, present: int | None = None) -> str:
    """How long ago, such as 3 min ago."""
    passed = ((now() if present is None else present) - at) / 1000
    if passed < 0:
        return f"in {duration(-passed)}"
    return f"{duration(passed)} ago"


def brief_age(at: int, present: int | None = None) -> str:
    """How long ago in its largest unit, such as 3 h ago."""
    number_, unit, *_ = age(at, present).removeprefix("in ").split()
    return f"{number_} {unit} ago"


def moment(at: int, present: int | None = None) -> str:
    """A local time with its age, such as 2026-11-24 14:50:12 (3 min ago); a dash for 0."""
    if not at:
        return NOTHING
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M:%S} ({age(at, present)})"


def local(at: int) -> str:
    """A local time to the second; a dash for 0."""
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M:%S}" if at else NOTHING


def day_and_minute(at: int) -> str:
    """A local time to the minute; a dash for 0."""
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M}" if at else NOTHING


def iso(at: int) -> str | None:
    """A time for data: ISO 8601 in UTC; None for 0."""
    if not at:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str | None) -> int:
    """Milliseconds since 1970 of a time as `iso` tells it; 0 for None."""
    return round(datetime.fromisoformat(text).timestamp() * 1000) if text else 0


def milliseconds(text: str) -> int:
    """A time for data, in milliseconds since 1970."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)
