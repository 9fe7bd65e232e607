"""`context`: which deployment is meant when the command line does not say."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from studio_recovery_cli.registry import LOOK, command
from studio_recovery_cli.session import Session

if TYPE_CHECKING:
    from rich.console import Console


@command(
    LOOK,
    actions=(),
    fields={
        "name": "the deployment's name, the module's variable",
        "region": "the AWS Region; empty: AWS's own settings",
        "profile": "the profile of AWS's configuration files; empty: AWS's own settings",
    },
)
def context(
    session: Session,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what was saved.")] = False,
) -> None:
    """Show or save which deployment is meant.

    With --name, --region or --profile they are saved for later calls; without, what was saved is shown. Later calls
    still go by their own options and AWS's environment variables first.

    Example: studio-recovery context --name studio-recovery --region eu-west-1 --profile production
    """
    from studio_recovery_cli import context as contexts

    if clear:
        contexts.clear()
    saved = contexts.saved()
    given = contexts.Context(
        session.name or saved.name, session.region or saved.region, session.profile or saved.profile
    )
    if given != saved:
        contexts.save(given)
        session.screen.note(f"Saved in {contexts.file()}")

    def draw(console: "Console") -> None:
        for field, value in asdict(given).items():
            console.print(f"{field:<9}{value or '(not set)'}")

    session.screen.tell(asdict(given), draw)
