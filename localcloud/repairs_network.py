"""MiniStack's networks: interfaces that take addresses and hold groups, and what EC2 and EFS refuse."""
# ruff: noqa: SLF001 - private names are what this file is about

import fnmatch
import ipaddress
import json
from collections.abc import Callable
from typing import Any

from localcloud import guards
from localcloud.faults import Behaviour
from localcloud.ministack import MiniStack
from localcloud.service import Refusal

FILTERS: dict[str, Callable[[Any], list[str]]] = {
    "network-interface-id": lambda eni: [eni["NetworkInterfaceId"]],
    "subnet-id": lambda eni: [eni["SubnetId"]],
    "vpc-id": lambda eni: [eni["VpcId"]],
    "group-id": lambda eni: [group["GroupId"] for group in eni["Groups"]],
    "description": lambda eni: [eni["Description"]],
    "status": lambda eni: [eni["Status"]],
}


def repair_network(stack: MiniStack, behaviour: Behaviour) -> None:
    """Make all repairs of this file; before those of `repairs.py`, which build on them."""
    interfaces(stack)
    refusals(stack, behaviour)
    flow_logs(stack)


def interfaces(stack: MiniStack) -> None:
    """Interfaces are found by filters and take an address of their subnet, and a mount target has one."""
    ec2, efs = stack.ec2, stack.efs
    make, remove, regroup = efs._create_mount_target, efs._delete_mount_target, efs._modify_mount_target_security_groups
    subnet_xml = ec2._subnet_fields_xml

    def described(params: Any) -> Any:
        wanted, ids = ec2._parse_filters(params), ec2._parse_member_list(params, "NetworkInterfaceId")
        found = [
            eni
            for eni in ec2._network_interfaces.values()
            if eni["NetworkInterfaceId"] in (ids or [eni["NetworkInterfaceId"]])
            and all(_matches(FILTERS.get(name, _nothing)(eni), values) for name, values in wanted.items())
        ]
        items = "".join(ec2._eni_fields_xml(eni) for eni in found)
        return ec2._xml(200, "DescribeNetworkInterfacesResponse", f"<networkInterfaceSet>{items}</networkInterfaceSet>")

    def told(subnet: Any, *tag: Any, **named: Any) -> str:
        taken = sum(eni["SubnetId"] == subnet["SubnetId"] for eni in ec2._network_interfaces.values())
        free = ipaddress.ip_network(subnet["CidrBlock"]).num_addresses - 5 - taken
        return str(subnet_xml(subnet | {"AvailableIpAddressCount": free}, *tag, **named))

    def made(body: Any) -> Any:
        answer = make(body)
        if answer[0] < 300:
            target = efs._mount_targets[json.loads(answer[2])["MountTargetId"]]
            ec2._network_interfaces[target["NetworkInterfaceId"]] = {
                "NetworkInterfaceId": target["NetworkInterfaceId"],
                "SubnetId": target["SubnetId"],
                "VpcId": target["VpcId"],
                "AvailabilityZone": target["AvailabilityZoneName"],
                "Description": f"EFS mount target for {target['FileSystemId']} ({target['MountTargetId']})",
                "OwnerId": target["OwnerId"],
                "Status": "in-use",
                "PrivateIpAddress": target.get("IpAddress", ""),
                "MacAddress": "02:00:00:00:00:00",
                "Groups": named(target),
            }
        return answer

    def removed(target_id: str) -> Any:
        target = efs._mount_targets.get(target_id)
        answer = remove(target_id)
        if target:
            ec2._network_interfaces.pop(target["NetworkInterfaceId"], None)
        return answer

    def regrouped(target_id: str, body: Any) -> Any:
        answer = regroup(target_id, body)
        if answer[0] < 300:
            target = efs._mount_targets[target_id]
            ec2._network_interfaces[target["NetworkInterfaceId"]]["Groups"] = named(target)
        return answer

    def named(target: Any) -> list[dict[str, str]]:
        groups = [ec2._security_groups[group] for group in target["SecurityGroups"]]
        return [{"GroupId": group["GroupId"], "GroupName": group["GroupName"]} for group in groups]

    ec2._ACTION_MAP["DescribeNetworkInterfaces"] = described
    ec2._subnet_fields_xml = told
    efs._create_mount_target, efs._delete_mount_target = made, removed
    efs._modify_mount_target_security_groups = regrouped


