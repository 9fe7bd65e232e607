"""`operations`: restores of many, and how far each is."""

from studio_recovery_cli.registry import RECOVER, command
from studio_recovery_cli.session import Session


@command(
    RECOVER,
    actions=("lambda:GetFunctionConfiguration", "dynamodb:Scan", "dynamodb:Query"),
    fields={
        "id": "the operation, as restore --operation and cancel --operation take it",
        "at": "when it was asked for",
        "by": "who asked, as an ARN; null if nobody said",
        "asked": "what was typed, such as user/*@lab; null if nobody said",
        "of": "how many owners it asked for",
        "missing": "how many of them are not asked for yet, or were asked for by a later operation",
        "waiting": "how many wait to begin",
        "running": "how many are being copied",
        "ended": "how many rest, by outcome",
        "ended.SUCCEEDED": "all was copied",
        "ended.SKIPPED": "there was nothing to copy",
        "ended.PARTIAL": "files are missing",
        "ended.FAILED": "the recovery failed",
        "ended.BLOCKED": "on hold, cancelled, or waiting for an approval",
        "ended.REFUSED": "it could not be asked for",
        "ended.OTHER": "the owner is gone, or has no home",
    },
)
def operations(session: Session) -> None:
    """List the restores of many owners, the newest first, and how far each is.

    An owner belongs to the last operation that asked for it; the history keeps all of them. An operation of which no
    owner is left is not listed.

    Example: studio-recovery operations
    """
    from studio_recovery_cli.standing.operations import list_operations

    list_operations(session)
