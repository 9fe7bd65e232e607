"""`target`: one owner's files are to come to another."""

from typing import Annotated

import typer

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, Yes
from studio_recovery_cli.registry import DECIDE, command
from studio_recovery_cli.session import Session

_MORE = {
    "source": "whose files they are",
    "on_hold": "owners of these files who are on hold: the files come when they are released",
    "left_out": "homes that belonged to another person and were not named, so they are not copied",
}


@command(DECIDE, actions=(*ASKING, "dynamodb:Query"), fields=FIELDS | _MORE)
def target(
    session: Session,
    source: Annotated[str, typer.Argument(help="Whose files.", show_default=False)],
    target: Annotated[str, typer.Argument(help="Who gets them; may be yet to be created.", show_default=False)],
    home: Annotated[str, typer.Option(metavar="HOME", help="Only this home of SOURCE, such as fs-…/200005.")] = "",
    yes: Yes = False,
) -> int:
    """Copy one owner's files to another, who exists or is yet to be created.

    The source's latest home is copied, and what waits to come into it; or the one home that is named. Nothing that the
    target has is overwritten. If the target does not exist yet, the files come when it is created.

    Example: studio-recovery target user/ada@lab user/bob@new-lab
    """
    from studio_recovery_cli.asking.targeting import targeted

    return targeted(session, source, target, home, yes)
