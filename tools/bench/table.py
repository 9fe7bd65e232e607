"""What a measurement gives: a table, and which bounds are missed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a head, as they stand in docs/performance.md; `missed` holds a sentence for each bound that is missed.

    `after` are lines below the table: what a sentence says better than a row. `pictures` are files for docs/pictures
    by name.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    missed: tuple[str, ...] = ()
    after: str = ""
    pictures: tuple[tuple[str, str], ...] = ()

    def markdown(self) -> str:
        """The table and what comes after it in Markdown, whole lines."""
        lines = [self.head, ("---",) * len(self.head), *self.rows]
        table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        return f"{table}\n{self.after}" if self.after else table
