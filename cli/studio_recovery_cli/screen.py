"""Knows how answers are shown: as a table that fits the terminal, as JSON, or as YAML.

Answers go to standard output, everything else to standard error, so that data can be read by a program.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import typer
import yaml
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from studio_recovery_cli.exits import INTERRUPTED, Trouble, Usage
from studio_recovery_cli.session import Format

_PAGE = 250
_GAP = "  "
_NARROWEST = 8
# So far the others give way before one that is last to.
_NARROW = 13
# Where nobody looks, nothing is cut off.
_ENDLESS = 100_000
_YES = ("y", "yes")
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what it says of an item, the style of that, and whether it keeps its width.

    One that is `last` to give way does so where the others are as narrow as can be.
    """

    title: str
    text: Callable[[Item], str]
    style: Callable[[Item], str] = lambda _: ""
    fixed: bool = False
    last: bool = False


class Screen:
    """Standard output and standard error of one call."""

    def __init__(self, format_: Format) -> None:
        self.format = format_
        self.out = _console(sys.stdout)
        self.err = Console(stderr=True, highlight=False, markup=False, emoji=False)

    @property
    def is_table(self) -> bool:
        """True if the answer is for people."""
        return self.format is Format.TABLE

    def tell(self, data: Any, draw: Callable[[Console], None]) -> None:
        """One answer: drawn for people, or as data."""
        match self.format:
            case Format.TABLE:
                draw(self.out)
            case Format.JSON:
                self._write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
            case Format.YAML:
                self._write(_yaml(data))

    def tell_each(self, items: Iterable[Item], columns: Sequence[Column], nothing: str) -> int:
        """Many answers of one kind, each as soon as it is there; how many. `nothing` is said if there is none."""
        match self.format:
            case Format.TABLE:
                return self._table(iter(items), columns, nothing)
            case Format.JSON:
                return self._json(items)
            case Format.YAML:
                count = 0
                for count, item in enumerate(items, 1):  # noqa: B007 # it is what is returned
                    self._write(_yaml([item]))
                if not count:
                    self._write("[]\n")
                return count

    def note(self, text: str | Text) -> None:
        """Something beside the answer."""
        self.err.print(text, soft_wrap=True)

    def agrees(self, question: str, yes: bool) -> None:
        """Goes on if `yes`, or if whoever sits there says so. Raises Abort if not, Usage if nobody sits there."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise Usage("nobody is there to be asked whether to go on", "Say --yes to go on without a question.")
        # Not typer's own: it writes a space to standard output.
        self.err.print(f"{question} [y/N]: ", end="")
        try:
            said = sys.stdin.readline()
        except KeyboardInterrupt as interrupt:
            self.err.print()
            raise Trouble("", "Nothing was changed.", INTERRUPTED) from interrupt
        if said.strip().casefold() not in _YES:
            raise typer.Abort

    def _table(self, items: Iterator[Item], columns: Sequence[Column], nothing: str) -> int:
        first = list(islice(items, _PAGE))
        if not first:
            self.note(nothing)
            return 0
        widths = _widths(first, columns, self.out.width)
        heads = (_cell(column.title, width, "bold") for column, width in zip(columns, widths, strict=True))
        self._print(Text(_GAP).join(heads))
        count, page = 0, first
        while page:
            count += len(page)
            lines = (_line(item, columns, widths) for item in page)
            self._print(Text("\n").join(lines))
            page = list(islice(items, _PAGE))
        return count

    def _json(self, items: Iterable[Item]) -> int:
        count, between = 0, "[\n  "
        for count, item in enumerate(items, 1):  # noqa: B007 # it is what is returned
            self._write(between + json.dumps(item, ensure_ascii=False))
            between = ",\n  "
        self._write("\n]\n" if count else "[]\n")
        return count

    def _print(self, text: Text) -> None:
        self.out.print(text, soft_wrap=True)

    def _write(self, text: str) -> None:
        self.out.file.write(text)
        self.out.file.flush()


def _console(file: Any) -> Console:
    """Colours only in a terminal, and not with NO_COLOR: rich sees to that. In a pipe nothing is cut off."""
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _ENDLESS
    return console


def _yaml(data: Any) -> str:
    return str(yaml.dump(data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=_ENDLESS))


def _widths(items: Sequence[Item], columns: Sequence[Column], room: int) -> list[int]:
    """As wide as the first page asks for; where that is too much, the widest give way."""
    widths = [max(cell_len(text) for text in [column.title, *map(column.text, items)]) for column in columns]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > room:
        free = [place for place, column in enumerate(columns) if not column.fixed and widths[place] > _NARROWEST]
        first = [place for place in free if not columns[place].last and widths[place] > _NARROW] or free
        if not free:
            break
        widths[max(first, key=lambda place: widths[place])] -= 1
    return widths


def _line(item: Item, columns: Sequence[Column], widths: Sequence[int]) -> Text:
    cells = (_cell(column.text(item), width, column.style(item)) for column, width in zip(columns, widths, strict=True))
    line = Text(_GAP).join(cells)
    line.rstrip()
    return line


def _cell(text: str, width: int, style: str) -> Text:
    fits = cell_len(text) <= width
    return Text(set_cell_size(text, width) if fits else set_cell_size(text, width - 1) + "…", style)


_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
