"""`drop`: a home that waits is given up."""

from typing import Annotated

import typer

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, One, Yes
from studio_recovery_cli.registry import DECIDE, command
from studio_recovery_cli.session import Session


@command(DECIDE, actions=ASKING, fields=FIELDS)
def drop(
    session: Session,
    owner: One,
    home: Annotated[
        str, typer.Argument(help="The home: fs-…/200005, or its uid alone.", metavar="HOME", show_default=False)
    ],
    yes: Yes = False,
) -> int:
    """Give up a home that waits to be copied, or that is kept for later.

    It leaves the owner's row; no file is deleted, and the history keeps the line. What waited behind it is next.

    Example: studio-recovery drop user/ada@lab fs-0123456789abcdef0/200005
    """
    from studio_recovery_cli.asking.dropping import dropped

    return dropped(session, owner, home, yes)
