"""A cloud for each test, and in it the cast: VPC, domain `lab`, user `ada`, space `reading-group`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localcloud.inprocess import InProcessCloud

ROLE = "arn:aws:iam::123456789012:role/studio"


@dataclass(frozen=True)
class Lab:
    """The domain `lab`, in service, in a VPC with a subnet in each of two zones."""

    cloud: InProcessCloud
    vpc: str
    subnets: list[str]
    domain_id: str

    @property
    def fs_id(self) -> str:
        """The domain's home file system."""
        return str(self.cloud.client("sagemaker").describe_domain(DomainId=self.domain_id)["HomeEfsFileSystemId"])

    @property
    def domain(self) -> dict[str, Any]:
        """What DescribeDomain says."""
        found: dict[str, Any] = self.cloud.client("sagemaker").describe_domain(DomainId=self.domain_id)
        return found

    def group(self, direction: str) -> str:
        """The id of one of the two NFS groups."""
        name = f"security-group-for-{direction}-nfs-{self.domain_id}"
        by_name = [{"Name": "group-name", "Values": [name]}]
        return str(self.cloud.client("ec2").describe_security_groups(Filters=by_name)["SecurityGroups"][0]["GroupId"])

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and Region."""
        return f"arn:aws:{service}:eu-west-1:{self.cloud.account}:{resource}"

    def access_point(self, path: str, **more: Any) -> str:
        """An access point rooted at a path of the home file system."""
        point = self.cloud.client("efs").create_access_point(
            ClientToken=path + str(sorted(more)), FileSystemId=self.fs_id, RootDirectory={"Path": path, **more}
        )
        return str(point["AccessPointArn"])

    def location(self, **more: Any) -> str:
        """A DataSync location of the home file system, by Studio's own outbound group."""
        network = {
            "SubnetArn": self.arn("ec2", f"subnet/{self.subnets[0]}"),
            "SecurityGroupArns": [self.arn("ec2", f"security-group/{self.group('outbound')}")],
        }
        asked = {"EfsFilesystemArn": self.arn("elasticfilesystem", f"file-system/{self.fs_id}"), "Ec2Config": network}
        return str(self.cloud.client("datasync").create_location_efs(**(asked | more))["LocationArn"])

    def task(self, source: str, target: str, **options: Any) -> str:
        """A task between two locations, available."""
        task = self.cloud.client("datasync").create_task(
            SourceLocationArn=source, DestinationLocationArn=target, Options=options
        )
        self.cloud.clock.advance(10)
        return str(task["TaskArn"])

    def run(self, task: str) -> dict[str, Any]:
        """Start a task and let it end."""
        datasync = self.cloud.client("datasync")
        execution = datasync.start_task_execution(TaskArn=task)["TaskExecutionArn"]
        self.cloud.clock.advance(60)
        ended: dict[str, Any] = datasync.describe_task_execution(TaskExecutionArn=execution)
        return ended

    def home(self, uid: int, **files: str) -> Path:
        """A home directory with files in it, as its owner left it."""
        folder = self.cloud.disk.make_home(self.fs_id, str(uid), (uid, 0), 0o700)
        for name, text in files.items():
            (folder / name).write_text(text)
            self.cloud.disk.set_owner(folder / name, uid, 0)
        return folder


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[InProcessCloud]:
    with InProcessCloud(tmp_path) as running:
        yield running


@pytest.fixture
def network(cloud: InProcessCloud) -> tuple[str, list[str]]:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    nets = {"eu-west-1a": "10.0.1.0/24", "eu-west-1b": "10.0.2.0/24"}
    return vpc, [
        ec2.create_subnet(VpcId=vpc, CidrBlock=net, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for zone, net in nets.items()
    ]


@pytest.fixture
def make_domain(cloud: InProcessCloud, network: tuple[str, list[str]]) -> Callable[..., str]:
    def make(name: str, **more: Any) -> str:
        vpc, subnets = network
        asked = {"DomainName": name, "AuthMode": "IAM", "DefaultUserSettings": {"ExecutionRole": ROLE}}
        made = cloud.client("sagemaker").create_domain(**asked, VpcId=vpc, SubnetIds=subnets, **more)
        return str(made["DomainArn"].rpartition("/")[2])

    return make


@pytest.fixture
def lab(cloud: InProcessCloud, network: tuple[str, list[str]], make_domain: Callable[..., str]) -> Lab:
    domain_id = make_domain("lab")
    cloud.clock.advance(20)
    return Lab(cloud, *network, domain_id)
