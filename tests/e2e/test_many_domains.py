"""Use case 4: many domains in one Region and several VPCs, with owners of the same names and homes of the same uids."""

from collections.abc import Callable

from demo.homes import write
from demo.leftovers import leftovers
from demo.studio import Network, Owner
from tests.e2e.lab import Lab

OWNERS = (Owner("user", "ada"), Owner("space", "ada"), Owner("user", "grace"))


def test_owners_of_the_same_names_in_many_domains_are_not_mixed_up(
    lab_of: Callable[..., Lab], network: Network, other_network: Network
) -> None:
    """Three domains in two VPCs have the same owners with the same uids; each home gets its own files and no others."""
    places = {"rivers": network, "lakes": network, "seas": other_network}
    labs = [lab_of(domain, where) for domain, where in places.items()]
    old = {lab.studio.name: lab.move_in(*OWNERS) for lab in labs}
    uids = [[home.uid for home in homes.values()] for homes in old.values()]
    assert uids[0] == uids[1] == uids[2]
    assert len({home.file_system_id for homes in old.values() for home in homes.values()}) == len(labs)
    for lab in labs:
        lab.studio.delete(*OWNERS)

    new = {lab.studio.name: lab.studio.create(*OWNERS) for lab in labs}

    for lab in labs:
        lab.recovered(new[lab.studio.name])
        for owner, home in new[lab.studio.name].items():
            assert lab.files(home) == {f"{owner.name}.txt": lab.words(owner)}
            assert lab.uids(home) == {(home.uid, 0)}
            assert lab.history(owner).count("SUCCEEDED") == 1
        assert lab.statuses(new[lab.studio.name]) == {"SUCCEEDED"}
        assert lab.rows() == sorted(map(str, OWNERS))
    assert leftovers(labs[0].cloud, labs[0].outputs["name"]) == []


def test_an_end_in_one_domain_is_no_end_in_another(lab_of: Callable[..., Lab]) -> None:
    """While ada of one domain is replaced, her namesake of another works on and gets nothing."""
    ponds, wells = lab_of("ponds"), lab_of("wells")
    ada = OWNERS[0]
    ponds.move_in(ada)
    (home,) = wells.move_in(ada).values()
    before = wells.row(ada)
    ponds.move_out(ada)

    new = ponds.studio.create(ada)

    ponds.recovered(new)
    write(wells.cloud.disk, home, "later.txt", b"later")
    assert wells.row(ada) == before
    assert wells.files(home) == {"ada.txt": wells.words(ada), "later.txt": b"later"}
    assert wells.executions == []
