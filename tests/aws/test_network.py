"""Where DataSync mounts a file system from: every mount target and every group of it counts."""

import pytest

from studio_recovery.aws.network import NFS_PORT, Maker
from studio_recovery.errors import CannotOpen
from studio_recovery.homes import Home
from studio_recovery.recovery import Recovery, Run
from tests.aws.lab import NAME, Lab

BY_HAND = Recovery(Home("fs-1", "200005"), Home("fs-1", "200010"))


def run_in(lab: Lab) -> Run:
    arn = f"arn:aws:states:{lab.cloud.region}:{lab.cloud.account}:execution:{NAME}-recovery:by-hand"
    return Run(BY_HAND, NAME, arn, lab.now())


def file_system(lab: Lab) -> str:
    found: str = lab.cloud.client("sagemaker").describe_domain(DomainId=lab.domain_id)["HomeEfsFileSystemId"]
    return found


def mount_targets(lab: Lab) -> list[str]:
    found = lab.cloud.client("efs").describe_mount_targets(FileSystemId=file_system(lab))["MountTargets"]
    return [target["MountTargetId"] for target in found]


def groups(lab: Lab) -> list[str]:
    first = mount_targets(lab)[0]
    found: list[str] = lab.cloud.client("efs").describe_mount_target_security_groups(MountTargetId=first)[
        "SecurityGroups"
    ]
    return found


def add_group_before_studios(lab: Lab) -> str:
    """Gives every mount target a second group, of the team's own, which comes first."""
    made = lab.cloud.client("ec2").create_security_group(GroupName="a-team", Description="A team", VpcId=lab.vpc_id)
    team: str = made["GroupId"]
    for target in mount_targets(lab):
        found = lab.cloud.client("efs").describe_mount_target_security_groups(MountTargetId=target)["SecurityGroups"]
        lab.cloud.client("efs").modify_mount_target_security_groups(MountTargetId=target, SecurityGroups=[team, *found])
    return team


def rules_for_datasync(lab: Lab, group: str) -> int:
    described = lab.cloud.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    pairs = [pair["GroupId"] for rule in described["IpPermissions"] for pair in rule["UserIdGroupPairs"]]
    return pairs.count(lab.datasync_group)


def test_every_group_of_a_mount_target_is_looked_at(lab: Lab) -> None:
    (studios,) = groups(lab)
    team = add_group_before_studios(lab)
    place = lab.network().place(file_system(lab), NAME)
    lab.network().open_nfs(place, run_in(lab))
    assert (rules_for_datasync(lab, team), rules_for_datasync(lab, studios)) == (0, 1)


def test_a_rule_on_any_group_of_the_mount_target_suffices(lab: Lab) -> None:
    (studios,) = groups(lab)
    team = add_group_before_studios(lab)
    pair = {"IpProtocol": "tcp", "FromPort": NFS_PORT, "ToPort": NFS_PORT}
    lab.cloud.client("ec2").authorize_security_group_ingress(
        GroupId=team, IpPermissions=[pair | {"UserIdGroupPairs": [{"GroupId": lab.datasync_group}]}]
    )
    lab.network().open_nfs(lab.network().place(file_system(lab), NAME), run_in(lab))
    assert rules_for_datasync(lab, studios) == 0


def test_a_file_system_without_mount_target_is_named(lab: Lab) -> None:
    for target in mount_targets(lab):
        lab.cloud.client("efs").delete_mount_target(MountTargetId=target)
    with pytest.raises(CannotOpen, match=file_system(lab)):
        lab.network().place(file_system(lab), NAME)


def test_what_a_person_opened_serves_recoveries_and_is_told_as_theirs(lab: Lab) -> None:
    network = lab.network()
    place = network.place(file_system(lab), NAME)
    network.open_by_hand(place, NAME)
    network.open_by_hand(place, NAME)
    network.open_nfs(place, run_in(lab))
    (opening,) = network.openings(place, NAME)
    assert (opening.maker, opening.admits, [opening.group_id]) == (Maker.HAND, lab.datasync_group, groups(lab))
    assert network.opened_by_hand(file_system(lab), NAME) == [opening]


def test_rules_of_others_are_told_apart(lab: Lab) -> None:
    network = lab.network()
    place = network.place(file_system(lab), NAME)
    network.open_nfs(place, run_in(lab))
    assert [opening.maker for opening in network.openings(place, NAME)] == [Maker.RUN]
    assert [opening.maker for opening in network.openings(place, "another")] == [Maker.OTHER]
    assert network.opened_by_hand(file_system(lab), NAME) == []


def test_a_rule_is_closed_once_and_by_hand_ones_go_at_destroy(lab: Lab) -> None:
    network = lab.network()
    place = network.place(file_system(lab), NAME)
    network.open_by_hand(place, NAME)
    (opening,) = network.openings(place, NAME)
    network.close(opening)
    network.close(opening)
    assert network.openings(place, NAME) == []
    network.open_by_hand(place, NAME)
    assert network.close_all_nfs(NAME) == 1
