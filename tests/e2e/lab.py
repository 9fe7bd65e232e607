"""A Studio domain under a deployment, whose owners keep files, leave, and come back."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from demo.cloud import Cloud
from demo.executions import Execution, Executions
from demo.homes import Home, look, write
from demo.ledger import Item, Ledger
from demo.studio import Owner, Studio, wait_for

Homes = dict[Owner, Home]


@dataclass
class Lab:
    """What end-to-end tests do in a domain, and see of it. `outputs` are those of the deployment."""

    cloud: Cloud
    outputs: dict[str, Any]
    studio: Studio

    @property
    def ledger(self) -> Ledger:
        return Ledger(
            self.cloud, self.outputs["profile_table_name"], self.outputs["history_table_name"], self.studio.name
        )

    @property
    def executions(self) -> list[Execution]:
        return Executions(self.cloud, self.outputs["state_machine_arn"]).of(self.studio.name)

    def move_in(self, *owners: Owner) -> Homes:
        """Make owners; each opens Studio and leaves a file, named after it, that tells whose it is."""
        homes = self.studio.create(*owners)
        self.studio.open_apps(*owners)
        for owner, home in homes.items():
            write(self.cloud.disk, home, f"{owner.name}.txt", self.words(owner))
        self.known(homes)
        return homes

    def words(self, owner: Owner) -> bytes:
        """What an owner's own file says."""
        return f"of {owner} in {self.studio.name}".encode()

    def move_out(self, *owners: Owner) -> None:
        """Delete owners, and wait until the ledger knows."""
        self.studio.delete(*owners)
        for owner in owners:
            wait_for(f"end of {owner} in the ledger", partial(self.ledger.has_ended, owner))

    def known(self, homes: Homes) -> None:
        """Wait until the ledger knows these homes."""
        for owner, home in homes.items():
            wait_for(f"{owner} in the ledger", partial(self.ledger.knows, owner, home))

    def recovered(self, homes: Homes) -> None:
        """Wait until nothing is left to be done for these homes, and all executions have ended."""
        for owner, home in homes.items():
            wait_for(f"{owner} recovered", partial(self.ledger.is_at_rest, owner, home))
        wait_for("executions ended", lambda: all(execution.status != "RUNNING" for execution in self.executions))

    def row(self, owner: Owner) -> Item:
        return self.ledger.row(owner) or {}

    def statuses(self, homes: Homes) -> set[str]:
        """How the rows of these owners stand."""
        return {self.row(owner)["replication_status"] for owner in homes}

    def history(self, owner: Owner) -> list[str]:
        return [line["what"] for line in self.ledger.history(owner)]

    def rows(self) -> list[str]:
        """The owners of all rows of the domain's name."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.ledger.profile_table)
        items = [item for page in pages for item in page["Items"]]
        return sorted(item["profile_name"]["S"] for item in items if item["domain_name"]["S"] == self.studio.name)

    def read(self, home: Home, name: str) -> bytes:
        return (self.cloud.disk.home(home.file_system_id, home.uid) / name).read_bytes()

    def files(self, home: Home) -> dict[str, bytes]:
        """Every file of a home with what it says."""
        seen = look(self.cloud.disk, home)
        return {path: self.read(home, path) for path, entry in seen.items() if entry.kind == "file"}

    def uids(self, home: Home) -> set[tuple[int, int]]:
        """Whose the things in a home are, itself included."""
        return {entry.owner for entry in look(self.cloud.disk, home).values()}
