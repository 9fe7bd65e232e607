"""Homes that DataSync has no way to: the execution fails with words that say what to do."""

import pytest

from demo.studio import Studio, make_network
from tests.statemachine.machine import Machine


@pytest.fixture(scope="module")
def elsewhere(deployed: Machine) -> Studio:
    """A domain in a VPC that the module was not told of."""
    return Studio(deployed.cloud, "lab-of-nowhere", make_network(deployed.cloud, block="10.40"))


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_file_system_in_a_vpc_that_is_not_named_fails_with_vpc_and_variable(
    machine: Machine, elsewhere: Studio, side: str
) -> None:
    owner = machine.new_owner()
    (far,) = elsewhere.create(owner).values()
    (near,) = machine.studio.create(owner).values()
    ended = machine.run(far, near) if side == "source" else machine.run(near, far)
    vpc_id = elsewhere.describe()["VpcId"]
    assert (ended.status, ended.said["word"], ended.states[-1]) == ("FAILED", "FAILED", "Not recovered")
    assert f"CannotOpen: file system {far.file_system_id} lies in {vpc_id}" in ended.said["reason"]
    assert f"add {vpc_id} to the module's variable `vpcs` and apply" in ended.said["reason"]
    assert machine.left() == []
