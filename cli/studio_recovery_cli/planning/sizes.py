"""Knows what the history says of sizes and speed: how much earlier copies moved of a home, and how fast. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studio_recovery.rows import Line
from studio_recovery.statuses import Word
from studio_recovery_cli.outcomes import is_of_all

# Where nothing is known: AWS's own sample says "1 GB about 1 minute" (docs/limits.md).
ASSUMED_BYTES_PER_SECOND = 1024**3 / 60
# What a copy takes beside its bytes: DataSync begins, compares both homes, and ends.
ASSUMED_START_SECONDS = 60
# A smaller copy takes its time to begin and to end, and tells no speed.
_TELLS_SPEED = 100_000_000


@dataclass(frozen=True, slots=True)
class Speed:
    """Bytes per second, from how many earlier copies (0: nobody knows, it is assumed)."""

    bytes_per_second: float = ASSUMED_BYTES_PER_SECOND
    copies: int = 0

    def limited(self, bytes_per_second: int) -> "Speed":
        """The speed under the module's own limit (`copy.bytes_per_second`; below 1: no limit)."""
        if bytes_per_second < 1 or bytes_per_second >= self.bytes_per_second:
            return self
        return Speed(bytes_per_second, self.copies)

    def seconds(self, size: int) -> float:
        """How long a copy of so many bytes may take."""
        return ASSUMED_START_SECONDS + size / self.bytes_per_second


@dataclass(slots=True)
class Sizes:
    """What lines of the history tell; fed line by line."""

    _from: dict[str, int] = field(default_factory=dict)
    _into: dict[str, int] = field(default_factory=dict)
    _bytes: int = 0
    _milliseconds: int = 0
    _copies: int = 0

    def feed(self, lines: Iterable[Line]) -> None:
        """Takes in more of the history."""
        for line in lines:
            if line.what == Word.SUCCEEDED and "bytes_written" in line.details:
                self._take_in(line.details)

    def _take_in(self, told: Mapping[str, str | int]) -> None:
        source, target = str(told.get("source", "")), str(told.get("target", ""))
        moved, took = int(told["bytes_written"]), int(told.get("total_duration_ms", 0))
        # How large a home is, a part of it does not tell.
        if is_of_all(told):
            self._from[source] = max(moved, self._from.get(source, 0))
        self._into[target] = moved + self._into.get(target, 0)
        if moved >= _TELLS_SPEED and took:
            self._bytes, self._milliseconds, self._copies = (
                self._bytes + moved,
                self._milliseconds + took,
                self._copies + 1,
            )

    def of(self, home: str) -> int | None:
        """Bytes that earlier copies moved out of this home, or into it; None if none did. What came since is not in."""
        known = max(self._from.get(home, 0), self._into.get(home, 0))
        return known or None

    @property
    def speed(self) -> Speed:
        """How fast earlier copies were."""
        if not self._copies:
            return Speed()
        return Speed(self._bytes / self._milliseconds * 1000, self._copies)
