"""Knows how recoveries under way are drawn: a bar for each of a few, one bar for many; lines where no terminal is."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from types import TracebackType
from typing import Protocol, Self

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from studio_recovery_cli import words
from studio_recovery_cli.following.progress import Phase, Progress, sentence

# More recoveries than these get one bar together.
MOST = 10
_REASONS = 3
_WIDE = 110
_TOLD_EVERY = 0.1
# Whoever reads a log wants to see that it goes on.
_SILENT_SECONDS = 60


class Drawn(Protocol):
    """Where progress is shown; `ended` of all recoveries are over."""

    def show(self, going: Sequence[Progress], ended: int) -> None:
        """Shows how far these are now."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def drawn_on(console: Console) -> Drawn:
    """Bars on a terminal, plain lines elsewhere."""
    return Bars(console) if console.is_terminal else Lines(console)


class Bars:
    """Bars that are redrawn in place, and gone at the end."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=4, transient=True)

    def show(self, going: Sequence[Progress], ended: int) -> None:
        """Draws these anew."""
        self._live.update(picture(going, ended, self._console.width), refresh=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()


class Lines:
    """A line for each change of phase, for each further tenth of a copy, and at least one a minute.

    `clock` tells seconds.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._told: dict[str, tuple[Phase, int]] = {}
        self._told_at = clock()

    def show(self, going: Sequence[Progress], ended: int) -> None:
        """Tells what is new in these; after a minute without news, that they go on."""
        for one in going:
            now = one.phase, int(one.share / _TOLD_EVERY) if one.phase is Phase.COPIES else 0
            if self._told.get(str(one.owner)) != now:
                self._told[str(one.owner)] = now
                self._console.print(f"{one.owner}: {sentence(one, 1000)}", soft_wrap=True)
                self._told_at = self._clock()
        if going and self._clock() - self._told_at >= _SILENT_SECONDS:
            self._told_at = self._clock()
            first = f"{going[0].owner}: {sentence(going[0], 1000)}"
            more = f"; {words.number(len(going) - 1)} more go on" if len(going) > 1 else ""
            over = f", {words.number(ended)} ended" if ended else ""
            self._console.print(f"{first}{more}{over}", soft_wrap=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is to be put back."""


def picture(going: Sequence[Progress], ended: int, width: int) -> RenderableType:
    """A bar for each; if there are many, one for all, and those that copy below it."""
    if len(going) + ended <= MOST:
        return _each(going, width)
    copying = [one for one in going if one.copy][: MOST // 2]
    return Group(_total(going, ended, width), _each(copying, width))


def reasons(going: Sequence[Progress], width: int) -> Iterator[Text]:
    """Why some of these wait, each reason once, the most frequent first: beside a bar there is seldom room for it."""
    told = Counter(one.why for one in going if one.why)
    for why, count in told.most_common(_REASONS):
        waits = "1 waits" if count == 1 else f"{words.number(count)} wait"
        yield from map(Text, wrap(f"{waits}: {why}", width, subsequent_indent="  ", break_on_hyphens=False))


def _each(going: Sequence[Progress], width: int) -> Table:
    bar = 30 if width >= _WIDE else 12
    name = min(max((cell_len(str(one.owner)) for one in going), default=0), max(20, width // 3))
    room = width - name - bar - 2 * 2
    table = Table.grid(padding=(0, 2))
    table.add_column(width=name, no_wrap=True)
    table.add_column(width=bar)
    table.add_column(width=room, no_wrap=True)
    for one in going:
        told = str(one.owner)
        fits = told if cell_len(told) <= name else set_cell_size(told, name - 1) + "…"
        table.add_row(Text(fits), ProgressBar(total=1, completed=one.share, width=bar), Text(sentence(one, room)))
    return table


def _total(going: Sequence[Progress], ended: int, width: int) -> Table:
    everybody = len(going) + ended
    copies = [one.copy for one in going if one.copy]
    said = f"{words.number(ended)} of {words.number(everybody)} ended, {len(copies)} copy"
    pace = sum(one.bytes_per_second for one in going)
    said += f", {words.size(pace)}/s" if pace else ""
    bar = 30 if width >= _WIDE else 20
    table = Table.grid(padding=(0, 2))
    table.add_column(width=bar)
    table.add_column(no_wrap=True)
    table.add_row(ProgressBar(total=everybody, completed=ended, width=bar), Text(said))
    return table
