"""Reads a function's environment and builds the adapters from it; nothing else in the package reads the environment."""

import json
import os
import time
from functools import cache

from studio_recovery.aws.bus import Bus
from studio_recovery.aws.calls import client
from studio_recovery.aws.doors import Doors
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
from studio_recovery.waiting_line import Room


def setting(name: str) -> str:
    """The variable's value. Raises KeyError that names it if Terraform did not set it."""
    return os.environ[name]


def milliseconds_now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@cache
def guard() -> Guard:
    """Which recoveries wait for an approval."""
    return Guard(setting("REQUIRE_APPROVAL") == "true", float(setting("MAX_AGE_DAYS")))


@cache
def scope() -> Scope:
    """The domains that this deployment looks after."""
    patterns = json.loads(setting("DOMAINS"))
    return Scope(tuple(patterns["include"]), tuple(patterns["exclude"]))


@cache
def ledger() -> Ledger:
    """The ledger of this deployment."""
    return Ledger(client("dynamodb"), setting("PROFILE_TABLE"), setting("HISTORY_TABLE"), milliseconds_now)


@cache
def executions() -> Executions:
    """The executions of state machines."""
    return Executions(client("stepfunctions"))


@cache
def transfers() -> Transfers:
    """The tasks and locations of this deployment."""
    return Transfers(client("datasync"), client("datasync", repeats=False), setting("NAME"))


@cache
def removal() -> Removal:
    """What removes what runs of this deployment made."""
    return Removal(transfers(), Doors(client("efs"), time.sleep))


@cache
def waiting_line() -> WaitingLine:
    """The line of those who wait for a place."""
    return WaitingLine(client("dynamodb"), client("stepfunctions", repeats=False), setting("PLACES_TABLE"))


@cache
def places() -> Places:
    """The places for tasks of this deployment, and the line of those who wait for one."""
    room = Room(int(setting("TASK_QUOTA")), int(setting("MAX_CONCURRENT")))
    return Places(waiting_line(), transfers(), room, milliseconds_now)


@cache
def network() -> Network:
    """The network of this account and Region."""
    return Network(client("efs"), client("ec2"))


@cache
def studio() -> Studio:
    """Studio in this account and Region."""
    return Studio(client("sagemaker"), time.sleep, scope())


@cache
def intake() -> Intake:
    """Studio and ledger of this deployment."""
    return Intake(studio(), ledger(), guard())


@cache
def patient_intake() -> Intake:
    """The same for passes over all owners: calls keep to the pace that SageMaker lets through."""
    return Intake(Studio(client("sagemaker", patient=True), time.sleep, scope()), ledger(), guard())


@cache
def vpcs() -> frozenset[str]:
    """The ids of the VPCs in which this deployment can copy."""
    return frozenset(setting("VPCS").split())


@cache
def topic() -> Topic:
    """The topic on which this deployment tells people what needs them."""
    return Topic(client("sns"), setting("TOPIC_ARN"))


@cache
def bus() -> Bus:
    """The bus on which this deployment tells other teams of its recoveries."""
    return Bus(client("events"), setting("NAME"))
