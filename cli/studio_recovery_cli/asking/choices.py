"""Knows the arguments and options that several commands share, and what those commands need of IAM."""

from typing import Annotated

import typer

from studio_recovery_cli.exits import Usage

Owners = Annotated[str, typer.Argument(help='The owner, or a pattern such as "user/*@lab".', show_default=False)]
MaybeOwners = Annotated[
    str | None, typer.Argument(help='The owner, or a pattern such as "user/*@lab".', show_default=False)
]
AnOperation = Annotated[
    str, typer.Option("--operation", metavar="ID", help="In place of OWNER: a restore of many, by its id.")
]
One = Annotated[str, typer.Argument(help="The owner, such as user/ada@lab.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
# To find out who is meant, what would change, and to ask the admin function for it.
ASKING = ("lambda:GetFunctionConfiguration", "dynamodb:GetItem", "dynamodb:Scan", "lambda:InvokeFunction")


def owner_or_operation(owner: str | None, operation: str) -> str:
    """The owner that was typed; nothing if an operation was. Raises Usage unless it is just one of the two."""
    if (owner is None) == (not operation):
        raise Usage("one of OWNER and --operation is needed", "studio-recovery operations lists the operations.")
    return owner or ""
