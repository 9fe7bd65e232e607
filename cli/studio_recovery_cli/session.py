"""Knows what one call of the program works with: the deployment that is meant, and the screen it tells things on.

Nothing of AWS is imported before it is used: help must come at once.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio_recovery_cli.asking.admin import Admin
    from studio_recovery_cli.deployment import Deployment
    from studio_recovery_cli.screen import Screen


class Format(StrEnum):
    """How a command tells its answer."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


@dataclass
class Session:
    """What was typed beside the command's own options."""

    name: str | None = None
    region: str | None = None
    profile: str | None = None
    format_: Format = Format.TABLE
    debug: bool = False

    @cached_property
    def deployment(self) -> "Deployment":
        """The deployment that is meant: by option, environment, saved context, or default."""
        from studio_recovery_cli.context import chosen
        from studio_recovery_cli.deployment import Deployment

        return Deployment.named(chosen(self.name, self.region, self.profile))

    @cached_property
    def admin(self) -> "Admin":
        """The deployment's admin function."""
        from studio_recovery_cli.asking.admin import Admin

        return Admin(self.deployment)

    @cached_property
    def screen(self) -> "Screen":
        """What is told goes here."""
        from studio_recovery_cli.screen import Screen

        return Screen(self.format_)
