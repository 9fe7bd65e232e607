"""The program: puts the commands together, and turns every error into one or two lines and an exit status."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from studio_recovery_cli.commands import COMMANDS
from studio_recovery_cli.exits import DONE, IN_WORDS, INTERRUPTED

PROGRAM = "studio-recovery"
_HELP = f"""Look after the recovery of SageMaker Studio home directories.

An owner is written user/ada@lab or space/reading-group@lab; a unique beginning is enough. In quotes, "user/*@lab" is
a pattern. {IN_WORDS}
"""


def program() -> typer.Typer:
    """The program with all its commands."""
    app = typer.Typer(
        name=PROGRAM, help=_HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
    )
    app.callback()(_program)
    for command in COMMANDS:
        command.add_to(app)
    return app


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


def _program(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """What stands before a command."""


def run(arguments: Sequence[str]) -> int:
    """Runs one call; its exit status."""
    try:
        status = program()(list(arguments), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has enough; what is still buffered must not be complained of at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 # nobody who types a command wants a traceback
        from studio_recovery_cli.problems import tell

        return tell(error, debug="--debug" in arguments)
    return status if isinstance(status, int) else DONE


def main() -> NoReturn:
    """Runs the command line that was typed."""
    sys.exit(run(sys.argv[1:]))
