"""Knows the saved context: which deployment is meant when the command line does not say."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import typer

from studio_recovery_cli.exits import Trouble

DEFAULT_NAME = "studio-recovery"


@dataclass(frozen=True, slots=True)
class Context:
    """A deployment by name, Region and profile of AWS's configuration; empty means AWS's own settings."""

    name: str = ""
    region: str = ""
    profile: str = ""


def file() -> Path:
    """Where the context is saved."""
    return Path(typer.get_app_dir(DEFAULT_NAME)) / "context.json"


def saved() -> Context:
    """The saved context, empty if there is none. Raises Trouble if the file cannot be read."""
    try:
        values = json.loads(file().read_text("utf-8"))
        return Context(**{name: str(values.get(name, "")) for name in Context.__slots__})
    except FileNotFoundError:
        return Context()
    except (OSError, ValueError, AttributeError) as error:
        raise Trouble(f"{file()} cannot be read: {error}", "Remove it: studio-recovery context --clear") from error


def save(context: Context) -> None:
    """Saves the context for later calls."""
    file().parent.mkdir(parents=True, exist_ok=True)
    file().write_text(json.dumps(asdict(context), indent=2) + "\n", "utf-8")


def clear() -> None:
    """Forgets the saved context."""
    file().unlink(missing_ok=True)


def chosen(name: str | None, region: str | None, profile: str | None) -> Context:
    """What was typed; else AWS's environment; else what was saved; else the module's default name."""
    before = saved()
    in_environment = replace(
        before,
        region="" if {"AWS_REGION", "AWS_DEFAULT_REGION"} & os.environ.keys() else before.region,
        profile="" if {"AWS_PROFILE", "AWS_ACCESS_KEY_ID"} & os.environ.keys() else before.profile,
    )
    return Context(
        name or in_environment.name or DEFAULT_NAME,
        region or in_environment.region,
        profile or in_environment.profile,
    )
