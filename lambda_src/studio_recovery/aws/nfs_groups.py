"""Knows the two security groups that SageMaker makes for a domain's file system: marks, finds and removes them.

docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-migrate-data.html names them: security-group-for-inbound-nfs-ID
and security-group-for-outbound-nfs-ID. They name each other, and may stay when the domain is deleted. Once it is gone
nothing says whose they were, so they are marked before: with the module's name, and with what becomes of the homes.
API: DescribeSecurityGroups, DescribeSecurityGroupRules, DescribeNetworkInterfaces, CreateTags,
RevokeSecurityGroupIngress, RevokeSecurityGroupEgress, DeleteSecurityGroup (EC2).
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.errors import LeftBehind

_SAGEMAKER_TAG = "ManagedByAmazonSageMakerResource"
_MODULE_TAG = "studio-domain"
_HOMES_TAG = "studio-domain-homes"
_GONE = ("InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound")


@dataclass(frozen=True, slots=True)
class Pair:
    """The marked groups of one domain. `homes` is what was to become of its file system: kept or deleted."""

    domain_arn: str
    groups: tuple[str, ...]
    homes: str

    @property
    def domain_id(self) -> str:
        """The id of the domain that they were made for."""
        return self.domain_arn.rpartition("/")[2]


class NfsGroups:
    """The groups of domains in one account and Region."""

    def __init__(self, ec2: Any) -> None:
        self._ec2 = ec2

    def mark(self, domain_arn: str, module: str, homes: str) -> None:
        """Writes onto a domain's groups that this module answers for them."""
        domain_id = domain_arn.rpartition("/")[2]
        names = {f"security-group-for-{way}-nfs-{domain_id}" for way in ("inbound", "outbound")}
        found = self._with_tag(_SAGEMAKER_TAG, domain_arn)
        if groups := [group["GroupId"] for group in found if group["GroupName"] in names]:
            marks = [{"Key": _MODULE_TAG, "Value": module}, {"Key": _HOMES_TAG, "Value": homes}]
            self._ec2.create_tags(Resources=groups, Tags=marks)

    def marked(self, module: str) -> list[Pair]:
        """The groups that this module answers for, domain by domain; not the one that Terraform made for apps."""
        tagged = [(_tags(group), group["GroupId"]) for group in self._with_tag(_MODULE_TAG, module)]
        ours = [(tags, group) for tags, group in tagged if {_SAGEMAKER_TAG, _HOMES_TAG} <= tags.keys()]
        known = sorted((tags[_SAGEMAKER_TAG], tags[_HOMES_TAG], group) for tags, group in ours)
        return [
            Pair(domain_arn, tuple(group for _, _, group in members), homes)
            for (domain_arn, homes), members in groupby(known, key=lambda one: one[:2])
        ]

    def interfaces(self, pair: Pair) -> list[str]:
        """The network interfaces that carry one of the groups: id and description."""
        pages = self._ec2.get_paginator("describe_network_interfaces").paginate(
            Filters=[{"Name": "group-id", "Values": list(pair.groups)}]
        )
        found = (interface for page in pages for interface in page["NetworkInterfaces"])
        return [f"{one['NetworkInterfaceId']} ({one.get('Description', '')})" for one in found]

    def remove(self, pair: Pair) -> None:
        """Takes all rules out of the groups, then the groups away. Raises LeftBehind if others still name one."""
        for rule in self._rules(pair):
            way = "egress" if rule["IsEgress"] else "ingress"
            revoke = getattr(self._ec2, f"revoke_security_group_{way}")
            self._unless_gone(revoke, GroupId=rule["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        for group in pair.groups:
            self._unless_gone(self._ec2.delete_security_group, GroupId=group)

    def _rules(self, pair: Pair) -> list[dict[str, Any]]:
        pages = self._ec2.get_paginator("describe_security_group_rules").paginate(
            Filters=[{"Name": "group-id", "Values": list(pair.groups)}]
        )
        return [rule for page in pages for rule in page["SecurityGroupRules"]]

    def _unless_gone(self, call: Any, **arguments: Any) -> None:
        try:
            call(**arguments)
        except ClientError as error:
            if code(error) == "DependencyViolation":
                raise LeftBehind(
                    f"security group {arguments['GroupId']}, which SageMaker made for a domain that is gone, is still"
                    " named by a rule of another group: remove that rule, then destroy again"
                ) from error
            if code(error) not in _GONE:
                raise

    def _with_tag(self, key: str, value: str) -> list[dict[str, Any]]:
        pages = self._ec2.get_paginator("describe_security_groups").paginate(
            Filters=[{"Name": f"tag:{key}", "Values": [value]}]
        )
        return [group for page in pages for group in page["SecurityGroups"]]


def _tags(group: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in group["Tags"]}
