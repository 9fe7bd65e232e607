"""Use case 2: a domain is deleted, its file system stays, and a domain of the same name is made, here or elsewhere."""

from collections.abc import Callable

from demo.leftovers import leftovers
from demo.studio import Network, Owner, Studio
from tests.e2e.lab import Homes, Lab

PEOPLE = tuple(Owner("user", f"user-{number}") for number in range(20))
GROUPS = tuple(Owner("space", f"space-{number}") for number in range(5))
OWNERS = PEOPLE + GROUPS


def test_twenty_profiles_and_five_spaces_come_back_with_their_domain(
    lab_of: Callable[..., Lab], network: Network, other_network: Network
) -> None:
    """The domain is made again in its VPC, and then in another VPC with other subnets in another zone."""
    lab = lab_of("lab-of-replacement")
    old = lab.move_in(*OWNERS)

    here = made_again(lab, network)

    assert_came_back(lab, old, here)

    elsewhere = made_again(lab, other_network)

    assert_came_back(lab, here, elsewhere)
    assert {home.file_system_id for home in elsewhere.values()} == {lab.studio.file_system_id}
    assert lab.studio.describe()["VpcId"] == other_network.vpc_id


def made_again(lab: Lab, network: Network) -> Homes:
    """Delete the domain with all its owners, and make domain and owners again in a network; their recovered homes."""
    lab.move_out(*OWNERS)
    lab.studio.end()
    lab.studio = Studio(lab.cloud, lab.studio.name, network)
    homes = lab.studio.create(*OWNERS)
    lab.recovered(homes)
    return homes


def assert_came_back(lab: Lab, old: Homes, new: Homes) -> None:
    """Each new home has its owner's file and nothing else, and is that owner's; old homes are as they were."""
    for owner in OWNERS:
        assert old[owner].file_system_id != new[owner].file_system_id
        assert lab.files(old[owner]) == lab.files(new[owner]) == {f"{owner.name}.txt": lab.words(owner)}
        assert lab.uids(new[owner]) == {(new[owner].uid, 0)}
    assert lab.statuses(new) == {"SUCCEEDED"}
    assert lab.rows() == sorted(map(str, OWNERS))
    assert leftovers(lab.cloud, lab.outputs["name"]) == []
