"""A domain that Terraform made, and what its users do in it."""

from collections.abc import Iterable

from demo.cloud import Cloud
from demo.homes import Home, link, write
from demo.studio import Owner, Studio


class MadeDomain(Studio):
    """A domain that is there already."""

    def __init__(self, cloud: Cloud, domain_id: str) -> None:
        self._cloud, self._sagemaker = cloud, cloud.client("sagemaker")
        self.domain_id = domain_id
        self.name: str = self.describe()["DomainName"]
        self.file_system_id: str = self.describe()["HomeEfsFileSystemId"]

    def create_private_space(self, name: str, owner: str) -> Owner:
        """What a user does in Studio."""
        self._sagemaker.create_space(
            DomainId=self.domain_id,
            SpaceName=name,
            OwnershipSettings={"OwnerUserProfileName": owner},
            SpaceSharingSettings={"SharingType": "Private"},
        )
        space = Owner("space", name)
        self.home(space)
        return space

    def work(self, owners: Iterable[Owner]) -> dict[Owner, Home]:
        """Let everybody open an app, leave it running, and leave files."""
        homes = {owner: self.home(owner) for owner in owners}
        self.open_apps(*homes)
        for owner, home in homes.items():
            write(self._cloud.disk, home, f"{owner.name}.ipynb", f"of {owner} in {self.domain_id}".encode())
            write(self._cloud.disk, home, "project/run.sh", b"#!/bin/sh\n", 0o755)
            write(self._cloud.disk, home, ".ssh/id_ed25519", b"not a real key\n", 0o600)
            link(self._cloud.disk, home, "latest.ipynb", f"{owner.name}.ipynb")
        return homes
