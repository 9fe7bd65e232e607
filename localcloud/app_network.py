"""The network interface that a Studio app has in its domain's VPC when the domain is `VpcOnly`.

https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html says that all traffic then goes
through the domain's VPC and takes addresses of its subnets; in which subnet and for how long after the app is
unconfirmed. It carries the groups of the domain's settings and Studio's own outbound group: private spaces and
profiles take those for users, shared spaces those for spaces (API_UserSettings, API_DefaultSpaceSettings).
"""

from typing import Any

from localcloud.service import Record, Refusal

DETACH_SECONDS = 60.0


def check(request: Record) -> None:
    """Refuse a `VpcOnly` domain whose apps would have no group of its own."""
    if request.get("AppNetworkAccessType") == "VpcOnly" and not request["DefaultUserSettings"].get("SecurityGroups"):
        raise Refusal("ValidationException", "SecurityGroups is required when AppNetworkAccessType is VpcOnly.")


def attach(ec2: Any, domain: Record, outbound: tuple[str, ...], owner: Record) -> str | None:
    """Make the interface of an app; its id, or None where apps have none."""
    if domain["AppNetworkAccessType"] != "VpcOnly":
        return None
    shared = owner.get("SpaceSharingSettings", {}).get("SharingType") == "Shared"
    settings = domain.get("DefaultSpaceSettings", {}) if shared else domain["DefaultUserSettings"]
    made = ec2.create_network_interface(
        SubnetId=domain["SubnetIds"][0],
        Groups=[*settings.get("SecurityGroups", []), *outbound],
        Description=f"[Do not delete] ENI of a Studio app in {domain['DomainId']}",
    )
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def detach(ec2: Any, interface: str) -> None:
    """Remove the interface of an app that is gone."""
    ec2.delete_network_interface(NetworkInterfaceId=interface)
