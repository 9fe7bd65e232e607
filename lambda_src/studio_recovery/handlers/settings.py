"""Reads a function's environment and builds the adapters from it; nothing else in the package reads the environment."""

import os
import time

from studio_recovery.aws.calls import client
from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.studio import Studio
from studio_recovery.handlers.intake import Intake


def setting(name: str) -> str:
    """The variable's value. Raises KeyError that names it if Terraform did not set it."""
    return os.environ[name]


def milliseconds_now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def ledger() -> Ledger:
    """The ledger of this deployment."""
    return Ledger(client("dynamodb"), setting("PROFILE_TABLE"), setting("HISTORY_TABLE"), milliseconds_now)


def intake() -> Intake:
    """Studio and ledger of this deployment."""
    return Intake(Studio(client("sagemaker"), time.sleep), ledger())