def refusals(stack: MiniStack, behaviour: Behaviour) -> None:
    """Groups and subnets in use stay, full groups take no rule, and access points keep to EFS's limits."""
    ec2, efs = stack.ec2, stack.efs
    delete_subnet = ec2._ACTION_MAP["DeleteSubnet"]
    delete, authorize = ec2._ACTION_MAP["DeleteSecurityGroup"], ec2._ACTION_MAP["AuthorizeSecurityGroupIngress"]
    create = efs._create_access_point

    def deleted(params: Any) -> Any:
        group_id, groups = ec2._p(params, "GroupId"), ec2._security_groups.values()
        return guarded(lambda: guards.group_in_use(group_id, ec2._network_interfaces.values(), groups)) or delete(
            params
        )

    def subnet_deleted(params: Any) -> Any:
        subnet_id, interfaces = ec2._p(params, "SubnetId"), ec2._network_interfaces.values()
        return guarded(lambda: guards.subnet_in_use(subnet_id, interfaces)) or delete_subnet(params)

    def authorized(params: Any) -> Any:
        group = ec2._security_groups.get(ec2._p(params, "GroupId"))
        return (group and guarded(lambda: guards.group_full(group))) or authorize(params)

    def guarded(rule: Callable[[], None]) -> Any:
        try:
            rule()
        except Refusal as refusal:
            return ec2._error(refusal.code, refusal.message, refusal.status)
        return None

    def created(body: Any) -> Any:
        points = efs._access_points.values()
        existing = [point for point in points if point["FileSystemId"] == body.get("FileSystemId")]
        try:
            guards.access_point(body, existing, behaviour.access_point_quota)
        except Refusal as refusal:
            status, headers, _ = efs._error(refusal.status, refusal.code, refusal.message)
            told = {"ErrorCode": refusal.code, "Message": refusal.message} | refusal.members
            return status, headers, json.dumps(told).encode()
        return create(body)

    ec2._ACTION_MAP |= {
        "DeleteSecurityGroup": deleted,
        "DeleteSubnet": subnet_deleted,
        "AuthorizeSecurityGroupIngress": authorized,
    }
    efs._create_access_point = created


def _nothing(_: Any) -> list[str]:
    return []


def _matches(values: list[str], patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern) for value in values for pattern in patterns)


def flow_logs(stack: MiniStack) -> None:
    """A flow log tells the role that delivers it, how long it gathers, and its tags: else no plan is ever clean."""
    ec2 = stack.ec2
    make, describe = ec2._ACTION_MAP["CreateFlowLogs"], ec2._ACTION_MAP["DescribeFlowLogs"]

    def made(params: Any) -> Any:
        known = set(ec2._flow_logs)
        answer = make(params)
        told = {"Role": ec2._p(params, "DeliverLogsPermissionArn"), "Seconds": ec2._p(params, "MaxAggregationInterval")}
        for name in set(ec2._flow_logs) - known:
            ec2._flow_logs[name] |= told
            ec2._parse_tag_specs(params, "vpc-flow-log", name)
        return answer

    def described(params: Any) -> Any:
        status, headers, body = describe(params)
        text = body.decode()
        for name, log in ec2._flow_logs.items():
            more = f"<maxAggregationInterval>{log.get('Seconds') or 600}</maxAggregationInterval>"
            more += f"<deliverLogsPermissionArn>{log['Role']}</deliverLogsPermissionArn>" if log.get("Role") else ""
            text = text.replace(f"<flowLogId>{name}</flowLogId>", f"<flowLogId>{name}</flowLogId>{more}")
        return status, headers, text.encode()

    ec2._ACTION_MAP |= {"CreateFlowLogs": made, "DescribeFlowLogs": described}
