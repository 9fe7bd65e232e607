"""What AWS does between the product's functions: it hands events and stream records on, runs Tasks, tries again.

The functions' own work is called, with the cloud's clients and clock in the place of boto3's and the system's.
What AWS documents about retries stands beside each; a message that is given up lies in `given_up`.
"""

import json
import sys
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.clock import VirtualClock
from localcloud.service import Record
from studio_recovery.aws.bus import Bus
from studio_recovery.aws.calls import typed_errors
from studio_recovery.aws.doors import Doors
from studio_recovery.aws.executions import Executions
from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.network import Network
from studio_recovery.aws.studio import Studio
from studio_recovery.aws.transfers import Transfers
from studio_recovery.errors import StudioRecoveryError
from studio_recovery.guard import OPEN, Guard
from studio_recovery.handlers.admin import Admin
from studio_recovery.handlers.cancelling import Cancelling
from studio_recovery.handlers.close_homes import Closing
from studio_recovery.handlers.event_handler import take_in_event
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.making import Making, Mounts
from studio_recovery.handlers.mending import Mending
from studio_recovery.handlers.open_homes import Opening
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.removal import Removal
from studio_recovery.handlers.runs import run_from
from studio_recovery.handlers.seeding import Seed
from studio_recovery.handlers.side_by_side import Doing, one_after_the_other
from studio_recovery.handlers.stream_trigger import start
from studio_recovery.handlers.sweep import Sweep
from studio_recovery.requests import request_from
from studio_recovery.waiting_line import Room
from tests.histories.clients import Killed
from tests.histories.cloud import HISTORY, NAME, PLACES, PROFILES, Cloud
from tests.histories.machine import MACHINE_ARN, TaskFailed, Walk
from tests.histories.network import VPC

WATCHED = ("CreateUserProfile", "DeleteUserProfile", "CreateSpace", "DeleteSpace")
EVENT_SECONDS, RECORD_SECONDS, HOUR = 5.0, 1.0, 3600.0
SEED_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is at work: a function of the product, since when, and what it was asked."""

    name: str
    began: float
    asked: Record = field(default_factory=dict)


class Failed(Exception):
    """A function ended with this error."""

    def __init__(self, error: str, text: str) -> None:
        super().__init__(f"{error}: {text}")
        self.error, self.text = error, text


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the next event or stream record: how often it comes, and how much later than usual."""

    times: int = 1
    late: float = 0.0


ORDINARY = Fate()


