"""`retry`: recoveries that did not end well are asked for again."""

from typing import Annotated

import typer

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, Yes
from studio_recovery_cli.registry import RECOVER, command
from studio_recovery_cli.session import Session


@command(RECOVER, actions=ASKING, fields=FIELDS)
def retry(
    session: Session,
    owner: Annotated[
        str | None, typer.Argument(help="The owner, or a pattern. Default: all that FAILED or are PARTIAL.")
    ] = None,
    yes: Yes = False,
) -> int:
    """Ask again for recoveries that FAILED, are PARTIAL or were cancelled.

    A copy that is repeated verifies everything: what differs then ends PARTIAL again. Without OWNER, a row that cannot
    be read is told on standard error, and the exit status is 3.

    Example: studio-recovery retry user/ada@lab
    """
    from studio_recovery.requests import Action
    from studio_recovery.statuses import Status
    from studio_recovery_cli.asking.deciding import decided, rows_of
    from studio_recovery_cli.reading import Rows

    if owner is not None:
        return decided(session, Action.RETRY, rows_of(session, owner), yes)
    reading = Rows(session)
    status = decided(session, Action.RETRY, reading.at(Status.FAILED, Status.PARTIAL), yes, "Nothing failed.")
    return reading.warn(status)
