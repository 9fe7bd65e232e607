"""The program: puts the commands together, and turns every error into one or two lines and an exit status."""

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from studio_recovery_cli.commands import COMMANDS
from studio_recovery_cli.exits import DONE, ERROR, IN_WORDS, INTERRUPTED, Usage

PROGRAM = "studio-recovery"
# Lines are joined here: what shows help breaks the first paragraph where the text does.
_HELP = f"""Look after the recovery of SageMaker Studio home directories.

An owner is written user/ada@lab or space/reading-group@lab; a unique beginning is enough. \
In quotes, "user/*@lab" is a pattern. {IN_WORDS}
"""
_EMPTY_OPTION = re.compile(r"(--[a-z-]+)=")


def program() -> typer.Typer:
    """The program with all its commands."""
    app = typer.Typer(
        name=PROGRAM,
        help=_HELP,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
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
        _refuse_empty(arguments)
        status = program()(list(arguments), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        _write_no_more()
        return DONE
    except SystemExit as end:
        # So typer and rich end where whoever read has enough.
        if isinstance(end.__context__, BrokenPipeError):
            _write_no_more()
            return DONE
        return end.code if isinstance(end.code, int) else ERROR
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 # nobody who types a command wants a traceback
        from studio_recovery_cli.problems import tell

        if isinstance(error, OSError):
            _write_no_more()
        return tell(error, debug="--debug" in arguments)
    return status if isinstance(status, int) else DONE


def _refuse_empty(arguments: Sequence[str]) -> None:
    """An empty word is a variable of a script that is not set: it must mean neither all nor the default."""
    for place, word in enumerate(arguments):
        option = _EMPTY_OPTION.fullmatch(word)
        if option or not word:
            before = arguments[place - 1] if place else ""
            what = option[1] if option else before if before.startswith("-") else "an argument"
            raise Usage(f"{what} is empty", "If a script says so, a variable of it is not set. Or leave it out.")


def _write_no_more() -> None:
    """What is still buffered must not be complained of at the end of the process."""
    try:
        written = sys.stdout.fileno()
    except (OSError, ValueError):
        # Not a file: nothing complains of it.
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), written)


def main() -> NoReturn:
    """Runs the command line that was typed."""
    sys.exit(run(sys.argv[1:]))
