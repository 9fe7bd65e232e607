"""`export`: the ledger as JSON lines, to keep."""

from pathlib import Path
from typing import Annotated

import typer

from studio_recovery_cli.registry import KEEP, command
from studio_recovery_cli.session import Session


@command(
    KEEP,
    actions=("dynamodb:Scan", "lambda:GetFunctionConfiguration"),
    fields={
        "kind": "deployment (the first line), row, line (of the history), or end (the last line)",
        "format": "of the first line: the number of this format, 1",
        "name": "of the first line: the deployment's name",
        "account": "of the first line: its account",
        "region": "of the first line: its Region",
        "profile_table": "of the first line: the table that the rows are from",
        "history_table": "of the first line: the table that the history is from",
        "history": "of the first line: false if the history was left out",
        "exported_at": "of the first line: when the export began",
        "version": "of the first line: the version of studio-recovery that wrote it",
        "rows": "of the last line: how many rows there are",
        "lines": "of the last line: how many lines of the history",
        "item": "of all others: the item as DynamoDB holds it, in DynamoDB's JSON",
    },
    has_format=False,
)
def export(
    session: Session,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Into this file; default: standard output.")] = None,
    history: Annotated[bool, typer.Option(help="With the history, or the profile table only.")] = True,
) -> None:
    """Write the ledger as JSON lines, to keep.

    Each line is a JSON object. Items are in DynamoDB's own JSON, so nothing is lost: not a digit of a number, nor an
    attribute that this version does not know. A file is written whole or not at all; what was there is replaced.
    The command import takes it in again.

    The export is read while the deployment works. A row and its history line that are written meanwhile may both be in
    it, or only one of them.

    Example: studio-recovery export --file ledger.jsonl
    """
    import sys

    from studio_recovery_cli import words
    from studio_recovery_cli.files import write_whole
    from studio_recovery_cli.standing.keeping import Kept, kept_lines

    kept = Kept()
    lines = kept_lines(session.deployment, history, kept)
    if file is None:
        sys.stdout.writelines(lines)
    else:
        size = write_whole(file, lines)
        session.screen.note(f"{file}: {words.size(size)}")
    told = f"{words.number(kept.rows)} rows, {words.number(kept.lines)} lines of the history"
    session.screen.note(told if history else f"{told.partition(',')[0]}, without the history")
