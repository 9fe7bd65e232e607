"""A cloud for each test, and in it the cast: VPC, domain `lab`, user `ada`, space `reading-group`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localcloud.inprocess import InProcessCloud
from tests.localcloud.servers import Server, start

ROLE = "arn:aws:iam::123456789012:role/studio"
RECOVERY = {"VerifyMode": "ONLY_FILES_TRANSFERRED", "OverwriteMode": "NEVER", "Uid": "NONE", "Gid": "NONE"}
NEW_HOME = {"CreationInfo": {"OwnerUid": 200005, "OwnerGid": 0, "Permissions": "0700"}}


@dataclass(frozen=True)
class Lab:
    """The domain `lab`, in service, in a VPC with a subnet in each of two zones."""

    cloud: InProcessCloud
    vpc: str
    subnets: list[str]
    domain_id: str
    fs_id: str
    groups: dict[str, str]

    @property
    def domain(self) -> dict[str, Any]:
        """What DescribeDomain says."""
        found: dict[str, Any] = self.cloud.client("sagemaker").describe_domain(DomainId=self.domain_id)
        return found

    def group(self, direction: str) -> str:
        """The id of one of the two NFS groups."""
        return self.groups[f"security-group-for-{direction}-nfs-{self.domain_id}"]

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
        self.cloud.clock.advance(300)
        ended: dict[str, Any] = datasync.describe_task_execution(TaskExecutionArn=execution)
        return ended

    def home(self, uid: int, **files: str) -> Path:
        """A home directory with files in it, as its owner left it."""
        folder = self.cloud.disk.make_home(self.fs_id, str(uid), (uid, 0), 0o700)
        for name, text in files.items():
            (folder / name).write_text(text)
            self.cloud.disk.set_owner(folder / name, uid, 0)
        return folder


def pytest_configure(config: pytest.Config) -> None:
    """The marks of tests.localcloud.promises."""
    config.addinivalue_line("markers", "promise(page, catches): the AWS page that a contract test rests on")
    config.addinivalue_line("markers", "unconfirmed(why): what no page says exactly and nobody saw on AWS")


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
        made = cloud.client("sagemaker").create_domain(**(asked | more), VpcId=vpc, SubnetIds=subnets)
        return str(made["DomainArn"].rpartition("/")[2])

    return make


@pytest.fixture
def lab(cloud: InProcessCloud, network: tuple[str, list[str]], make_domain: Callable[..., str]) -> Lab:
    domain_id = make_domain("lab")
    cloud.clock.advance(20)
    fs_id = cloud.client("sagemaker").describe_domain(DomainId=domain_id)["HomeEfsFileSystemId"]
    by_vpc = [{"Name": "vpc-id", "Values": [network[0]]}]
    found = cloud.client("ec2").describe_security_groups(Filters=by_vpc)["SecurityGroups"]
    return Lab(cloud, *network, domain_id, fs_id, {group["GroupName"]: group["GroupId"] for group in found})


@pytest.fixture
def source(lab: Lab) -> str:
    """The location of ada's old home."""
    lab.home(200000, notebook="{}")
    return lab.location(AccessPointArn=lab.access_point("/200000"), InTransitEncryption="TLS1_2")


@pytest.fixture
def target(cloud: InProcessCloud, lab: Lab) -> str:
    """The location of ada's new home, which does not exist yet, with an identity enforced."""
    point = cloud.client("efs").create_access_point(
        ClientToken="target",
        FileSystemId=lab.fs_id,
        PosixUser={"Uid": 200005, "Gid": 0},
        RootDirectory={"Path": "/200005", **NEW_HOME},
    )
    return lab.location(AccessPointArn=point["AccessPointArn"], InTransitEncryption="TLS1_2")


@pytest.fixture
def two_files(lab: Lab, source: str, target: str) -> str:
    """A task with two files to copy."""
    lab.home(200000, notebook="{}", notes="0123456789")
    return lab.task(source, target, **RECOVERY)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("cloud"))
    yield running
    running.process.communicate(timeout=10)
    assert running.process.returncode == 0


@pytest.fixture(scope="session")
def function(server: Server) -> str:
    return server.function("raises")


@dataclass(frozen=True)
class Network:
    """A VPC with one small subnet, and a file system with a mount target in it."""

    cloud: InProcessCloud | Server
    vpc: str
    subnet: str
    group: str
    fs_id: str
    mount_target: str

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return self.cloud.client(service)

    def new_group(self, name: str) -> str:
        """Another security group of the VPC."""
        made = self.client("ec2").create_security_group(GroupName=name, Description=name, VpcId=self.vpc)
        return str(made["GroupId"])

    def free(self) -> int:
        """How many addresses of the subnet are free."""
        found = self.client("ec2").describe_subnets(SubnetIds=[self.subnet])["Subnets"]
        return int(found[0]["AvailableIpAddressCount"])

    def behave(self, **switches: Any) -> None:
        """Set lasting behaviours."""
        if isinstance(self.cloud, Server):
            self.cloud.admin("POST", "behaviour", switches)
        else:
            self.cloud.behaviour.set(switches)


@pytest.fixture(params=["in process", "server"])
def network_of(request: pytest.FixtureRequest) -> Network:
    """The same network on moto in process and on MiniStack in a server: both must refuse alike."""
    cloud = request.getfixturevalue("cloud" if request.param == "in process" else "server")
    ec2, efs = cloud.client("ec2"), cloud.client("efs")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    net = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/28", AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="mounts", Description="mounts", VpcId=vpc)["GroupId"]
    fs_id = efs.create_file_system(CreationToken=vpc)["FileSystemId"]
    target = efs.create_mount_target(FileSystemId=fs_id, SubnetId=net, SecurityGroups=[group])["MountTargetId"]
    return Network(cloud, vpc, net, group, fs_id, target)
