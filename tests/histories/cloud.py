"""The cloud of one history: services in memory, clients for the product and for the cloud itself, one virtual clock."""

from collections.abc import Callable
from typing import Any

from localcloud.clock import VirtualClock
from localcloud.faults import Faults
from localcloud.service import Place, Record, Surroundings
from tests.histories.clients import Client, Troubles
from tests.histories.homes import Homes
from tests.histories.machine import StepFunctions, Walk
from tests.histories.network import ACCOUNT, REGION, SUBNETS, VPC, Ec2, Efs
from tests.histories.services import Studio, Transfers, as_disk
from tests.histories.tables import Heard, Tables

NAME = "studio-recovery"
PROFILES, HISTORY, PLACES = (f"{NAME}-studio{table}" for table in ("User", "UserHistory", "Places"))
KEYS = {
    PROFILES: ("profile_name", "domain_name"),
    HISTORY: ("profile_name", "epoctime"),
    PLACES: ("line", "turn"),
}


class Cloud:
    """`put_event` hears CloudTrail's events, `written` of written items; `work` does the Tasks of executions."""

    def __init__(
        self,
        put_event: Callable[[Record], None],
        written: Heard,
        work: Callable[[str, Record, Walk], Record],
        clock: VirtualClock,
    ) -> None:
        self.clock = clock
        self.faults = Faults(self.clock.now)
        self.faults.behaviour.domain_names_repeat = True
        self.homes = Homes()
        self.troubles = Troubles()
        self.bus: list[Record] = []
        self.efs, self.ec2 = Efs(self.clock), Ec2()
        own = {"efs": Client(called(self.efs), self.clock), "ec2": Client(called(self.ec2), self.clock)}
        place = Place(ACCOUNT, REGION)
        around = Surroundings(
            self.clock,
            as_disk(self.homes),
            self.faults,
            lambda _, service: own[service],
            lambda _, event: put_event(event),
        )
        self.studio = Studio(place, around)
        self.transfers = Transfers(place, around, self.homes)
        self.tables = Tables(KEYS, written)
        self.states = StepFunctions(self.clock, work)
        answers = {
            "sagemaker": self.studio.call,
            "datasync": self.transfers.call,
            "dynamodb": called(self.tables),
            "stepfunctions": called(self.states),
            "efs": called(self.efs),
            "ec2": called(self.ec2),
            "events": self._put_events,
        }
        self.clients = {name: Client(answer, self.clock, self.troubles) for name, answer in answers.items()}
        # Clients that repeat no call: one creates, one wakes who waits.
        self.once = Client(self.transfers.call, self.clock, self.troubles, repeats=False)
        self.wakes = Client(called(self.states), self.clock, self.troubles, repeats=False)
        tags = [{"Key": NAME, "Value": NAME}]
        specifications = [{"ResourceType": "security-group", "Tags": tags}]
        own["ec2"].create_security_group(GroupName="datasync", VpcId=VPC, TagSpecifications=specifications)

    def create_domain(self, name: str) -> str:
        """A domain of this name, in service; its id."""
        settings = {"ExecutionRole": f"arn:aws:iam::{ACCOUNT}:role/studio"}
        asked = {"DomainName": name, "AuthMode": "IAM", "DefaultUserSettings": settings}
        made = self.studio.call("create_domain", asked | {"SubnetIds": list(SUBNETS), "VpcId": VPC})
        return str(made["DomainArn"].rpartition("/")[2])

    def _put_events(self, _: str, request: Record) -> Record:
        self.bus += request["Entries"]
        return {"FailedEntryCount": 0}


def called(service: Any) -> Callable[[str, Record], Record]:
    """What answers for a service that has one method for each operation."""

    def call(operation: str, request: Record) -> Record:
        answer: Record = getattr(service, operation)(request)
        return answer

    return call
