"""Knows the saved context: which deployment is meant when the command line does not say."""

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from studio_recovery_cli.exits import Trouble, Usage

DEFAULT_NAME = "studio-recovery"
# Not typer's own variable of the option: `context` would save what was not typed.
NAME_VARIABLE = "STUDIO_RECOVERY_NAME"
# The module's own rule for its variable name, and what all of AWS's Regions look like.
_RULES = {"name": re.compile(r"[A-Za-z][A-Za-z0-9-]{0,48}"), "region": re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")}
_SUCH_AS = {"name": DEFAULT_NAME, "region": "eu-west-1"}


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
    """Saves the context for later calls. Raises Usage for a name or Region that can be none, Trouble if it cannot."""
    for field, rule in _RULES.items():
        value = getattr(context, field)
        if value and not rule.fullmatch(value):
            raise Usage(f"{value!r} is no {field}, such as {_SUCH_AS[field]}")
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        file().write_text(json.dumps(asdict(context), indent=2) + "\n", "utf-8")
    except OSError as error:
        raise _not_written(error) from error


def clear() -> None:
    """Forgets the saved context."""
    try:
        file().unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(error) from error


def _not_written(error: OSError) -> Trouble:
    why = error.strerror or str(error)
    return Trouble(f"{file()} cannot be written: {why}", "Without it, say --name, --region and --profile each time.")


def chosen(name: str | None, region: str | None, profile: str | None) -> Context:
    """What was typed; else AWS's environment; else what was saved; else the module's default name."""
    before = saved()
    own_credentials = {"AWS_PROFILE", "AWS_ACCESS_KEY_ID"} & os.environ.keys()
    return Context(
        name or os.environ.get(NAME_VARIABLE) or before.name or DEFAULT_NAME,
        region or _region() or before.region,
        profile or ("" if own_credentials else before.profile),
    )


def _region() -> str:
    """The Region of the environment. boto3 reads AWS_DEFAULT_REGION only, all other tools of AWS both."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
