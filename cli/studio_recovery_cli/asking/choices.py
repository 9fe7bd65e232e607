"""Knows the arguments and options that several commands share, and what those commands need of IAM."""

from typing import Annotated

import typer

Owners = Annotated[str, typer.Argument(help='The owner, or a pattern such as "user/*@lab".', show_default=False)]
One = Annotated[str, typer.Argument(help="The owner, such as user/ada@lab.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
# To find out who is meant, what would change, and to ask the admin function for it.
ASKING = ("lambda:GetFunctionConfiguration", "dynamodb:GetItem", "dynamodb:Scan", "lambda:InvokeFunction")
