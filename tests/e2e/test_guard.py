"""The guard of law 3: files of another known person, or of another's private space, come after an approval only."""

from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import Home, write
from demo.studio import NAME_PARAMETER, Network, Owner, Studio, wait_for
from tests.e2e.admin import ask
from tests.e2e.lab import Lab

ADA, BOB, EVE = Owner("user", "ada"), Owner("user", "bob"), Owner("user", "eve")
DRAFTS = Owner("space", "drafts")


@pytest.fixture(scope="module")
def lab(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Lab:
    """A domain whose users sign in with Identity Center; bob and eve are there."""
    made = Lab(cloud, outputs, Studio(cloud, "lab-of-people", network, auth_mode="SSO"))
    made.known({owner: create(made, owner, **person(owner.name)) for owner in (BOB, EVE)})
    return made


def person(name: str) -> dict[str, str]:
    """The members of CreateUserProfile that say who signs in."""
    return {"SingleSignOnUserIdentifier": "UserName", "SingleSignOnUserValue": f"{name}@example.org"}


def private_space_of(name: str) -> dict[str, Any]:
    """The members of CreateSpace that say whose it is."""
    return {
        "OwnershipSettings": {"OwnerUserProfileName": name},
        "SpaceSharingSettings": {"SharingType": "Private"},
    }


def create(lab: Lab, owner: Owner, **more: Any) -> Home:
    sagemaker = lab.cloud.client("sagemaker")
    make = {"user": sagemaker.create_user_profile, "space": sagemaker.create_space}[owner.kind]
    make(DomainId=lab.studio.domain_id, **{NAME_PARAMETER[owner.kind]: owner.name}, **more)
    return lab.studio.home(owner)


@pytest.mark.parametrize(
    ("owner", "first", "then"),
    [(ADA, person("ada"), person("eve")), (DRAFTS, private_space_of("bob"), private_space_of("eve"))],
    ids=["user", "space"],
)
def test_the_files_of_another_come_after_an_approval_only(
    lab: Lab, owner: Owner, first: dict[str, Any], then: dict[str, Any]
) -> None:
    """A name changes hands: its row is blocked, nothing is copied, and an admin's approval lets it through."""
    old = create(lab, owner, **first)
    lab.known({owner: old})
    lab.cloud.disk.make_home(old.file_system_id, f"/{old.uid}", (old.uid, 0), 0o700)
    write(lab.cloud.disk, old, "notes.txt", b"mine")
    lab.move_out(owner)
    new = create(lab, owner, **then)
    wait_for("a block", lambda: lab.row(owner)["replication_status"] == "BLOCKED")

    assert lab.row(owner)["reason"] == "other owner"
    assert [execution.owner for execution in lab.executions if execution.owner == str(owner)] == []
    assert lab.files(new) == {}

    assert ask(lab, "approve", owner)["status"] == "PENDING"

    lab.recovered({owner: new})
    assert lab.files(new) == {"notes.txt": b"mine"}
    assert lab.uids(new) == {(new.uid, 0)}
    assert "approved" in lab.history(owner)
