"""Looks for what recoveries should have removed: tasks, locations, access points, and doubled rules."""

from collections import Counter
from typing import Any

from demo.cloud import Cloud

TAG = "studio-recovery"


def leftovers(cloud: Cloud, name: str) -> list[str]:
    """ARNs and ids of all temporary things of this module that still exist. The local cloud has no other tasks."""
    datasync = cloud.client("datasync")
    tasks = [task["TaskArn"] for task in _all(datasync, "list_tasks", "Tasks")]
    locations = [location["LocationArn"] for location in _all(datasync, "list_locations", "Locations")]
    doors = _all(cloud.client("efs"), "describe_access_points", "AccessPoints")
    ours = [door["AccessPointId"] for door in doors if _is_ours(door, name)]
    doubled = [f"{count} rules for {group}" for group, count in standing_rules(cloud, name).items() if count > 1]
    return [*tasks, *locations, *ours, *doubled]


def standing_rules(cloud: Cloud, name: str) -> Counter[str]:
    """How many rules of this module each of Studio's groups has. One stays, for the next recovery, until destroy."""
    rules = _all(cloud.client("ec2"), "describe_security_group_rules", "SecurityGroupRules")
    ours = [rule for rule in rules if _is_ours(rule, name) and not rule["IsEgress"]]
    return Counter(rule["GroupId"] for rule in ours)


def _is_ours(thing: dict[str, Any], name: str) -> bool:
    return {"Key": TAG, "Value": name} in thing.get("Tags", [])


def _all(client: Any, operation: str, field: str) -> list[dict[str, Any]]:
    return [thing for page in client.get_paginator(operation).paginate() for thing in page[field]]
