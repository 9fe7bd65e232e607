"""Knows where a file system can be mounted from: its mount targets, subnets and groups, and the rule that opens NFS.

API: DescribeFileSystems, DescribeMountTargets, DescribeMountTargetSecurityGroups (EFS); DescribeSubnets,
DescribeSecurityGroups, AuthorizeSecurityGroupIngress, RevokeSecurityGroupIngress (EC2). DataSync needs a subnet in the
VPC of the file system and in a zone with a mount target, and its group must reach 2049 on the mount target's groups:
docs.aws.amazon.com/datasync/latest/userguide/create-efs-location.html.
"""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.errors import CannotOpen, SourceGone
from studio_recovery.recovery import BY_HAND_TAG, MODULE_TAG, RUN_TAG, Run

NFS_PORT = 2049
_SAGEMAKER_TAG = "ManagedByAmazonSageMakerResource"


@dataclass(frozen=True, slots=True)
class Place:
    """Where DataSync stands to mount a file system (ARNs; the subnet's network, such as 10.0.1.0/24, and how many of
    its addresses are free), and the groups of the mount targets that it must reach."""

    file_system_arn: str
    subnet_arn: str
    subnet_network: str
    free_addresses: int
    datasync_group_arn: str
    mount_target_groups: tuple[str, ...]

    @property
    def file_system_id(self) -> str:
        """The id of the file system."""
        return self.file_system_arn.rpartition("/")[2]

    @property
    def datasync_group(self) -> str:
        """The id of DataSync's security group."""
        return self.datasync_group_arn.rpartition("/")[2]


class Maker(StrEnum):
    """Who made a rule of a group."""

    HAND = "by hand"
    RUN = "a recovery"
    OTHER = "somebody else"


@dataclass(frozen=True, slots=True)
class Opening:
    """A rule that lets NFS in for DataSync: on which group it stands, whom it admits (a group or network), whose."""

    rule_id: str
    group_id: str
    admits: str
    maker: Maker


