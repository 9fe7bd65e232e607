"""EFS and EC2 as far as homes are mounted, in dictionaries. Requests and answers have AWS's shapes, errors its codes.

A method is the AWS operation of its name.
"""

from itertools import count
from typing import Any

from localcloud import guards
from localcloud.clock import Clock
from localcloud.service import Record, Refusal

ACCOUNT, REGION, VPC, BLOCK = "123456789012", "eu-west-1", "vpc-0a", "10.0.0.0/24"
SUBNETS = ("subnet-0a", "subnet-0b")
POINT_SECONDS = 1.0


def _tagged(thing: Record, wanted: str, values: list[str]) -> bool:
    return any(tag["Key"] == wanted and tag["Value"] in values for tag in thing.get("Tags", []))


class Efs:
    """File systems, mount targets and access points."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._systems: dict[str, Record] = {}
        self._targets: dict[str, Record] = {}
        self.points: dict[str, Record] = {}

    def create_file_system(self, request: Record) -> Record:
        fs_id = f"fs-{next(self._numbers):017x}"
        arn = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/{fs_id}"
        self._systems[fs_id] = {"FileSystemId": fs_id, "FileSystemArn": arn, "Tags": request.get("Tags", [])}
        return self._systems[fs_id]

    def describe_file_systems(self, request: Record) -> Record:
        return {"FileSystems": [self._system(request["FileSystemId"])]}

    def delete_file_system(self, request: Record) -> Record:
        del self._systems[self._system(request["FileSystemId"])["FileSystemId"]]
        return {}

    def create_mount_target(self, request: Record) -> Record:
        target_id = f"fsmt-{next(self._numbers):017x}"
        made = request | {"MountTargetId": target_id, "LifeCycleState": "available", "IpAddress": "10.0.0.9"}
        self._targets[target_id] = made
        return made

    def describe_mount_targets(self, request: Record) -> Record:
        fs_id = self._system(request["FileSystemId"])["FileSystemId"]
        return {"MountTargets": [one for one in self._targets.values() if one["FileSystemId"] == fs_id]}

    def describe_mount_target_security_groups(self, request: Record) -> Record:
        return {"SecurityGroups": self._targets[request["MountTargetId"]]["SecurityGroups"]}

    def delete_mount_target(self, request: Record) -> Record:
        del self._targets[request["MountTargetId"]]
        return {}

    def create_access_point(self, request: Record) -> Record:
        fs_id = self._system(request["FileSystemId"])["FileSystemId"]
        guards.access_point(request, [one for one in self.points.values() if one["FileSystemId"] == fs_id], 10_000)
        point_id = f"fsap-{next(self._numbers):017x}"
        arn = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/{point_id}"
        point = request | {"AccessPointId": point_id, "AccessPointArn": arn, "LifeCycleState": "creating"}
        self.points[point_id] = point
        self._clock.later(POINT_SECONDS, lambda: point.update(LifeCycleState="available"))
        return dict(point)

    def describe_access_points(self, request: Record) -> Record:
        if point_id := request.get("AccessPointId"):
            return {"AccessPoints": [dict(self._point(point_id))]}
        fs_id = request.get("FileSystemId")
        if fs_id:
            self._system(fs_id)
        return {"AccessPoints": [dict(one) for one in self.points.values() if fs_id in (None, one["FileSystemId"])]}

    def delete_access_point(self, request: Record) -> Record:
        del self.points[self._point(request["AccessPointId"])["AccessPointId"]]
        return {}

    def describe_file_system_policy(self, _: Record) -> Record:
        raise Refusal("PolicyNotFound", "No policy.", 404)

    def _system(self, fs_id: str) -> Record:
        if fs_id not in self._systems:
            raise Refusal("FileSystemNotFound", f"File system {fs_id} does not exist.", 404)
        return self._systems[fs_id]

    def _point(self, point_id: str) -> Record:
        if point_id not in self.points:
            raise Refusal("AccessPointNotFound", f"Access point {point_id} does not exist.", 404)
        return self.points[point_id]


class Ec2:
    """One VPC with two subnets, groups and their rules, and interfaces that nobody looks at."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.free_addresses = 250
        self._groups: dict[str, Record] = {}
        self._rules: list[Record] = []

    def create_security_group(self, request: Record) -> Record:
        group_id = f"sg-{next(self._numbers):017x}"
        tags = [tag for one in request.get("TagSpecifications", []) for tag in one["Tags"]]
        self._groups[group_id] = request | {"GroupId": group_id, "Tags": tags}
        return {"GroupId": group_id}

    def describe_security_groups(self, request: Record) -> Record:
        found = [self._groups[group] for group in request.get("GroupIds", self._groups) if group in self._groups]
        return {"SecurityGroups": [one for one in found if self._passes(one, request.get("Filters", []))]}

    def authorize_security_group_ingress(self, request: Record) -> Record:
        return self._add(request, egress=False)

    def authorize_security_group_egress(self, request: Record) -> Record:
        return self._add(request, egress=True)

    def revoke_security_group_egress(self, _: Record) -> Record:
        return {}

    def describe_security_group_rules(self, request: Record) -> Record:
        groups = {value for one in request["Filters"] for value in one["Values"] if one["Name"] == "group-id"}
        return {"SecurityGroupRules": [rule for rule in self._rules if rule["GroupId"] in groups]}

    def describe_subnets(self, request: Record) -> Record:
        free = {"AvailableIpAddressCount": self.free_addresses}
        return {"Subnets": [_subnet(subnet) | free for subnet in request["SubnetIds"]]}

    def create_network_interface(self, _: Record) -> Record:
        return {"NetworkInterface": {"NetworkInterfaceId": f"eni-{next(self._numbers):017x}"}}

    def delete_network_interface(self, _: Record) -> Record:
        return {}

    def _passes(self, group: Record, filters: list[Record]) -> bool:
        return all(
            group.get("VpcId") in one["Values"]
            if one["Name"] == "vpc-id"
            else _tagged(group, one["Name"].removeprefix("tag:"), one["Values"])
            for one in filters
        )

    def _add(self, request: Record, *, egress: bool) -> Record:
        tags = [tag for one in request.get("TagSpecifications", []) for tag in one["Tags"]]
        for permission in request["IpPermissions"]:
            for pair in permission.get("UserIdGroupPairs", []):
                ports = {key: permission[key] for key in ("IpProtocol", "FromPort", "ToPort")}
                peer: dict[str, Any] = {"ReferencedGroupInfo": {"GroupId": pair["GroupId"]}}
                rule_id = f"sgr-{next(self._numbers):017x}"
                named = {"SecurityGroupRuleId": rule_id, "GroupId": request["GroupId"], "IsEgress": egress}
                self._rules.append(named | ports | peer | {"Tags": tags})
        return {}


def _subnet(subnet_id: str) -> Record:
    return {
        "SubnetId": subnet_id,
        "SubnetArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{subnet_id}",
        "VpcId": VPC,
        "CidrBlock": BLOCK,
        "AvailabilityZone": f"{REGION}{subnet_id[-1]}",
    }
