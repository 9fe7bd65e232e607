"""Owners as the tests of the command line need them: with something that waits, or that another had before."""

from collections.abc import Callable

from demo.homes import Home, write
from demo.studio import Owner, wait_for
from tests.e2e.lab import Lab

ADA, BOB, GRACE = Owner("user", "ada"), Owner("user", "bob"), Owner("user", "grace")
DRAFTS = Owner("space", "drafts")
LabOf = Callable[..., Lab]


def named(lab: Lab, owner: Owner) -> str:
    """The owner as the command line writes it."""
    return f"{owner}@{lab.studio.name}"


def came_back(lab: Lab, owner: Owner = ADA) -> tuple[Home, Home]:
    """The homes of an owner who left and came back, the old one and the new one; the ledger knows both."""
    old = lab.move_in(owner)[owner]
    lab.move_out(owner)
    after = lab.studio.create(owner)
    lab.known(after)
    return old, after[owner]


def changed_hands(lab: Lab) -> tuple[Home, Home]:
    """The homes of a private space that bob had, and that is everybody's now: what is in it waits for an approval."""
    lab.known(lab.studio.create(BOB))
    asked = {"DomainId": lab.studio.domain_id, "SpaceName": DRAFTS.name}
    bobs = {"OwnershipSettings": {"OwnerUserProfileName": BOB.name}}
    sagemaker = lab.cloud.client("sagemaker")
    sagemaker.create_space(**asked, **bobs, SpaceSharingSettings={"SharingType": "Private"})
    old = lab.studio.home(DRAFTS)
    lab.known({DRAFTS: old})
    lab.cloud.disk.make_home(old.file_system_id, f"/{old.uid}", (old.uid, 0), 0o700)
    write(lab.cloud.disk, old, "drafts.txt", b"of bob")
    lab.move_out(DRAFTS)
    sagemaker.create_space(**asked, **bobs, SpaceSharingSettings={"SharingType": "Shared"})
    new = lab.studio.home(DRAFTS)
    wait_for("a block", lambda: lab.row(DRAFTS).get("replication_status") == "BLOCKED")
    return old, new
