"""Knows who took over a role, what lies in the account beside the module's own, and what an attempt is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from demo.cloud import REGION, Cloud
from demo.studio import Studio, make_network, wait_for

REFUSALS = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized")


@dataclass(frozen=True, slots=True)
class Victims:
    """What lies in the account beside the module's own: all of it is somebody else's."""

    file_system_id: str
    file_system_arn: str
    access_point_id: str
    """An access point that SageMaker made."""
    others_file_system_arn: str
    """A file system that is not Studio's."""
    subnet_arn: str
    studios_group: str
    others_group: str
    others_role: str
    location: str
    """A location that this module did not make."""
    task: str
    """A task that this module did not make."""
    copy: str
    """An execution of that task."""
    subnet_elsewhere: str
    """One in a VPC in which there is no Studio."""
    our_task: str
    """A task with the module's tag: as open homes makes it."""
    our_location: str
    """A location with the module's tag."""
    domain_id: str


@dataclass(frozen=True, slots=True)
class Attacker:
    """Whoever has a role's credentials, and knows the module's outputs and what else is there."""

    cloud: Cloud
    credentials: dict[str, str]
    outputs: dict[str, Any]
    victims: Victims

    def client(self, service: str) -> Any:
        """A client with the role's credentials."""
        keys = self.credentials
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION)
        return session.client(service, endpoint_url=self.cloud.endpoint)  # type: ignore[call-overload]  # any service

    @property
    def name(self) -> str:
        """The module's name."""
        return str(self.outputs["name"])

    def arn(self, service: str, resource: str) -> str:
        """An ARN of the account."""
        return f"arn:aws:{service}:{REGION}:{self.cloud.account}:{resource}"

    def role(self, word: str) -> str:
        """The ARN of a role of the module."""
        return f"arn:aws:iam::{self.cloud.account}:role/{self.name}-{word}"

    @property
    def our_tag(self) -> list[dict[str, str]]:
        """The tag by which the module knows what is its own."""
        return [{"Key": "studio-recovery", "Value": self.name}]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What it would be good for, the law that it would break, and the call; or another call that does the same."""

    what: str
    law: str
    call: Callable[[Attacker], Any]
    or_else: Callable[[Attacker], Any] | None = None

    def is_refused(self, attacker: Attacker) -> bool:
        """Whether IAM says no to all that would do it. Any other error means that it said yes."""
        return all(_is_refused(call, attacker) for call in (self.call, self.or_else) if call)


def _is_refused(call: Callable[[Attacker], Any], attacker: Attacker) -> bool:
    try:
        call(attacker)
    except ClientError as error:
        return any(word in error.response["Error"]["Code"] for word in REFUSALS)
    return False


def make_victims(cloud: Cloud, studio: Studio, module: str, vpc_id: str, subnet_id: str) -> Victims:
    """Things of SageMaker and of others, and a task of the module's, made with the account's own key."""
    ec2, efs, iam, datasync = (cloud.client(service) for service in ("ec2", "efs", "iam", "datasync"))
    here = f"{REGION}:{cloud.account}"
    sagemakers = [{"Key": "ManagedByAmazonSageMakerResource", "Value": studio.describe()["DomainArn"]}]
    point = efs.create_access_point(ClientToken="sagemaker", FileSystemId=studio.file_system_id, Tags=sagemakers)
    group = ec2.create_security_group(GroupName="other", Description="of others", VpcId=vpc_id)["GroupId"]
    named = [{"Name": "group-name", "Values": [f"security-group-for-inbound-nfs-{studio.domain_id}"]}]
    (studios,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    role = iam.create_role(RoleName="other", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    others = efs.create_file_system(CreationToken="other")
    efs.create_mount_target(FileSystemId=others["FileSystemId"], SubnetId=subnet_id)
    system, subnet = (
        f"arn:aws:elasticfilesystem:{here}:file-system/{studio.file_system_id}",
        f"arn:aws:ec2:{here}:subnet/{subnet_id}",
    )
    made = [{"Name": "tag:studio-recovery", "Values": [module]}]
    (datasyncs,) = ec2.describe_security_groups(Filters=made)["SecurityGroups"]
    (location, task), (our_location, our_task) = (
        _task(datasync, system, subnet, f"arn:aws:ec2:{here}:security-group/{within}", tags)
        for within, tags in ((group, []), (datasyncs["GroupId"], [{"Key": "studio-recovery", "Value": module}]))
    )
    wait_for("a task of others", lambda: datasync.describe_task(TaskArn=task)["Status"] == "AVAILABLE")
    return Victims(
        file_system_id=studio.file_system_id,
        file_system_arn=system,
        access_point_id=point["AccessPointId"],
        others_file_system_arn=others["FileSystemArn"],
        subnet_arn=subnet,
        studios_group=studios["GroupId"],
        others_group=group,
        others_role=role["Role"]["Arn"],
        location=location,
        task=task,
        copy=datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"],
        subnet_elsewhere=make_network(cloud, block="10.40").subnet_ids[0],
        our_task=our_task,
        our_location=our_location,
        domain_id=studio.domain_id,
    )


def _task(datasync: Any, system: str, subnet: str, group: str, tags: list[dict[str, str]]) -> tuple[str, str]:
    """A location and a task from there to there."""
    network = {"SubnetArn": subnet, "SecurityGroupArns": [group]}
    location = datasync.create_location_efs(EfsFilesystemArn=system, Ec2Config=network, Tags=tags)["LocationArn"]
    task = datasync.create_task(SourceLocationArn=location, DestinationLocationArn=location, Tags=tags)["TaskArn"]
    return location, task
