"""Draws findings for people: how each stands, what was found, and below it what to do."""

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from studio_recovery_cli.checks.finding import Finding, Level

_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.BAD: "bold red", Level.UNKNOWN: "magenta"}
_LEVEL_WIDTH = max(map(len, Level))
_GAP = 2
_PROGRAMS = ("studio-recovery ", "aws ", "terraform ")


def draw(console: Console, title: str, findings: Sequence[Finding]) -> None:
    """One paragraph for each finding; at the end, how many there are of each level."""
    console.print(Text(title, "bold"))
    width = max((cell_len(finding.name) for finding in findings), default=0)
    for finding in findings:
        console.print(_line(finding, width))
        if finding.remedy:
            _draw_remedy(console, finding.remedy)
    console.print(summary(findings))


def _draw_remedy(console: Console, remedy: str) -> None:
    """What to do, below the finding. A command in it is not broken, so that it can be copied."""
    said, indent = Text(f"→ {remedy}", "dim"), _LEVEL_WIDTH + _GAP
    if any(program in remedy for program in _PROGRAMS):
        console.print(Text(" " * indent).append_text(said), soft_wrap=True)
    else:
        console.print(Padding(said, (0, 0, 0, indent), expand=False))


def _line(finding: Finding, width: int) -> Table:
    line = Table.grid(padding=(0, _GAP, 0, 0))
    line.add_column(width=_LEVEL_WIDTH)
    line.add_column(width=width)
    line.add_column(overflow="fold")
    line.add_row(Text(finding.level, _STYLES[finding.level]), finding.name, Text(finding.said))
    return line


def summary(findings: Sequence[Finding]) -> Text:
    """How many findings there are of each level, such as `20 ok, 1 bad`."""
    counts = Counter(finding.level for finding in findings)
    told = [Text(_counted(counts[level], level), _STYLES[level]) for level in Level if counts[level]]
    return Text(", ").join(told)


def _counted(count: int, level: Level) -> str:
    return f"{count} {level}{'s' if level is Level.WARNING and count > 1 else ''}"