class Chain:
    """All that is deployed. `written` hears of every write into the tables and by whom."""

    def __init__(
        self, written: Callable[[str, Record | None, Record], None], clock: VirtualClock | None = None
    ) -> None:
        self.actors: list[Actor] = []
        self.events: list[Record] = []
        self.records: list[Record] = []
        self.event_fates: deque[Fate] = deque()
        self.record_fates: deque[Fate] = deque()
        self.given_up = 0
        self.unhandled: list[str] = []
        self._latest: dict[tuple[str, ...], str] = {}
        self.guard: Guard = OPEN
        self.max_concurrent = 100
        self.doing: Doing = one_after_the_other
        self.begins: Callable[[Actor], None] = lambda _: None
        self.handled: Callable[[Actor, bool], None] = lambda _, __: None
        self._written = written
        self.tell: Callable[[str], None] = lambda _: None
        self.cloud = Cloud(self._put_event, self._heard, self._work, clock or VirtualClock())

    # The functions

    def run(self, actor: Actor, work: Callable[[], Any]) -> Any:
        """What a function gives. Raises Failed."""
        self.actors.append(actor)
        self.begins(actor)
        well = False
        try:
            with typed_errors():
                result = work()
            well = True
        except Killed:
            raise Failed("Sandbox.Timedout", "Task timed out") from None
        except StudioRecoveryError as error:
            raise Failed(type(error).__name__, str(error)) from error
        except (ClientError, BotoCoreError) as error:
            raise Failed(type(error).__name__, str(error)) from error
        except Exception as error:
            self.unhandled.append(f"{actor.name}: {''.join(traceback.format_exception(error)[-3:])}")
            raise Failed(type(error).__name__, str(error)) from error
        finally:
            self.actors.pop()
            if not well:
                self.tell(f"{actor.name} fails {actor.asked.get('run', '')[:6]}: {sys.exception()!r}")
            self.handled(actor, well)
        return result

    def seed(self, seconds: float = SEED_SECONDS) -> Record | None:
        """A pass of the seed; None if it failed."""
        clients = self.cloud.clients
        end = self.cloud.clock.now() + seconds
        mending = Mending(Executions(clients["stepfunctions"]), NAME, MACHINE_ARN, self.now, self.guard)
        sweep = Sweep(self.ledger, self.removal, self.places, mending, self.cloud.clock.sleep)
        seed = Seed(self.intake, sweep, frozenset({VPC}), self.now, lambda: end - self.cloud.clock.now())
        try:
            told: Record = self.run(Actor("seed", self.cloud.clock.now()), seed.run)
        except Failed:
            return None
        return told

    def ask(self, request: Record) -> Record:
        """What the admin function answers. Raises Failed."""
        admin = Admin(self.intake, Cancelling(self.transfers, self.places.line), self.now)
        actor = Actor("admin", self.cloud.clock.now(), request)
        answer: Record = self.run(actor, lambda: admin.answer(request_from(request)))
        return answer

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self.cloud.clock.now() * 1000)

    @property
    def ledger(self) -> Ledger:
        """The tables."""
        return Ledger(self.cloud.clients["dynamodb"], PROFILES, HISTORY, self.now)

    @property
    def intake(self) -> Intake:
        """What takes owners in."""
        return Intake(Studio(self.cloud.clients["sagemaker"], self.cloud.clock.sleep), self.ledger, self.guard)

    @property
    def transfers(self) -> Transfers:
        """DataSync, for the product."""
        return Transfers(self.cloud.clients["datasync"], self.cloud.once, NAME)

    @property
    def removal(self) -> Removal:
        """What removes what runs made."""
        return Removal(self.transfers, Doors(self.cloud.clients["efs"], self.cloud.clock.sleep))

    @property
    def places(self) -> Places:
        """The places for tasks."""
        line = WaitingLine(self.cloud.clients["dynamodb"], self.cloud.wakes, PLACES)
        return Places(line, self.transfers, Room(100, self.max_concurrent), self.now)

    # Events: an asynchronous invocation is tried three times, after one and two minutes
    # (docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).

    def _put_event(self, event: Record) -> None:
        if event["detail"]["eventName"] not in WATCHED:
            return
        self.events.append(event)
        fate = self.event_fates.popleft() if self.event_fates else ORDINARY
        for time in range(fate.times):
            self.hand_on(event, EVENT_SECONDS + fate.late * (time + 1))

    def hand_on(self, event: Record, seconds: float, tries: int = 0) -> None:
        """The event comes after so many seconds."""
        self.cloud.clock.later(seconds, lambda: self._event(event, tries))

    def _event(self, event: Record, tries: int) -> None:
        asked = event["detail"]["requestParameters"]
        named = str(asked.get("userProfileName") or asked.get("spaceName")).lower()
        self._in_order("event", (named, asked["domainId"]), event["detail"]["eventID"])
        try:
            self.run(Actor("event", self.cloud.clock.now(), event), lambda: take_in_event(event, self.intake))
        except Failed:
            if tries == 2:
                self.given_up += 1
                return
            self.hand_on(event, 60.0 * (tries + 1), tries + 1)

    # Stream records: those of a row come one after the other; a batch is tried ten times, for an hour (trigger.tf).

    def _heard(self, table: str, old: Record | None, new: Record) -> None:
        if table == PLACES:
            return
        self._written(table, old, new)
        if table != PROFILES or new["replication_status"]["S"] != "PENDING":
            return
        self.records.append(new)
        fate = self.record_fates.popleft() if self.record_fates else ORDINARY
        for time in range(fate.times):
            self.hand_on_record(new, RECORD_SECONDS + fate.late * (time + 1))

    def hand_on_record(self, image: Record, seconds: float, tries: int = 0) -> None:
        """The record comes after so many seconds."""
        self.cloud.clock.later(seconds, lambda: self._record(image, tries))

    def _record(self, image: Record, tries: int) -> None:
        key = image["profile_name"]["S"], image["domain_name"]["S"]
        self._in_order("record", key, image["version"]["N"].zfill(6))
        executions = Executions(self.cloud.clients["stepfunctions"])
        try:
            self.run(Actor("trigger", self.cloud.clock.now()), lambda: start(image, executions, MACHINE_ARN))
        except Failed:
            if tries == 10:
                self.given_up += 1
                return
            self.hand_on_record(image, min(2.0 ** (tries + 1), 60.0), tries + 1)

    def _in_order(self, what: str, owner: tuple[str, ...], number: str) -> None:
        """Counts what comes after something that happened later to the same owner."""
        latest = self._latest.setdefault((what, *owner), number)
        self._latest[what, *owner] = max(latest, number)
        self.cloud.troubles.had[f"{what} out of order"] += number < latest

    # The Tasks of an execution

    def _work(self, resource: str, arguments: Record, walk: Walk) -> Record:
        if resource != "invoke":
            return self._sdk(resource, arguments)
        function, event = arguments["FunctionName"], arguments["Payload"]
        work = {"open_homes_arn": self._open, "close_homes_arn": self._close, "gate_arn": self._gate}[function]
        try:
            actor = Actor(
                function.removesuffix("_arn").removesuffix("_homes"), self.cloud.clock.now(), {"run": walk.name}
            )
            return {"Payload": self.run(actor, lambda: work(event))}
        except Failed as failed:
            raise TaskFailed(failed.error, json.dumps({"errorMessage": failed.text})) from failed

    def _sdk(self, resource: str, arguments: Record) -> Record:
        operation = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in resource)
        try:
            answer: Record = getattr(self.cloud.once, operation)(**arguments)
        except ClientError as error:
            raise TaskFailed(f"DataSync.{error.response['Error']['Code']}", str(error)) from error
        except BotoCoreError as error:
            raise TaskFailed("DataSync.SdkClientException", str(error)) from error
        except Killed:
            raise TaskFailed("DataSync.SdkClientException", "no answer") from None
        return answer

    def _open(self, event: Record) -> Record:
        role = "arn:aws:iam::123456789012:role/copies"
        mounts = Mounts(f"{role}-read", f"{role}-write", "arn:aws:logs:::log-group:x")
        clients = self.cloud.clients
        network = Network(clients["efs"], clients["ec2"])
        executions = Executions(clients["stepfunctions"])
        removal = self.removal
        making = Making(network, removal.doors, removal.transfers, mounts, self.doing)
        opening = Opening(self.ledger, executions, removal, self.places, making)
        return {"task_arn": opening.open(run_from(event, NAME), again=event["retry"] > 0)}

    def _close(self, event: Record) -> Record:
        closing = Closing(self.ledger, self.removal, self.places, Bus(self.cloud.clients["events"], NAME), self.guard)
        outcome = closing.close(run_from(event, NAME), event)
        return {"word": str(outcome.word), "reason": outcome.reason}

    def _gate(self, event: Record) -> Record:
        return {"called": self.places.wait(run_from(event, NAME), event["token"])}