class Network:
    """Finds places and opens them."""

    def __init__(self, efs: Any, ec2: Any) -> None:
        self._efs = efs
        self._ec2 = ec2

    def place(self, file_system_id: str, module: str) -> Place:
        """Where DataSync can mount the file system: of the mount targets' subnets, the one with most free addresses.

        Raises SourceGone if there is no such file system, CannotOpen if it cannot be mounted in any VPC of the module.
        """
        arn = self._file_system_arn(file_system_id)
        targets = self._mount_targets(file_system_id)
        subnets = self._ec2.describe_subnets(SubnetIds=sorted({target["SubnetId"] for target in targets}))["Subnets"]
        subnet = max(subnets, key=lambda found: (found["AvailableIpAddressCount"], found["SubnetId"]))
        at_hand = [target["MountTargetId"] for target in targets if target["SubnetId"] == subnet["SubnetId"]]
        group = self._datasync_group(subnet["VpcId"], module, file_system_id)
        groups = self._groups_of(at_hand)
        network, free = subnet["CidrBlock"], subnet["AvailableIpAddressCount"]
        return Place(arn, subnet["SubnetArn"], network, free, _group_arn(arn, group), groups)

    def open_nfs(self, place: Place, run: Run) -> None:
        """Lets DataSync's group reach NFS on the mount target's groups, where it cannot yet."""
        if not self.openings(place, run.module):
            self._open(place, run.tags())

    def open_by_hand(self, place: Place, module: str) -> None:
        """The same for a person; the rule stays until it is revoked, or the module is destroyed."""
        label = f"{module}:{place.file_system_id}:by hand"
        self._open(place, {MODULE_TAG: module, BY_HAND_TAG: place.file_system_id, "Name": label})

    def openings(self, place: Place, module: str) -> list[Opening]:
        """The rules that let DataSync's group reach NFS there; none: it cannot."""
        pages = self._ec2.get_paginator("describe_security_group_rules").paginate(
            Filters=[{"Name": "group-id", "Values": list(place.mount_target_groups)}]
        )
        rules = (rule for page in pages for rule in page["SecurityGroupRules"])
        return [_opening(rule, module) for rule in rules if _opens_nfs(rule, place)]

    def opened_by_hand(self, file_system_id: str, module: str) -> list[Opening]:
        """The rules that people had made for a file system, wherever they stand."""
        filters = [
            {"Name": f"tag:{MODULE_TAG}", "Values": [module]},
            {"Name": f"tag:{BY_HAND_TAG}", "Values": [file_system_id]},
        ]
        pages = self._ec2.get_paginator("describe_security_group_rules").paginate(Filters=filters)
        return [_opening(rule, module) for page in pages for rule in page["SecurityGroupRules"] if not rule["IsEgress"]]

    def close(self, opening: Opening) -> None:
        """Revokes the rule; nothing happens if it is gone."""
        try:
            self._ec2.revoke_security_group_ingress(GroupId=opening.group_id, SecurityGroupRuleIds=[opening.rule_id])
        except ClientError as error:
            if not code(error).endswith(".NotFound"):
                raise

    def _open(self, place: Place, tags: dict[str, str]) -> None:
        try:
            self._ec2.authorize_security_group_ingress(
                GroupId=self._group_of_studio(place),
                IpPermissions=[_nfs_from(place.datasync_group)],
                TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": _rule_tags(tags)}],
            )
        except ClientError as error:
            if code(error) != "InvalidPermission.Duplicate":
                raise

    def check_nfs(self, place: Place) -> None:
        """Raises CannotOpen if no rule lets DataSync's group reach NFS on the mount target's groups; adds none."""
        if not self.openings(place, ""):
            groups = " or ".join(place.mount_target_groups)
            raise CannotOpen(
                f"{groups} must admit {place.datasync_group} on TCP {NFS_PORT}, or file system {place.file_system_id}"
                " cannot be mounted: apply modules/studio-access for its domain, or add the rule yourself"
                ' (security_group_rules is "terraform": a recovery changes no group)'
            )

    def check_opener(self, place: Place) -> None:
        """Raises CannotOpen if `open_nfs` would find no group that the module may change; changes nothing."""
        self._group_of_studio(place)

    def close_all_nfs(self, module: str) -> int:
        """Revokes every rule that runs of this module added, or people by hand; how many there were.

        A rule may go with its group meanwhile, when a domain is destroyed at the same time.
        """
        opened = self._opened_by(module)
        for rule_id, group_id in opened.items():
            try:
                self._ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[rule_id])
            except ClientError:
                if rule_id in self._opened_by(module):
                    raise
        return len(opened)

    def interfaces_of(self, module: str) -> int:
        """How many network interfaces still stand in DataSync's groups of this module."""
        filters = [{"Name": f"tag:{MODULE_TAG}", "Values": [module]}]
        groups = [group["GroupId"] for group in self._ec2.describe_security_groups(Filters=filters)["SecurityGroups"]]
        if not groups:
            return 0
        pages = self._ec2.get_paginator("describe_network_interfaces").paginate(
            Filters=[{"Name": "group-id", "Values": groups}]
        )
        return sum(len(page["NetworkInterfaces"]) for page in pages)

    def _opened_by(self, module: str) -> dict[str, str]:
        """The rules that were added for this module and that stand now: rule id to group id."""
        filters = [{"Name": f"tag:{MODULE_TAG}", "Values": [module]}]
        pages = self._ec2.get_paginator("describe_security_group_rules").paginate(Filters=filters)
        rules = (
            rule for page in pages for rule in page["SecurityGroupRules"] if _maker(rule, module) is not Maker.OTHER
        )
        return {rule["SecurityGroupRuleId"]: rule["GroupId"] for rule in rules}

    def _file_system_arn(self, file_system_id: str) -> str:
        try:
            found = self._efs.describe_file_systems(FileSystemId=file_system_id)["FileSystems"]
        except ClientError as error:
            if code(error) == "FileSystemNotFound":
                raise SourceGone(f"file system {file_system_id} no longer exists") from error
            raise
        return str(found[0]["FileSystemArn"])

    def _mount_targets(self, file_system_id: str) -> list[dict[str, Any]]:
        pages = self._efs.get_paginator("describe_mount_targets").paginate(FileSystemId=file_system_id)
        targets = [
            target for page in pages for target in page["MountTargets"] if target["LifeCycleState"] == "available"
        ]
        if not targets:
            raise CannotOpen(
                f"file system {file_system_id} has no available mount target: create one in a VPC of `vpcs`"
            )
        return targets

    def _datasync_group(self, vpc_id: str, module: str, file_system_id: str) -> str:
        filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": f"tag:{MODULE_TAG}", "Values": [module]}]
        groups = self._ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        if not groups:
            raise CannotOpen(
                f"file system {file_system_id} lies in {vpc_id}, where {module} has no security group:"
                f" add {vpc_id} to the module's variable `vpcs` and apply"
            )
        return str(groups[0]["GroupId"])

    def _groups_of(self, mount_target_ids: list[str]) -> tuple[str, ...]:
        answers = [self._efs.describe_mount_target_security_groups(MountTargetId=target) for target in mount_target_ids]
        return tuple(dict.fromkeys(group for answer in answers for group in answer["SecurityGroups"]))

    def _group_of_studio(self, place: Place) -> str:
        """Of the mount target's groups, the first that SageMaker made: the module may change no other."""
        found = self._ec2.describe_security_groups(GroupIds=list(place.mount_target_groups))["SecurityGroups"]
        made = [g["GroupId"] for g in found if any(tag["Key"] == _SAGEMAKER_TAG for tag in g.get("Tags", []))]
        if not made:
            groups = ", ".join(place.mount_target_groups)
            raise CannotOpen(
                f"none of the mount target's groups ({groups}) was made by SageMaker, so none may be changed:"
                f" let TCP {NFS_PORT} in from {place.datasync_group} on one of them"
            )
        return str(made[0])


