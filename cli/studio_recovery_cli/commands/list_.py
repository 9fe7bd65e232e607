"""`list`: every owner, one line each."""

from enum import StrEnum
from typing import Annotated

import typer

from studio_recovery_cli.registry import LOOK, command
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.summary_fields import FIELDS


class Kind(StrEnum):
    """What owns a home."""

    USER = "user"
    SPACE = "space"


@command(LOOK, name="list", actions=("lambda:GetFunctionConfiguration", "dynamodb:Scan"), fields=FIELDS)
def list_(
    session: Session,
    pattern: Annotated[str, typer.Argument(help='A beginning, or a pattern such as "user/*@lab".')] = "",
    domain: Annotated[str, typer.Option(help="Only owners of the domain of this name or id.")] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only users, or only spaces.")] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(help="Only owners with this status, such as FAILED; may be repeated.", metavar="STATUS"),
    ] = None,
) -> int:
    """List owners with their homes, what waits, and how the last recovery ended.

    WAITS counts the homes whose files may still be missing in the current one. Rows that cannot be read are told on
    standard error, and the exit status is 3 then.

    Example: studio-recovery list "user/*@lab" --status failed --status partial
    """
    from studio_recovery_cli.standing.listing import list_owners, statuses
    from studio_recovery_cli.standing.summary import Wanted

    return list_owners(session, Wanted(pattern, domain, kind or "", statuses(status or [])))
