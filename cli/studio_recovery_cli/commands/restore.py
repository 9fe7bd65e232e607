"""`restore`: a recovery begins now."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from studio_recovery_cli.asking.choices import ASKING, AnOperation, MaybeOwners, Yes
from studio_recovery_cli.following.ending_fields import FIELDS
from studio_recovery_cli.planning.plan_fields import READING
from studio_recovery_cli.registry import RECOVER, command
from studio_recovery_cli.session import Session

_PART = "What of it"


class Overwrite(StrEnum):
    """What becomes of files that are in the new home already."""

    NEVER = "never"
    ALWAYS = "always"


@command(RECOVER, actions=tuple(dict.fromkeys((*READING, *ASKING))), fields=FIELDS)
def restore(
    session: Session,
    owner: MaybeOwners = None,
    from_: Annotated[
        str,
        typer.Option(
            "--from", metavar="HOME|OWNER", help="Copy this earlier home (fs-…/200005), or this owner's files."
        ),
    ] = "",
    to: Annotated[str, typer.Option(metavar="OWNER", help="Copy OWNER's files to this one.")] = "",
    path: Annotated[str, typer.Option(metavar="SUBPATH", help="Only this folder or file.", rich_help_panel=_PART)] = "",
    include: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN", help="Only this (DataSync's patterns, * only at the end); repeat.", rich_help_panel=_PART
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN", help="Not this, beside the module's own excludes; repeat.", rich_help_panel=_PART
        ),
    ] = None,
    into: Annotated[
        str,
        typer.Option(metavar="SUBFOLDER", help="Copy into this folder of the new home.", rich_help_panel=_PART),
    ] = "",
    overwrite: Annotated[
        Overwrite | None,
        typer.Option(help="Files that are there already. Default: as the module's copy says.", rich_help_panel=_PART),
    ] = None,
    yes: Yes = False,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Do not wait for the end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan; see plan --help.")] = False,
    operation: AnOperation = "",
    file: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="The outcomes into this file too.")] = None,
) -> int:
    """Start a recovery now and follow it to its end.

    Without --from or --to: what waits for the owner is copied; if nothing does, its latest earlier home again. With a
    pattern, for all who fit. A part of a home (--path, --include, --exclude) closes nothing: what waited still waits.
    The old home is never changed. Ctrl-C ends the following, not the recovery.

    A restore of several owners is an operation: it is handed over at once, its id is told, and it goes on without this
    terminal. With --operation in place of OWNER it is followed again, to the list of its outcomes.

    Example: studio-recovery restore user/ada@lab --path projects --into restored
    """
    from studio_recovery_cli.asking.choices import owner_or_operation
    from studio_recovery_cli.asking.operation import End, opened
    from studio_recovery_cli.asking.restoring import Typed, foreseen, restored, tell_plan, wish_of
    from studio_recovery_cli.exits import Usage
    from studio_recovery_cli.planning.reading import plan_of

    owner = owner_or_operation(owner, operation)
    if operation and any((from_, to, path, include, exclude, into, overwrite, dry_run)):
        raise Usage("an operation is as it was asked for: only --csv and --detach go with --operation")
    if operation:
        return opened(session, operation, End(detach, file))
    chosen = {"path": path, "into": into, "overwrite": (overwrite or "").upper()}
    wish = wish_of(session, Typed(owner, from_, to, chosen | {"includes": include or [], "excludes": exclude or []}))
    if dry_run:
        return tell_plan(session, plan_of(session.deployment, foreseen(session, wish)))
    return restored(session, wish, yes, End(detach, file))
