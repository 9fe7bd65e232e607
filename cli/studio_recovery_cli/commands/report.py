"""`report`: one page to look at, or to send."""

from pathlib import Path
from typing import Annotated

import typer

from studio_recovery_cli.registry import KEEP, command
from studio_recovery_cli.report.fields import FIELDS
from studio_recovery_cli.session import Session


@command(
    KEEP,
    actions=(
        "lambda:GetFunctionConfiguration",
        "dynamodb:Scan",
        "sagemaker:ListDomains",
        "sagemaker:DescribeDomain",
        "cloudwatch:GetMetricStatistics",
    ),
    fields=FIELDS,
    has_format=False,
)
def report(
    session: Session,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="The file to write, as data if it ends in .json; - writes the page to standard output.",
        ),
    ] = Path("report.html"),
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days of recoveries it tells.")] = 90,
) -> int:
    """Write a page that tells what is protected, what came back when, and what needs a person.

    The page holds everything itself, charts too, and asks no network for anything: open it, or send it. It names
    owners, domains and homes, and no file in them. A file of that name is replaced, once the new page is complete.

    Example: studio-recovery report --output report.html --days 30
    """
    from studio_recovery_cli import exits, words
    from studio_recovery_cli.session import Format

    if str(output) in list(Format):
        raise exits.Usage(f"--output names a file here, and {output} is none", "Such as report.html or report.json.")
    from studio_recovery_cli.files import write_whole
    from studio_recovery_cli.hints import typed
    from studio_recovery_cli.report.reading import read
    from studio_recovery_cli.report.written import as_json, as_page

    screen = session.screen
    with screen.err.status("Looking") as status:
        told = read(session.deployment, days, status.update)
    text = (as_json if output.suffix == ".json" else as_page)(told)
    if str(output) == "-":
        screen.out.file.write(text)
    else:
        size = words.size(write_whole(output, [text]))
        owners, ended = len(told.owners), len(told.recoveries)
        screen.note(f"Wrote {output} ({size}): {_many(owners, 'owner')}, {_many(ended, 'recovery', 'recoveries')}.")
    if told.unreadable:
        screen.note(f"{_many(told.unreadable, 'row')} of the ledger cannot be read: {typed(session, 'list')}")
        return exits.PARTIAL
    return exits.DONE


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
