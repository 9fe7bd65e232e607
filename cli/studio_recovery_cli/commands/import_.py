"""`import`: a ledger that was lost, or fell back, from what export kept."""

from pathlib import Path
from typing import Annotated

import typer

from studio_recovery_cli.asking.choices import Yes
from studio_recovery_cli.registry import KEEP, command
from studio_recovery_cli.session import Session


@command(
    KEEP,
    name="import",
    actions=("lambda:GetFunctionConfiguration", "lambda:InvokeFunction"),
    fields={
        "dry_run": "true if nothing was written",
        "name": "the deployment whose ledger it was",
        "exported_at": "when the export began",
        "rows": "how many rows the file has",
        "lines": "how many lines of the history it has",
        "added": "how many rows that were missing came back, or would",
        "merged": "how many rows got homes, a hold or a state that they lacked, or would",
        "unchanged": "how many rows know all of it already",
        "lines_added": "how many lines of the history came back, or would",
        "lines_known": "how many lines were there: they stay as they are",
        "changes": "the rows that were added or merged, or would be",
        "changes.owner": "whose row",
        "changes.what": "added, or merged",
        "changes.status": "how it stands then; nothing of it is PENDING before a look",
        "changes.reason": "why, if it needs a reason; null if not",
        "changes.homes": "the homes that the ledger did not know",
        "changes.replication": "false while the owner is on hold",
        "refused": "items that cannot be taken in",
        "refused.owner": "whose, as far as the item says",
        "refused.says": "why not, in a sentence",
        "refused.error": "the kind of refusal, such as BadInput",
    },
)
def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help="What export wrote.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come, and write nothing.")] = False,
    from_other: Annotated[
        bool, typer.Option("--from-other", help="Also if it is another deployment's, of this account and Region.")
    ] = False,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Also if the file is not whole.")] = False,
    yes: Yes = False,
) -> int:
    """Take an export in again, after the ledger was lost or fell back.

    What is newer in the ledger stays; no home and no hold that either side knows is forgotten; the second time nothing
    changes. Nothing is copied before a look shows who is there: seed looks now, the schedule within the hour.

    Example: studio-recovery import ledger.jsonl --dry-run
    """
    from studio_recovery_cli.standing.importing import Wishes, imported

    return imported(session, file, Wishes(dry_run, from_other, incomplete, yes))
