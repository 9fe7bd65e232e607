"""Knows how a command is written for whoever is to type it next: with the deployment that this call was for."""

import shlex

from studio_recovery_cli.session import Session

PROGRAM = "studio-recovery"


def typed(session: Session, command: str) -> str:
    """The command line to type, such as `studio-recovery show user/ada@lab --follow --name test`."""
    options = (("--name", session.name), ("--region", session.region), ("--profile", session.profile))
    told = [f"{option} {shlex.quote(value)}" for option, value in options if value]
    return " ".join([PROGRAM, command, *told])
