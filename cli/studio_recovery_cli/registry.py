"""Knows how a command is declared: a function with its options, where help shows it, and what it needs and tells.

Every command takes the options of Session too: they are added here, and the function gets the session they make.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from studio_recovery_cli.exits import IN_WORDS, Trouble
from studio_recovery_cli.hints import in_text
from studio_recovery_cli.session import Format, Session

LOOK = "Look"
RECOVER = "Recover"
DECIDE = "Decide"
REPAIR = "Repair"
KEEP = "Keep"
_PANEL = "Deployment"
SHARED: dict[str, tuple[Any, Any]] = {
    "name": (
        Annotated[
            str | None,
            typer.Option(
                "--name",
                "-n",
                help="The module's variable name. Default: the saved context's, or studio-recovery.",
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "region": (
        Annotated[
            str | None,
            typer.Option(help="The AWS Region. Default: AWS's own settings.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "profile": (
        Annotated[
            str | None,
            typer.Option(help="The profile of AWS's configuration files.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "debug": (
        Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.", rich_help_panel=_PANEL)],
        False,
    ),
}
_FORMAT = Annotated[
    Format, typer.Option("--output", "-o", help="How it is told: a table for people, or data.", show_default=True)
]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its function, the help's panel, the IAM `actions` that it needs, and the `fields` of its data.

    `fields` says what each member of the answer means (of each line, if it tells many). With its own `--output`,
    `has_format` is False.
    """

    name: str
    run: Callable[..., Any]
    panel: str
    actions: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    has_format: bool = True

    @property
    def help(self) -> str:
        """The function's docstring, with the exit statuses at its end."""
        paragraphs = inspect.cleandoc(self.run.__doc__ or "").split("\n\n")
        return "\n\n".join([*(" ".join(lines.split()) for lines in paragraphs), IN_WORDS])

    def add_to(self, app: typer.Typer) -> None:
        """Makes it a command of this program."""
        app.command(self.name, help=self.help, rich_help_panel=self.panel)(self._with_session())

    def _with_session(self) -> Callable[..., Any]:
        own = list(inspect.signature(self.run).parameters.values())[1:]
        shared = dict(SHARED)
        if self.has_format:
            shared = {"format_": (_FORMAT, Format.TABLE)} | shared
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in shared.items()
        ]

        def run(**given: Any) -> Any:
            session = Session(**{name: given.pop(name) for name in shared})
            try:
                return self.run(session, **given)
            except Trouble as trouble:
                trouble.remedy = in_text(session, trouble.remedy)
                raise

        signature = inspect.Signature([one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in [*own, *added]])
        run.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it
        return run


def command(
    panel: str,
    actions: tuple[str, ...],
    fields: Mapping[str, str] | None = None,
    name: str = "",
    has_format: bool = True,
) -> Callable[[Callable[..., Any]], Command]:
    """Declares the decorated function, whose first parameter is the session, as a command named like it."""

    def declared(run: Callable[..., Any]) -> Command:
        return Command(name or run.__name__, run, panel, actions, fields or {}, has_format)

    return declared
