"""Does in Studio what a platform team does: makes domains, users and spaces, opens apps, deletes, makes again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from demo.cloud import Cloud
from demo.homes import Home

SECONDS = 120
SECONDS_BETWEEN_LOOKS = 0.2
Seen = TypeVar("Seen")


class TooLate(Exception):
    """What was waited for did not happen before the deadline."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A user profile or a space of a domain, by name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Network:
    """Where a domain lives."""

    vpc_id: str
    subnet_ids: tuple[str, ...]


def wait_for(what: str, look: Callable[[], Seen | None], seconds: float = SECONDS) -> Seen:
    """Look until there is an answer that is not None or False, and return it. Raises TooLate."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen is not None and seen is not False:
            return seen
        if time.monotonic() > deadline:
            raise TooLate(f"{what}: not within {seconds:g} s")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def make_network(cloud: Cloud, zones: str = "ab", block: str = "10.20") -> Network:
    """A VPC with a subnet in each of these zones; its addresses begin with `block`."""
    ec2 = cloud.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    region = ec2.meta.region_name
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"{block}.{number}.0/24", AvailabilityZone=f"{region}{zone}")
        for number, zone in enumerate(zones, start=1)
    ]
    return Network(vpc_id, tuple(subnet["Subnet"]["SubnetId"] for subnet in subnets))


def make_trail(cloud: Cloud) -> str:
    """A trail that logs management events, without which no account of AWS tells EventBridge of a call. Its name."""
    name = f"management-events-{cloud.account}"
    cloud.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": cloud.client("s3").meta.region_name}
    )
    trails = cloud.client("cloudtrail")
    trails.create_trail(Name=name, S3BucketName=name, IsMultiRegionTrail=True)
    trails.start_logging(Name=name)
    return name


class Studio:
    """One Studio domain; `auth_mode` is SageMaker's: how its users sign in, IAM or SSO (Identity Center)."""

    def __init__(self, cloud: Cloud, name: str, network: Network, auth_mode: str = "IAM") -> None:
        self._cloud = cloud
        self._sagemaker = cloud.client("sagemaker")
        made = self._sagemaker.create_domain(
            DomainName=name,
            AuthMode=auth_mode,
            VpcId=network.vpc_id,
            SubnetIds=list(network.subnet_ids),
            DefaultUserSettings={"ExecutionRole": f"arn:aws:iam::{cloud.account}:role/studio"},
        )
        self.name = name
        self.domain_id: str = made["DomainArn"].rsplit("/", 1)[1]
        wait_for(f"domain {name} in service", lambda: self.describe()["Status"] == "InService")
        self.file_system_id: str = self.describe()["HomeEfsFileSystemId"]

    def describe(self) -> dict[str, Any]:
        """What SageMaker says of the domain."""
        described: dict[str, Any] = self._sagemaker.describe_domain(DomainId=self.domain_id)
        return described

    def end(self, keep_files: bool = True) -> None:
        """Delete the domain, which has no owners any more. If files are not kept, nothing of the domain is left."""
        kept = {"HomeEfsFileSystem": "Retain" if keep_files else "Delete"}
        arn = self.describe()["DomainArn"]
        self._sagemaker.delete_domain(DomainId=self.domain_id, RetentionPolicy=kept)
        wait_for(f"domain {self.name} gone", lambda: _or_none(self.describe) is None)
        if not keep_files:
            self._remove_groups(arn)

    def _remove_groups(self, domain_arn: str) -> None:
        """Delete the security groups that SageMaker leaves behind; they name each other."""
        ec2 = self._cloud.client("ec2")
        made_for = [{"Name": "tag:ManagedByAmazonSageMakerResource", "Values": [domain_arn]}]
        groups = [group["GroupId"] for group in ec2.describe_security_groups(Filters=made_for)["SecurityGroups"]]
        of_them = [{"Name": "group-id", "Values": groups}]
        for rule in ec2.describe_security_group_rules(Filters=of_them)["SecurityGroupRules"]:
            revoke = ec2.revoke_security_group_egress if rule["IsEgress"] else ec2.revoke_security_group_ingress
            revoke(GroupId=rule["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        for group in groups:
            ec2.delete_security_group(GroupId=group)

    def create(self, *owners: Owner) -> dict[Owner, Home]:
        """Make users and spaces, wait until all are in service, and return their homes, which have no directory yet."""
        for owner in owners:
            create = {"user": self._sagemaker.create_user_profile, "space": self._sagemaker.create_space}[owner.kind]
            create(**self._named(owner))
        return {owner: self.home(owner) for owner in owners}

    def home(self, owner: Owner) -> Home:
        """The home of an owner, once it is in service."""
        return Home(self.file_system_id, wait_for(f"{owner} in service", lambda: self._uid_in_service(owner)))

    def open_apps(self, *owners: Owner) -> None:
        """Start an app for each, as an owner does who opens Studio for the first time: the home's directory appears."""
        for owner in owners:
            self._sagemaker.create_app(**self._named(owner), AppType=APP_TYPE[owner.kind], AppName="default")
        for owner in owners:
            wait_for(f"app of {owner} in service", partial(self._has_app, owner))

    def delete(self, *owners: Owner) -> None:
        """Delete users and spaces with their apps, and wait until they are gone."""
        for owner in owners:
            for app in self._apps(owner):
                self._sagemaker.delete_app(**self._named(owner), AppType=app["AppType"], AppName=app["AppName"])
        for owner in owners:
            wait_for(f"apps of {owner} gone", partial(self._has_no_app, owner))
            delete = {"user": self._sagemaker.delete_user_profile, "space": self._sagemaker.delete_space}[owner.kind]
            delete(**self._named(owner))
        for owner in owners:
            wait_for(f"{owner} gone", partial(self._is_gone, owner))

    def _named(self, owner: Owner) -> dict[str, str]:
        """The parameters that name an owner in SageMaker's API."""
        return {"DomainId": self.domain_id, NAME_PARAMETER[owner.kind]: owner.name}

    def _apps(self, owner: Owner) -> list[dict[str, Any]]:
        """The owner's apps that are not deleted."""
        asked = {"DomainIdEquals": self.domain_id, f"{NAME_PARAMETER[owner.kind]}Equals": owner.name}
        pages = self._sagemaker.get_paginator("list_apps").paginate(**asked)
        return [app for page in pages for app in page["Apps"] if app["Status"] != "Deleted"]

    def _has_app(self, owner: Owner) -> bool:
        """Whether an app of the owner is in service."""
        return any(app["Status"] == "InService" for app in self._apps(owner))

    def _has_no_app(self, owner: Owner) -> bool:
        """Whether all apps of the owner are deleted."""
        return not self._apps(owner)

    def _is_gone(self, owner: Owner) -> bool:
        """Whether there is no owner of that name."""
        return self._status(owner) is None

    def _uid_in_service(self, owner: Owner) -> int | None:
        """The uid of an owner that is in service."""
        status = self._status(owner) or {}
        return int(status["HomeEfsFileSystemUid"]) if status.get("Status") == "InService" else None

    def _status(self, owner: Owner) -> dict[str, Any] | None:
        """What SageMaker says of an owner; None when there is none of that name."""
        describe = {"user": self._sagemaker.describe_user_profile, "space": self._sagemaker.describe_space}[owner.kind]
        return _or_none(partial(describe, **self._named(owner)))


def _or_none(describe: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """What SageMaker says of something; None when it does not exist."""
    try:
        return describe()
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFound":
            return None
        raise


NAME_PARAMETER = {"user": "UserProfileName", "space": "SpaceName"}
APP_TYPE = {"user": "JupyterServer", "space": "JupyterLab"}
