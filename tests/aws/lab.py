"""A Studio lab in process: the domain `lab` on the local cloud's own services and moto, and the handlers around it."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from localcloud.inprocess import InProcessCloud
from studio_recovery.aws.bus import Bus
from studio_recovery.aws.doors import Doors
from studio_recovery.aws.executions import Executions, execution_arn
from studio_recovery.aws.ledger import Ledger
from studio_recovery.aws.line import WaitingLine
from studio_recovery.aws.network import Network
from studio_recovery.aws.studio import Studio
from studio_recovery.aws.transfers import Transfers
from studio_recovery.guard import EVERYTHING, OPEN, Guard, Scope
from studio_recovery.handlers.close_homes import Closing
from studio_recovery.handlers.event_handler import take_in_event
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.making import Making, Mounts
from studio_recovery.handlers.mending import Mending
from studio_recovery.handlers.open_homes import Opening
from studio_recovery.handlers.passes import Pass
from studio_recovery.handlers.places import Places
from studio_recovery.handlers.removal import Removal
from studio_recovery.handlers.seeding import Seed
from studio_recovery.handlers.sweep import Sweep
from studio_recovery.homes import Home
from studio_recovery.outcome import Outcome
from studio_recovery.owners import Kind, Owner
from studio_recovery.recovery import Run, pending_recovery
from studio_recovery.rows import Row
from studio_recovery.waiting_line import Room
from tests.aws.tokens import Tokens

NAME = "studio-recovery"
PROFILES = f"{NAME}-studioUser"
HISTORY = f"{NAME}-studioUserHistory"
PLACES = f"{NAME}-studioPlaces"
ADA = Owner(Kind.USER, "ada", "lab")
GROUP = Owner(Kind.SPACE, "reading-group", "lab")
SHARED = {
    "OwnershipSettings": {"OwnerUserProfileName": "ada"},
    "SpaceSharingSettings": {"SharingType": "Shared"},
}


def making(opening: Opening, **changes: Any) -> Opening:
    """The opening, with these changes in what makes the task."""
    return replace(opening, making=replace(opening.making, **changes))


@dataclass
class Lab:
    """The lab's cloud, and the ids that tests need. Time is the cloud's virtual clock."""

    cloud: InProcessCloud
    vpc_id: str
    subnet_ids: list[str]
    datasync_group: str
    state_machine_arn: str
    domain_id: str = ""
    delivered: int = 0
    guard: Guard = OPEN
    wait_for_app: bool = False
    scope: Scope = EVERYTHING
    tokens: Tokens = field(default_factory=Tokens)

    def now(self) -> int:
        return int(self.cloud.clock.now() * 1000)

    def create_domain(self, **more: Any) -> str:
        asked = {
            "DomainName": "lab",
            "AuthMode": "IAM",
            "DefaultUserSettings": {"ExecutionRole": f"arn:aws:iam::{self.cloud.account}:role/studio"},
            "SubnetIds": self.subnet_ids,
            "VpcId": self.vpc_id,
        }
        made = self.cloud.client("sagemaker").create_domain(**(asked | more))
        self.domain_id = made["DomainArn"].rpartition("/")[2]
        self.cloud.clock.advance(60)
        return self.domain_id

    def create(self, owner: Owner = ADA) -> None:
        sagemaker = self.cloud.client("sagemaker")
        if owner.kind is Kind.USER:
            sagemaker.create_user_profile(DomainId=self.domain_id, UserProfileName=owner.name)
        else:
            sagemaker.create_space(DomainId=self.domain_id, SpaceName=owner.name, **SHARED)
        self.cloud.clock.advance(60)

    def create_space(self, name: str, owner: str, sharing: str) -> None:
        self.cloud.client("sagemaker").create_space(
            DomainId=self.domain_id,
            SpaceName=name,
            OwnershipSettings={"OwnerUserProfileName": owner},
            SpaceSharingSettings={"SharingType": sharing},
        )
        self.cloud.clock.advance(60)

    def open_app(self, seconds: float = 60, AppName: str = "default", **whose: str) -> None:  # noqa: N803 (AWS's)
        """Starts an app of a user (`UserProfileName`) or space (`SpaceName`), and lets so much time pass."""
        kind = "JupyterServer" if "UserProfileName" in whose else "JupyterLab"
        sagemaker = self.cloud.client("sagemaker")
        sagemaker.create_app(DomainId=self.domain_id, AppType=kind, AppName=AppName, **whose)
        self.cloud.clock.advance(seconds)

    def delete(self, owner: Owner = ADA) -> None:
        sagemaker = self.cloud.client("sagemaker")
        if owner.kind is Kind.USER:
            sagemaker.delete_user_profile(DomainId=self.domain_id, UserProfileName=owner.name)
        else:
            sagemaker.delete_space(DomainId=self.domain_id, SpaceName=owner.name)
        self.cloud.clock.advance(60)

    def recreate(self, owner: Owner = ADA) -> None:
        self.delete(owner)
        self.deliver()
        self.create(owner)
        self.deliver()

    def deliver(self) -> list[dict[str, Any]]:
        """Hands the events that came since the last time to the event handler."""
        fresh = self.cloud.events[self.delivered :]
        self.delivered = len(self.cloud.events)
        return [take_in_event(json.loads(json.dumps(event)), self.intake()) for event in fresh]

    def row(self, owner: Owner = ADA) -> Row:
        row = self.ledger().row(owner)
        assert row
        return row

    def history(self, owner: Owner = ADA) -> list[str]:
        found = self.cloud.client("dynamodb").query(
            TableName=HISTORY,
            KeyConditionExpression="profile_name = :key",
            ExpressionAttributeValues={":key": {"S": owner.key}},
        )
        return [item["what"]["S"] for item in found["Items"]]

    def write(self, home: Home, files: dict[str, str]) -> None:
        """Writes files into a home as its user; the home is made as an app would make it."""
        uid = int(home.uid)
        folder = self.cloud.disk.make_home(home.file_system_id, f"/{home.uid}", (uid, 0), 0o700)
        for name, text in files.items():
            (folder / name).write_text(text)
            self.cloud.disk.set_owner(folder / name, uid, 0)

    def files(self, home: Home) -> dict[str, str]:
        folder = self.cloud.disk.home(home.file_system_id, home.uid)
        return {path.name: path.read_text() for path in sorted(folder.iterdir())}

    def ledger(self) -> Ledger:
        return Ledger(self.cloud.client("dynamodb"), PROFILES, HISTORY, self.now)

    def studio(self) -> Studio:
        return Studio(self.cloud.client("sagemaker"), self.cloud.clock.sleep, self.scope)

    def intake(self) -> Intake:
        return Intake(self.studio(), self.ledger(), self.guard)

    def executions(self) -> Executions:
        return Executions(self.cloud.client("stepfunctions"))

    def transfers(self) -> Transfers:
        return Transfers(self.cloud.client("datasync"), self.cloud.client("datasync", repeats=False), NAME)

    def removal(self) -> Removal:
        return Removal(self.transfers(), Doors(self.cloud.client("efs"), self.cloud.clock.sleep))

    def network(self) -> Network:
        return Network(self.cloud.client("efs"), self.cloud.client("ec2"))

    def opening(self, task_quota: int = 100, max_concurrent: int = 100) -> Opening:
        role = f"arn:aws:iam::{self.cloud.account}:role/{NAME}"
        log_group = f"arn:aws:logs:{self.cloud.region}:{self.cloud.account}:log-group:/aws/datasync/{NAME}:*"
        mounts = Mounts(f"{role}-read-source", f"{role}-write-target", log_group)
        apps = self.studio() if self.wait_for_app else None
        places = self.places(task_quota, max_concurrent)
        removal = self.removal()
        making = Making(self.network(), removal.doors, removal.transfers, mounts)
        return Opening(self.ledger(), self.executions(), removal, places, making, apps)

    def places(self, task_quota: int = 100, max_concurrent: int = 100) -> Places:
        line = WaitingLine(self.cloud.client("dynamodb"), self.tokens, PLACES)
        return Places(line, self.transfers(), Room(task_quota, max_concurrent), self.now)

    def closing(self, max_concurrent: int = 100) -> Closing:
        places = self.places(max_concurrent=max_concurrent)
        return Closing(self.ledger(), self.removal(), places, Bus(self.cloud.client("events"), NAME), self.guard)

    def sweep(self) -> Sweep:
        mending = Mending(self.executions(), NAME, self.state_machine_arn, self.now, self.guard)
        return Sweep(self.ledger(), self.removal(), self.places(), mending, self.cloud.clock.sleep)

    def swept(self) -> dict[str, int]:
        """Sweeps once, as a seed does; how many rows were finished, and how many runs removed."""
        under_way, sweep = Pass(self.now(), lambda: 900.0), self.sweep()
        written, removed = sweep.finish(sweep.find(self.ledger().rows()[0], under_way), under_way)
        return {"finished": len(written), "swept": removed}

    def seeded(self, dry_run: bool = False, seconds: float = 900.0, studio: Studio | None = None) -> dict[str, Any]:
        """Seeds once, with so much time; what the seed tells."""
        end = self.cloud.clock.now() + seconds
        intake = Intake(studio or self.studio(), self.ledger(), self.guard)
        vpcs = frozenset({self.vpc_id})
        return Seed(intake, self.sweep(), vpcs, self.now, lambda: end - self.cloud.clock.now()).run(dry_run)

    def come_back(self, files: dict[str, str]) -> None:
        """Ada leaves these files, and is made again."""
        self.create()
        self.deliver()
        old = self.row().home
        assert old
        self.write(old, files)
        self.recreate()

    def start(self, owner: Owner = ADA) -> Run:
        """The run of the execution that the owner's row asks for, started as the stream trigger starts it."""
        recovery = pending_recovery(self.row(owner))
        assert recovery
        self.executions().start(self.state_machine_arn, recovery)
        return Run(recovery, NAME, execution_arn(self.state_machine_arn, recovery.execution_name), self.now())

    def copy(self, task_arn: str) -> dict[str, Any]:
        """Runs the task to its end, as the state machine does; DataSync's last word."""
        copy = self.begin_copy(task_arn)
        self.cloud.clock.advance(120)
        found: dict[str, Any] = self.cloud.client("datasync").describe_task_execution(TaskExecutionArn=copy)
        return found

    def begin_copy(self, task_arn: str) -> str:
        """Starts the task as soon as it can be; the ARN of the copy."""
        self.cloud.clock.advance(30)
        copy: str = self.cloud.client("datasync").start_task_execution(TaskArn=task_arn)["TaskExecutionArn"]
        return copy

    def close(self, run: Run, **event: Any) -> Outcome:
        return self.closing().close(run, {"closed_at": "2026-03-02T09:20:00.000Z"} | event)

    def recover(self, owner: Owner = ADA) -> Outcome:
        run = self.start(owner)
        return self.close(run, copy=self.copy(self.opening().open(run)))

    def temporary(self) -> list[str]:
        """What runs made and did not remove."""
        datasync, efs = self.cloud.client("datasync"), self.cloud.client("efs")
        tasks = [task["TaskArn"] for task in datasync.list_tasks()["Tasks"]]
        locations = [location["LocationArn"] for location in datasync.list_locations()["Locations"]]
        systems = [system["FileSystemId"] for system in efs.describe_file_systems()["FileSystems"]]
        doors = [efs.describe_access_points(FileSystemId=system)["AccessPoints"] for system in systems]
        return tasks + locations + [door["AccessPointId"] for found in doors for door in found]
