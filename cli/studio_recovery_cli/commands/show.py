"""`show`: everything about one owner."""

from typing import Annotated

import typer

from studio_recovery_cli.registry import LOOK, command
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.portrait_fields import FIELDS


@command(
    LOOK,
    actions=(
        "datasync:DescribeTaskExecution",
        "datasync:ListTaskExecutions",
        "datasync:ListTasks",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "lambda:GetFunctionConfiguration",
        "states:GetExecutionHistory",
    ),
    fields=FIELDS,
)
def show(
    session: Session,
    owner: Annotated[str, typer.Argument(help="Such as user/ada@lab, or a unique beginning.")],
    lines: Annotated[int, typer.Option(help="How many lines of the history to show; 0 shows all.", min=0)] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for the end of what runs first.")] = False,
) -> int:
    """Show everything about one owner.

    Its homes by generation, what waits, how it stands and what to do, its executions with links to the console, and
    what happened when. An owner whom only the history still knows is shown too, if it is named in full.

    With --follow a recovery that runs is followed to its end, and the exit status says how it ended. Ctrl-C ends the
    following; the recovery goes on.

    Example: studio-recovery show user/ada@lab --follow
    """
    from studio_recovery_cli.standing.showing import show_owner

    return show_owner(session, owner, lines, follow)
