"""Knows a deployment of the module from its name: the names of its parts, its settings, and the ways to them."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, NoRegionError

from studio_recovery.aws.calls import code
from studio_recovery.aws.executions import Executions
from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.network import Network
from studio_recovery.aws.studio import Studio
from studio_recovery.aws.transfers import Transfers
from studio_recovery.guard import Guard, Scope
from studio_recovery_cli import words
from studio_recovery_cli.context import Context
from studio_recovery_cli.exits import Trouble

FUNCTIONS = ("event-handler", "stream-trigger", "open-homes", "close-homes", "gate", "seed", "admin", "notices")
# Longer than any of the module's functions may take.
_LONGEST_CALL_SECONDS = 910
_TABLE = "-studioUser"


@dataclass
class Deployment:
    """One deployment in one account and Region. `session` is boto3's."""

    name: str
    session: Any
    _clients: dict[str, Any] = field(default_factory=dict)
    # Clients may be shared by threads, but boto3's session may not.
    _making: Lock = field(default_factory=Lock)

    @staticmethod
    def named(context: Context) -> "Deployment":
        """The deployment of this context. Nothing is called before something is asked of it."""
        session = boto3.Session(profile_name=context.profile or None, region_name=context.region or None)
        if session.region_name is None:
            raise NoRegionError
        return Deployment(context.name, session)

    def client(self, service: str) -> Any:
        """boto3's client of a service; one for all who ask."""
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._made(service, attempts=6, seconds=30)
            return self._clients[service]

    @cached_property
    def invoker(self) -> Any:
        """boto3's client of Lambda for calls of functions: they write, so a broken connection repeats none of them."""
        with self._making:
            return self._made("lambda", attempts=1, seconds=_LONGEST_CALL_SECONDS)

    def _made(self, service: str, attempts: int, seconds: int) -> Any:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=5,
            read_timeout=seconds,
            tcp_keepalive=True,
            user_agent_extra="studio-recovery-cli",
        )
        return self.session.client(service, config=config)

    @property
    def region(self) -> str:
        """The name of the Region."""
        return str(self.session.region_name)

    @cached_property
    def arn(self) -> tuple[str, str]:
        """Partition and account."""
        _, partition, _, _, account = self._admin["FunctionArn"].split(":")[:5]
        return partition, account

    @property
    def account(self) -> str:
        """The account's id."""
        return self.arn[1]

    def function(self, word: str) -> str:
        """The name of one of FUNCTIONS."""
        return f"{self.name}-{word}"

    @property
    def state_machine_arn(self) -> str:
        """The ARN of the state machine."""
        return self.named_arn("states", f"stateMachine:{self.name}-recovery")

    def named_arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and Region."""
        partition, account = self.arn
        return f"arn:{partition}:{service}:{self.region}:{account}:{resource}"

    @cached_property
    def queue_url(self) -> str:
        """The URL of the failure queue."""
        return str(self.client("sqs").get_queue_url(QueueName=f"{self.name}-failures")["QueueUrl"])

    def configuration(self, word: str) -> dict[str, Any]:
        """What Lambda says of one of FUNCTIONS. Raises Trouble if there is no such deployment."""
        try:
            found: dict[str, Any] = self.client("lambda").get_function_configuration(FunctionName=self.function(word))
        except ClientError as error:
            # Rights on one deployment's functions forbid to ask for others', whether or not they are there.
            if code(error) not in ("ResourceNotFoundException", "AccessDeniedException"):
                raise
            missing = self._not_there()
            if missing is None:
                raise
            raise missing from error
        return found

    def settings(self, word: str) -> dict[str, str]:
        """The variables of one of FUNCTIONS, as Terraform set them."""
        found = self._admin if word == "admin" else self.configuration(word)
        variables: dict[str, str] = found.get("Environment", {}).get("Variables", {})
        return variables

    @cached_property
    def _admin(self) -> dict[str, Any]:
        return self.configuration("admin")

    @cached_property
    def scope(self) -> Scope:
        """The domains that the deployment looks after."""
        patterns = json.loads(self.settings("admin")["DOMAINS"])
        return Scope(tuple(patterns["include"]), tuple(patterns["exclude"]))

    @cached_property
    def guard(self) -> Guard:
        """Which recoveries wait for an approval."""
        settings = self.settings("admin")
        return Guard(settings["REQUIRE_APPROVAL"] == "true", float(settings["MAX_AGE_DAYS"]))

    @cached_property
    def vpcs(self) -> frozenset[str]:
        """The ids of the VPCs in which the deployment can copy."""
        return frozenset(self.settings("seed")["VPCS"].split())

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, to be read. Raises Trouble if there is no such deployment."""
        settings = self.settings("admin")
        return Ledger(self.client("dynamodb"), settings["PROFILE_TABLE"], settings["HISTORY_TABLE"], words.now)

    @cached_property
    def executions(self) -> Executions:
        """The executions of the state machine."""
        return Executions(self.client("stepfunctions"))

    @cached_property
    def transfers(self) -> Transfers:
        """DataSync's tasks, to be read."""
        return Transfers(self.client("datasync"), self.client("datasync"), self.name)

    @cached_property
    def studio(self) -> Studio:
        """Studio, which is asked for each domain once."""
        return Studio(self.client("sagemaker"), _no_waiting, self.scope, remembers=True)

    @cached_property
    def network(self) -> Network:
        """The networks of Studio's file systems."""
        return Network(self.client("efs"), self.client("ec2"))

    def _not_there(self) -> Trouble | None:
        """That there is no such deployment, with those that are there; None if its table is, or if nobody may look."""
        try:
            pages = self.client("dynamodb").get_paginator("list_tables").paginate()
            tables = [name for page in pages for name in page["TableNames"] if name.endswith(_TABLE)]
        except ClientError:
            return None
        if f"{self.name}{_TABLE}" in tables:
            return None
        names = " or ".join(name.removesuffix(_TABLE) for name in tables)
        elsewhere = "Is it another Region (--region), account (--profile), or name (--name)?"
        remedy = f"Did you mean --name {names}?" if names else elsewhere
        return Trouble(f"no deployment called {self.name} in {self.region}", remedy)


def _no_waiting(_: float) -> None:
    """A command tells what is there now."""
