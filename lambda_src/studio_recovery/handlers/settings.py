"""Reads a function's environment and builds the adapters from it; nothing else in the package reads the environment.

An adapter is imported by whoever builds it: what a function does not use, its cold start does not pay for.
"""

from __future__ import annotations

import json
import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from studio_recovery.aws.calls import client

if TYPE_CHECKING:
    from studio_recovery.aws.bus import Bus
    from studio_recovery.aws.executions import Executions
    from studio_recovery.aws.ledger import Ledger
    from studio_recovery.aws.line import WaitingLine
    from studio_recovery.aws.network import Network
    from studio_recovery.aws.studio import Studio
    from studio_recovery.aws.topic import Topic
    from studio_recovery.aws.transfers import Transfers
    from studio_recovery.guard import Guard, Scope
    from studio_recovery.handlers.intake import Intake
    from studio_recovery.handlers.places import Places
    from studio_recovery.handlers.removal import Removal


def setting(name: str) -> str:
    """The variable's value. Raises KeyError that names it if Terraform did not set it."""
    return os.environ[name]


def trace_id() -> str:
    """The X-Ray trace of the call that runs; empty if there is none.

    docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    members = dict(part.partition("=")[::2] for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";"))
    return members.get("Root", "")


def milliseconds_now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@cache
def guard() -> Guard:
    """Which recoveries wait for an approval."""
    from studio_recovery.guard import Guard

    return Guard(setting("REQUIRE_APPROVAL") == "true", float(setting("MAX_AGE_DAYS")))


@cache
def scope() -> Scope:
    """The domains that this deployment looks after."""
    from studio_recovery.guard import Scope

    patterns = json.loads(setting("DOMAINS"))
    return Scope(tuple(patterns["include"]), tuple(patterns["exclude"]))


@cache
def _tables() -> Any:
    """The client of all tables; a client costs as much of a cold start as all that is imported for it."""
    return client("dynamodb")


@cache
def ledger() -> Ledger:
    """The ledger of this deployment."""
    from studio_recovery.aws.ledger import Ledger

    return Ledger(_tables(), setting("PROFILE_TABLE"), setting("HISTORY_TABLE"), milliseconds_now)


@cache
def executions() -> Executions:
    """The executions of state machines."""
    from studio_recovery.aws.executions import Executions

    return Executions(client("stepfunctions"))


@cache
def transfers() -> Transfers:
    """The tasks and locations of this deployment."""
    from studio_recovery.aws.transfers import Transfers

    return Transfers(client("datasync"), client("datasync", repeats=False), setting("NAME"))


@cache
def removal() -> Removal:
    """What removes what runs of this deployment made."""
    from studio_recovery.aws.doors import Doors
    from studio_recovery.handlers.removal import Removal

    return Removal(transfers(), Doors(client("efs"), time.sleep))


@cache
def waiting_line() -> WaitingLine:
    """The line of those who wait for a place."""
    from studio_recovery.aws.line import WaitingLine

    return WaitingLine(_tables(), client("stepfunctions", repeats=False), setting("PLACES_TABLE"))


@cache
def places() -> Places:
    """The places for tasks of this deployment, and the line of those who wait for one."""
    from studio_recovery.handlers.places import Places
    from studio_recovery.waiting_line import Room

    room = Room(int(setting("TASK_QUOTA")), int(setting("MAX_CONCURRENT")))
    return Places(waiting_line(), transfers(), room, milliseconds_now)


@cache
def network() -> Network:
    """The network of this account and Region."""
    from studio_recovery.aws.network import Network

    return Network(client("efs"), client("ec2"))


@cache
def studio() -> Studio:
    """Studio in this account and Region."""
    from studio_recovery.aws.studio import Studio

    return Studio(client("sagemaker"), time.sleep, scope())


@cache
def intake() -> Intake:
    """Studio and ledger of this deployment."""
    from studio_recovery.handlers.intake import Intake

    return Intake(studio(), ledger(), guard())


@cache
def patient_intake() -> Intake:
    """The same for passes over all owners: calls keep to the pace that SageMaker lets through."""
    from studio_recovery.aws.studio import Studio
    from studio_recovery.handlers.intake import Intake

    return Intake(Studio(client("sagemaker", patient=True), time.sleep, scope()), ledger(), guard())


@cache
def vpcs() -> frozenset[str]:
    """The ids of the VPCs in which this deployment can copy."""
    return frozenset(setting("VPCS").split())


@cache
def topic() -> Topic:
    """The topic on which this deployment tells people what needs them."""
    from studio_recovery.aws.topic import Topic

    return Topic(client("sns"), setting("TOPIC_ARN"))


@cache
def bus() -> Bus:
    """The bus on which this deployment tells other teams of its recoveries."""
    from studio_recovery.aws.bus import Bus

    return Bus(client("events"), setting("NAME"))