def _opens_nfs(rule: dict[str, Any], place: Place) -> bool:
    """True if the rule lets NFS in from DataSync's group, or from all of the subnet in which DataSync stands."""
    if rule["IsEgress"] or not _admits(rule, place):
        return False
    everything = rule["IpProtocol"] == "-1"
    return bool(everything or (rule["IpProtocol"] == "tcp" and rule["FromPort"] <= NFS_PORT <= rule["ToPort"]))


def _admits(rule: dict[str, Any], place: Place) -> bool:
    if rule.get("CidrIpv4"):
        return IPv4Network(place.subnet_network).subnet_of(IPv4Network(rule["CidrIpv4"], strict=False))
    return bool(rule.get("ReferencedGroupInfo", {}).get("GroupId") == place.datasync_group)


def _maker(rule: dict[str, Any], module: str) -> Maker:
    tags = {tag["Key"]: tag["Value"] for tag in rule.get("Tags", [])}
    if rule["IsEgress"] or tags.get(MODULE_TAG) != module:
        return Maker.OTHER
    if BY_HAND_TAG in tags:
        return Maker.HAND
    return Maker.RUN if RUN_TAG in tags else Maker.OTHER


def _opening(rule: dict[str, Any], module: str) -> Opening:
    admits = rule.get("CidrIpv4") or rule.get("ReferencedGroupInfo", {}).get("GroupId", "")
    return Opening(rule["SecurityGroupRuleId"], rule["GroupId"], admits, _maker(rule, module))


def _rule_tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _nfs_from(group_id: str) -> dict[str, Any]:
    pair = {"GroupId": group_id, "Description": "DataSync of studio-recovery"}
    return {"IpProtocol": "tcp", "FromPort": NFS_PORT, "ToPort": NFS_PORT, "UserIdGroupPairs": [pair]}


def _group_arn(file_system_arn: str, group_id: str) -> str:
    partition, _, region, account = file_system_arn.split(":")[1:5]
    return f"arn:{partition}:ec2:{region}:{account}:security-group/{group_id}"
