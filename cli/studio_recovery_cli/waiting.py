"""Shows that something is being done, on a terminal only; and knows how long to wait between two looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# A look reads all rows: of more than so many they are read less often.
_MANY, _SECONDS_OF_MANY = 1000, 30.0


def between_looks(seconds: float, owners: int) -> float:
    """How long to wait until so many owners are looked at again, if it is to be `seconds`."""
    return max(seconds, _SECONDS_OF_MANY) if owners > _MANY else seconds


@contextmanager
def bar(console: Console, what: str, things: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is gone at the end; what it gives takes how many `things` are done, and of how many."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(things),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
