"""Shows what happens: lines with the time, and live progress below them where there is a terminal."""

import stat
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from demo.homes import Entry, Verdict

COLOURS = {"event": "cyan", "ledger": "magenta", "trigger": "yellow", "recovery": "blue", "watch": "green"}
KINDS = {"file": "-", "folder": "d", "link": "l"}


WIDTH_OF_PAPER = 160


def screen_of_this_process() -> "Screen":
    """The terminal, or, where the output is no terminal, wide paper."""
    return Screen(Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_PAPER))


class Screen:
    """A terminal, or a plain file that gets the same lines."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._started = time.monotonic()
        self._last: dict[str, str] = {}

    @property
    def seconds(self) -> float:
        """How long this has been going on."""
        return time.monotonic() - self._started

    def heading(self, text: str) -> None:
        """The beginning of a part."""
        self.console.print(f"\n[bold]{escape(text)}[/bold]")

    def line(self, word: str, owner: str, text: str) -> None:
        """Something that happened now, at one of the five stages."""
        colour = COLOURS.get(word, "white")
        stamp = f"[dim]{self.seconds:6.1f} s[/dim]  [{colour}]{word:<8}[/{colour}]"
        self.console.print(f"{stamp}  {owner:<19}  {escape(text)}", soft_wrap=not self.console.is_terminal)

    def once(self, owner: str, text: str) -> None:
        """A line of the recovery that is shown when it is not what was last shown for this owner."""
        if self._last.get(owner) != text:
            self.line("recovery", owner, text)
        self._last[owner] = text

    def fact(self, ok: bool, text: str) -> None:
        """Something that was checked."""
        mark = "[green]yes[/green]" if ok else "[bold red]NO [/bold red]"
        self.console.print(f"  {mark}  {escape(text)}", soft_wrap=True)

    def text(self, text: str) -> None:
        """A line of its own."""
        self.console.print(escape(text), soft_wrap=True, highlight=False)

    @contextmanager
    def progress(self) -> Iterator["Bars"]:
        """Live bars below the lines; nothing where there is no terminal."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
        live = Progress(
            *columns, TimeElapsedColumn(), console=self.console, transient=True, disable=not self.console.is_terminal
        )
        with live:
            yield Bars(live)

    def home(self, title: str, verdicts: list[Verdict]) -> None:
        """A restored home as a tree, with owner, mode and verdict of everything in it."""
        table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
        for column in ("mode", "owner", "size", "", ""):
            table.add_column(column, justify="right" if column == "size" else "left", no_wrap=True)
        for verdict, name in zip(verdicts, branches([verdict.path for verdict in verdicts]), strict=True):
            style = "green" if verdict.identical else "bold red"
            target = f" → {verdict.entry.content}" if verdict.entry and verdict.entry.kind == "link" else ""
            table.add_row(*facts(verdict.entry), escape(name + target), f"[{style}]{verdict.words}[/{style}]")
        self.console.print(table)

    def table(self, rows: Iterable[Iterable[str]]) -> None:
        """Rows in columns."""
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        self.console.print(table)


class Bars:
    """Bars by name."""

    def __init__(self, live: Progress) -> None:
        self._live = live
        self._bars: dict[str, TaskID] = {}

    def show(self, name: str, told: str, done: float = 0, total: float | None = None) -> None:
        """Set a bar; without a total it only shows that something goes on."""
        if name not in self._bars:
            self._bars[name] = self._live.add_task(name, total=total, told=told)
        self._live.update(self._bars[name], completed=done, total=total, told=told)


def facts(entry: Entry | None) -> tuple[str, str, str]:
    """Mode, owner and size of an entry, as `ls -l` would write them."""
    if entry is None:
        return "", "", ""
    mode = KINDS[entry.kind] + stat.filemode(entry.mode)[1:]
    return mode, "{}:{}".format(*entry.owner), f"{entry.size:,}" if entry.kind == "file" else ""


def branches(paths: list[str]) -> Iterator[str]:
    """The last part of each path, drawn as a tree; paths stand in the order of a walk, the top is "."."""
    parts = [path.split("/") for path in paths]
    for index, here in enumerate(parts):
        if here == ["."]:
            yield "."
            continue
        rules = ["│  " if _has_sibling(parts, index, depth) else "   " for depth in range(1, len(here))]
        yield "".join(rules) + ("├─ " if _has_sibling(parts, index, len(here)) else "└─ ") + here[-1]


def _has_sibling(parts: list[list[str]], index: int, depth: int) -> bool:
    """Whether something else follows in the folder that holds the first `depth` parts of this path."""
    here = parts[index]
    return any(
        after[: depth - 1] == here[: depth - 1] and after[:depth] != here[:depth] for after in parts[index + 1 :]
    )
