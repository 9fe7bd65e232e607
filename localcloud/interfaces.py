"""The network interfaces of a DataSync task: two for each location, in the location's subnet and groups.

https://docs.aws.amazon.com/datasync/latest/userguide/required-network-interfaces.html
How a task fares without them is not documented: it is taken to become UNAVAILABLE (unconfirmed).
"""

from typing import Any

from botocore.exceptions import ClientError

from localcloud.service import Record

PER_LOCATION = 2
# AWS's migration guide waits five minutes before it removes the groups; how soon they are really free is unconfirmed.
# https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-migrate-data.html
DETACH_SECONDS = 60.0


class NotConnected(Exception):
    """The subnet or the groups do not take the task's interfaces; the text is the task's `ErrorDetail`."""


def create(ec2: Any, location: Record, task_arn: str) -> list[str]:
    """Make a location's interfaces; their ARNs. Raises NotConnected."""
    network = location["Ec2Config"]
    subnet_id = network["SubnetArn"].rpartition("/")[2]
    groups = [arn.rpartition("/")[2] for arn in network["SecurityGroupArns"]]
    try:
        free = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]["AvailableIpAddressCount"]
        ec2.describe_security_groups(GroupIds=groups)
        if free < PER_LOCATION:
            raise NotConnected(f"Subnet {subnet_id} has {free} free addresses, {PER_LOCATION} are needed.")
        asked = {"SubnetId": subnet_id, "Groups": groups, "Description": f"DataSync {task_arn.rpartition('/')[2]}"}
        made = [ec2.create_network_interface(**asked)["NetworkInterface"] for _ in range(PER_LOCATION)]
    except ClientError as refused:
        raise NotConnected(str(refused)) from refused
    prefix = network["SubnetArn"].partition(":subnet/")[0]
    return [f"{prefix}:network-interface/{interface['NetworkInterfaceId']}" for interface in made]


def delete(ec2: Any, arns: list[str]) -> None:
    """Remove interfaces; some may be gone already."""
    for arn in arns:
        try:
            ec2.delete_network_interface(NetworkInterfaceId=arn.rpartition("/")[2])
        except ClientError as gone:
            if gone.response["Error"]["Code"] != "InvalidNetworkInterfaceID.NotFound":
                raise
