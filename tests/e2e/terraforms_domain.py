"""What an account holds, a domain that Terraform made among it."""

from typing import Any

from demo.cloud import Cloud
from tests.e2e.inventory import everything

LISTS = {
    ("sagemaker", "list_domains"): "Domains",
    ("ec2", "describe_vpcs"): "Vpcs",
    ("ec2", "describe_subnets"): "Subnets",
    ("ec2", "describe_network_interfaces"): "NetworkInterfaces",
    ("ec2", "describe_route_tables"): "RouteTables",
    ("ec2", "describe_internet_gateways"): "InternetGateways",
    ("ec2", "describe_addresses"): "Addresses",
}


def holdings(cloud: Cloud) -> dict[str, int]:
    """How many things of each kind the account holds, the network and the domains among them."""
    more: dict[str, Any] = {
        f"{service}:{operation}": len(getattr(cloud.client(service), operation)()[field])
        for (service, operation), field in LISTS.items()
    }
    return everything(cloud) | more
