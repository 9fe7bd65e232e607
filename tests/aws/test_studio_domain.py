"""A Studio domain is emptied before Terraform destroys it, and swept up after."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from studio_recovery.aws.domains import Domains
from studio_recovery.aws.network import Network
from studio_recovery.aws.nfs_groups import NfsGroups
from studio_recovery.errors import BadInput, DomainNotEmpty, LeftBehind, UnknownOwners
from studio_recovery.handlers import studio_domain
from studio_recovery.handlers.log import LambdaContext
from studio_recovery.handlers.studio_domain import Emptying, Order, Sweeping
from studio_recovery.owners import Kind, Owner
from tests.aws.lab import GROUP, NAME, Lab

EVE = Owner(Kind.USER, "eve", "lab")
MODULE = "studio-lab"
CONTEXT = cast("LambdaContext", None)
Left = Callable[[], float]


def plenty() -> float:
    return 900.0


def none() -> float:
    return 0.0


def order(lab: Lab, *, delete_unknown: bool = False, retain: bool = True) -> dict[str, Any]:
    return {
        "action": "empty",
        "module": MODULE,
        "domain_id": lab.domain_id,
        "user_profiles": ["ada"],
        "spaces": ["reading-group"],
        "delete_unknown_owners": delete_unknown,
        "retain_home_file_system": retain,
    }


def empty(lab: Lab, seconds_left: Left = plenty, **more: bool) -> dict[str, Any]:
    domains, groups = Domains(lab.cloud.client("sagemaker")), NfsGroups(lab.cloud.client("ec2"))
    return Emptying(domains, groups, lab.cloud.clock.sleep).run(Order.of(order(lab, **more)), seconds_left)


def sweep(lab: Lab, seconds_left: Left = plenty) -> dict[str, Any]:
    domains, groups = Domains(lab.cloud.client("sagemaker")), NfsGroups(lab.cloud.client("ec2"))
    return Sweeping(domains, groups, lab.cloud.clock.sleep).run(MODULE, seconds_left)


def open_app(lab: Lab, kind: str = "JupyterLab", **owner: str) -> None:
    lab.cloud.client("sagemaker").create_app(DomainId=lab.domain_id, AppType=kind, AppName="default", **owner)
    lab.cloud.clock.advance(60)


def apps(lab: Lab) -> list[str]:
    return [app["Status"] for app in lab.cloud.client("sagemaker").list_apps()["Apps"]]


def delete_domain(lab: Lab, retention: str) -> None:
    policy = {"HomeEfsFileSystem": retention}
    lab.cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id, RetentionPolicy=policy)
    lab.cloud.clock.advance(60)


def groups_of(lab: Lab, domain_id: str) -> list[str]:
    names = [f"security-group-for-{way}-nfs-{domain_id}" for way in ("inbound", "outbound")]
    by_name = [{"Name": "group-name", "Values": names}]
    found = lab.cloud.client("ec2").describe_security_groups(Filters=by_name)["SecurityGroups"]
    return [group["GroupId"] for group in found]


def delete_file_system(lab: Lab, system: str) -> None:
    efs = lab.cloud.client("efs")
    for target in efs.describe_mount_targets(FileSystemId=system)["MountTargets"]:
        efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    efs.delete_file_system(FileSystemId=system)


def file_systems(lab: Lab) -> list[str]:
    return [one["FileSystemId"] for one in lab.cloud.client("efs").describe_file_systems()["FileSystems"]]


def test_apps_that_users_left_running_are_deleted(lab: Lab) -> None:
    lab.create()
    lab.create(GROUP)
    open_app(lab, UserProfileName="ada")
    open_app(lab, "CodeEditor", UserProfileName="ada")
    open_app(lab, SpaceName="reading-group")
    assert empty(lab) == {
        "deleted": [
            "space/reading-group JupyterLab/default",
            "user/ada CodeEditor/default",
            "user/ada JupyterLab/default",
        ]
    }
    assert apps(lab) == ["Deleted", "Deleted", "Deleted"]


def test_the_owners_that_terraform_made_are_left_to_terraform(lab: Lab) -> None:
    lab.create()
    lab.create(GROUP)
    assert empty(lab) == {"deleted": []}
    assert [str(member) for member in Domains(lab.cloud.client("sagemaker")).members(lab.domain_id)] == [
        "user/ada",
        "space/reading-group",
    ]


def test_an_app_that_cannot_be_deleted_yet_is_asked_again(lab: Lab) -> None:
    lab.create()
    open_app(lab, UserProfileName="ada")
    for error in ("ResourceInUse", "ValidationException", "ResourceNotFound"):
        lab.cloud.faults.add(service="sagemaker", operation="DeleteApp", error=error, status=400)
    empty(lab)
    assert apps(lab) == ["Deleted"]


def test_a_refusal_that_no_look_can_mend_ends_the_destroy(lab: Lab) -> None:
    lab.create()
    open_app(lab, UserProfileName="ada")
    lab.cloud.faults.add(service="sagemaker", operation="DeleteApp", error="AccessDeniedException", status=400)
    with pytest.raises(ClientError, match="AccessDenied"):
        empty(lab)


def test_apps_that_do_not_go_in_time_are_named(lab: Lab) -> None:
    lab.create()
    open_app(lab, UserProfileName="ada")
    with pytest.raises(DomainNotEmpty, match=r"app JupyterLab/default of user/ada \(InService\)\. Destroy again"):
        empty(lab, none)
    empty(lab)
    assert apps(lab) == ["Deleted"]


def test_owners_that_terraform_did_not_make_are_named_before_anything_is_touched(lab: Lab) -> None:
    lab.create()
    lab.create(EVE)
    lab.create_space("drafts", "ada", "Private")
    open_app(lab, UserProfileName="ada")
    with pytest.raises(UnknownOwners, match=r"did not make: space/drafts, user/eve\. Nothing in it was deleted"):
        empty(lab, retain=False)
    assert apps(lab) == ["InService"]
    assert NfsGroups(lab.cloud.client("ec2")).marked(MODULE) == []


def test_owners_that_terraform_did_not_make_are_deleted_when_it_says_so(lab: Lab) -> None:
    lab.create()
    lab.create(EVE)
    lab.create_space("drafts", "eve", "Private")
    open_app(lab, SpaceName="drafts")
    told = empty(lab, delete_unknown=True)
    assert told == {"deleted": ["space/drafts", "space/drafts JupyterLab/default", "user/eve"]}
    assert [str(member) for member in Domains(lab.cloud.client("sagemaker")).members(lab.domain_id)] == ["user/ada"]


def test_an_owner_that_is_being_deleted_is_no_stranger_and_is_waited_for(lab: Lab) -> None:
    lab.create(EVE)
    lab.cloud.client("sagemaker").delete_user_profile(DomainId=lab.domain_id, UserProfileName="eve")
    assert empty(lab) == {"deleted": ["user/eve"]}
    assert Domains(lab.cloud.client("sagemaker")).members(lab.domain_id) == []


def test_a_name_is_the_same_in_capitals(lab: Lab) -> None:
    lab.create(Owner(Kind.USER, "Ada", "lab"))
    assert empty(lab) == {"deleted": []}


def test_more_owners_than_a_page_holds_are_all_looked_at(lab: Lab) -> None:
    for number in range(101):
        lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName=f"user-{number:03}")
    with pytest.raises(UnknownOwners, match="user/user-100"):
        empty(lab)


def test_a_domain_that_is_gone_needs_no_emptying(lab: Lab) -> None:
    delete_domain(lab, "Retain")
    assert empty(lab) == {"deleted": []}


def test_a_deleted_file_systems_groups_are_removed_with_the_rules_that_name_each_other(lab: Lab) -> None:
    empty(lab, retain=False)
    groups = groups_of(lab, lab.domain_id)
    delete_domain(lab, "Delete")
    assert len(groups) == 2
    assert sorted(sweep(lab)["removed"]) == sorted(groups)
    assert groups_of(lab, lab.domain_id) == []


def test_groups_that_sagemaker_removed_itself_are_not_missed(lab: Lab) -> None:
    empty(lab, retain=False)
    pair = NfsGroups(lab.cloud.client("ec2")).marked(MODULE)
    delete_domain(lab, "Delete")
    NfsGroups(lab.cloud.client("ec2")).remove(pair[0])
    assert sweep(lab) == {"removed": [], "kept": []}


def test_a_group_that_goes_while_it_is_removed_is_no_error(lab: Lab) -> None:
    empty(lab, retain=False)
    delete_domain(lab, "Delete")
    for operation in ("RevokeSecurityGroupIngress", "DeleteSecurityGroup"):
        lab.cloud.faults.add(
            service="ec2", operation=operation, error="InvalidGroup.NotFound", status=400, when="after"
        )
    sweep(lab)
    assert groups_of(lab, lab.domain_id) == []


def test_a_kept_file_systems_groups_stay_until_it_is_deleted_by_hand(lab: Lab) -> None:
    empty(lab)
    groups = groups_of(lab, lab.domain_id)
    (system,) = file_systems(lab)
    delete_domain(lab, "Retain")
    assert sorted(sweep(lab)["kept"]) == sorted(groups)
    assert groups_of(lab, lab.domain_id) == groups
    delete_file_system(lab, system)
    assert sorted(sweep(lab)["removed"]) == sorted(groups)


def test_groups_of_other_domains_and_other_modules_are_never_touched(lab: Lab) -> None:
    mine = lab.domain_id
    empty(lab, retain=False)
    delete_domain(lab, "Delete")
    theirs = lab.create_domain()
    arn = f"arn:aws:sagemaker:{lab.cloud.region}:{lab.cloud.account}:domain/{theirs}"
    NfsGroups(lab.cloud.client("ec2")).mark(arn, "studio-other", studio_domain.DELETED)
    delete_domain(lab, "Delete")
    nobodys = lab.create_domain()
    delete_domain(lab, "Delete")
    sweep(lab)
    assert [len(groups_of(lab, domain_id)) for domain_id in (mine, theirs, nobodys)] == [0, 2, 2]


def test_the_group_that_terraform_made_for_apps_is_terraforms(lab: Lab) -> None:
    ec2 = lab.cloud.client("ec2")
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "studio-domain", "Value": MODULE}]}]
    apps_group = ec2.create_security_group(
        GroupName=f"{MODULE}-apps", Description="Apps", VpcId=lab.vpc_id, TagSpecifications=tags
    )["GroupId"]
    assert sweep(lab) == {"removed": [], "kept": []}
    assert ec2.describe_security_groups(GroupIds=[apps_group])["SecurityGroups"]


def test_groups_of_a_domain_that_still_lives_are_left_alone(lab: Lab) -> None:
    empty(lab, retain=False)
    assert sweep(lab)["removed"] == []
    assert len(groups_of(lab, lab.domain_id)) == 2


def test_interfaces_that_are_still_going_are_waited_for(lab: Lab) -> None:
    empty(lab, retain=False)
    _, outbound = groups_of(lab, lab.domain_id)
    delete_domain(lab, "Delete")
    ec2 = lab.cloud.client("ec2")
    made = ec2.create_network_interface(SubnetId=lab.subnet_ids[0], Groups=[outbound])["NetworkInterface"]
    gone = {"NetworkInterfaceId": made["NetworkInterfaceId"]}
    lab.cloud.clock.later(90, lambda: ec2.delete_network_interface(**gone))
    sweep(lab)
    assert groups_of(lab, lab.domain_id) == []


def test_an_interface_that_stays_is_named(lab: Lab) -> None:
    empty(lab, retain=False)
    _, outbound = groups_of(lab, lab.domain_id)
    delete_domain(lab, "Delete")
    lab.cloud.client("ec2").create_network_interface(
        SubnetId=lab.subnet_ids[0], Groups=[outbound], Description="a bastion"
    )
    with pytest.raises(LeftBehind, match=rf"domain {lab.domain_id}: eni-\w+ \(a bastion\)"):
        sweep(lab, none)


def test_a_rule_of_somebody_else_that_names_a_group_is_told(lab: Lab) -> None:
    empty(lab, retain=False)
    inbound, _ = groups_of(lab, lab.domain_id)
    delete_domain(lab, "Delete")
    pair = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": inbound}]}
    lab.cloud.client("ec2").authorize_security_group_ingress(GroupId=lab.datasync_group, IpPermissions=[pair])
    with pytest.raises(LeftBehind, match=f"{inbound}.*a rule of another group"):
        sweep(lab)


def test_nothing_happens_when_terraform_makes_or_changes_things(lab: Lab) -> None:
    lab.create()
    open_app(lab, UserProfileName="ada")
    for action in ("create", "update"):
        assert studio_domain.handler(order(lab) | {"tf": {"action": action}}, CONTEXT) == {}
    assert apps(lab) == ["InService"]


@pytest.mark.parametrize(
    ("event", "complaint"),
    [({"action": "empt"}, "'empt' is not one of empty, sweep"), ({"action": "empty"}, "no 'user_profiles'")],
)
def test_a_wrong_input_is_named(event: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        studio_domain.handler(event | {"tf": {"action": "delete"}}, CONTEXT)


def opened(lab: Lab) -> Network:
    """The network, with one rule that a recovery opened."""
    lab.create()
    lab.deliver()
    lab.recreate()
    lab.opening().open(lab.start())
    return lab.network()


def test_a_rule_that_goes_with_its_group_is_closed(lab: Lab) -> None:
    network = opened(lab)
    lab.cloud.faults.add(
        service="ec2",
        operation="RevokeSecurityGroupIngress",
        error="InvalidGroup.NotFound",
        status=400,
        when="after",
    )
    assert network.close_all_nfs(NAME) == 1


def test_a_rule_that_cannot_be_closed_is_an_error(lab: Lab) -> None:
    network = opened(lab)
    lab.cloud.faults.add(
        service="ec2", operation="RevokeSecurityGroupIngress", error="UnauthorizedOperation", status=403
    )
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        network.close_all_nfs(NAME)
