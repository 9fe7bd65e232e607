"""What EC2 and EFS refuse, and neither moto nor MiniStack does: rules over plain records in the API's own shapes."""

from collections.abc import Iterable

from localcloud.service import MOST_TAGS, Record, Refusal, service_model
from localcloud.validation import complaints

# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: inbound rules of one group.
MOST_RULES = 60


def group_in_use(group_id: str, interfaces: Iterable[Record], groups: Iterable[Record]) -> None:
    """Refuse to delete a group that an interface carries or another group's rule names.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    carried = any(group["GroupId"] == group_id for eni in interfaces for group in eni["Groups"])
    named = any(
        pair.get("GroupId") == group_id
        for group in groups
        for rule in [*group["IpPermissions"], *group["IpPermissionsEgress"]]
        for pair in rule.get("UserIdGroupPairs", [])
        if group["GroupId"] != group_id
    )
    if carried or named:
        raise Refusal("DependencyViolation", f"resource {group_id} has a dependent object")


def subnet_in_use(subnet_id: str, interfaces: Iterable[Record]) -> None:
    """Refuse to delete a subnet in which an interface stands.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    """
    if any(eni["SubnetId"] == subnet_id for eni in interfaces):
        message = f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
        raise Refusal("DependencyViolation", message)


def group_full(group: Record) -> None:
    """Refuse another inbound rule beyond the limit (moto does so by itself)."""
    peers = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    if sum(len(rule.get(peer, [])) for rule in group["IpPermissions"] for peer in peers) >= MOST_RULES:
        raise Refusal(
            "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group is reached."
        )


def access_point(request: Record, existing: Iterable[Record], quota: int) -> None:
    """Refuse an access point that breaks EFS's model, was made before, or is one too many on its file system.

    https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html
    """
    wrong = complaints(request, service_model("efs").operation_model("CreateAccessPoint").input_shape)
    if len(request.get("Tags", [])) > MOST_TAGS:
        wrong.append(f"A resource can have at most {MOST_TAGS} tags.")
    if wrong:
        raise Refusal("BadRequest", "; ".join(wrong))
    tokens = {point["ClientToken"]: point["AccessPointId"] for point in existing}
    if known := tokens.get(request["ClientToken"]):
        message = "The client token was used before."
        raise Refusal("AccessPointAlreadyExists", message, 409, AccessPointId=known)
    if len(tokens) >= quota:
        raise Refusal("AccessPointLimitExceeded", f"The file system has {quota} access points already.", 403)
