"""Describes the commands of the command line in Markdown, from the code that declares them."""

import inspect
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import typer

from studio_recovery_cli.commands import COMMANDS
from studio_recovery_cli.main import PROGRAM, program
from studio_recovery_cli.registry import SHARED, Command


def commands() -> str:
    """All commands, panel by panel, as they stand in help."""
    click = typer.main.get_command(program())
    pieces: list[str] = []
    for panel, members in groupby(COMMANDS, key=lambda command: command.panel):
        pieces.append(f"\n## {panel}\n")
        for command in members:
            pieces += _command(command, click.commands[command.name].params)  # type: ignore[attr-defined]  # a group
    return "\n".join(pieces) + "\n"


def _command(command: Command, params: list[Any]) -> Iterator[str]:
    own = [param for param in params if param.name not in {*SHARED, "format_", "help"}]
    arguments = [param for param in own if param.param_type_name == "argument"]
    words = " ".join([PROGRAM, command.name, *map(_placeholder, arguments)])
    yield f"### {command.name}\n"
    yield from _paragraphs(command)
    options = [param for param in own if param.param_type_name == "option"]
    yield f"```\n{words}{' [OPTIONS]' if options else ''}\n```\n"
    if own:
        yield "| | |\n|---|---|"
        yield from (f"| `{_placeholder(one)}` | {_cell(one.help)} |" for one in arguments)
        yield from (f"| {_switches(one)} | {_cell(one.help)}{_default(one)} |" for one in options)
        yield ""
    if command.actions:
        yield f"Needs {', '.join(f'`{action}`' for action in sorted(command.actions))}.\n"
    if command.fields:
        yield "As data:\n\n| field | what it says |\n|---|---|"
        yield from (f"| `{name}` | {_cell(meaning)} |" for name, meaning in command.fields.items())
        yield ""


def _paragraphs(command: Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.run.__doc__ or "").split("\n\n"):
        said = " ".join(paragraph.split())
        before, example, typed = said.partition("Example: ")
        if before.strip():
            yield f"{before.strip()}\n"
        if example:
            yield f"Example: `{typed}`\n"


def _placeholder(param: Any) -> str:
    named = param.metavar or param.name.upper()
    many = "..." if param.nargs == -1 else ""
    return f"{named}{many}" if param.required else f"[{named}{many}]"


def _switches(param: Any) -> str:
    value = "" if param.is_flag else f" {param.metavar or 'VALUE'}"
    return ", ".join(f"`{name}{value}`" for name in [*param.opts, *param.secondary_opts])


def _default(param: Any) -> str:
    if param.is_flag or param.default in (None, "", [], ()) or callable(param.default):
        return ""
    return f" Default: `{getattr(param.default, 'value', param.default)}`."


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")
