"""What a pass of the seed costs, and what makes it look at somebody again."""

from collections import Counter
from dataclasses import replace

from studio_recovery.guard import EVERYTHING, Guard, Scope
from studio_recovery.rows import Change
from studio_recovery.statuses import APPROVAL, CANVAS, HELD, NO_FILE_SYSTEM, OUT_OF_SCOPE, Status
from tests.aws.lab import ADA, GROUP, Lab

BOB = replace(ADA, name="bob")
CANVAS_SPACE = replace(GROUP, name="CanvasManagedSpace-ada")
LISTS = ("ListDomains", "ListUserProfiles", "ListSpaces", "DescribeDomain")


def calls_of_a_pass(lab: Lab) -> Counter[str]:
    before = Counter(lab.cloud.faults.calls())
    lab.seeded()
    return Counter(lab.cloud.faults.calls()) - before


def inhabited(lab: Lab) -> Lab:
    for owner in (ADA, BOB, GROUP, CANVAS_SPACE):
        lab.create(owner)
    return lab


def test_a_pass_after_a_complete_one_lists_and_writes_nothing(lab: Lab) -> None:
    inhabited(lab).seeded()
    calls = calls_of_a_pass(lab)
    assert {name: count for name, count in calls.items() if name.startswith("sagemaker:")} == {
        f"sagemaker:{name}": 1 for name in LISTS
    }
    # The line is looked at, too: who waits, and who was called.
    read = {"dynamodb:Scan": 1, "dynamodb:Query": 2}
    assert {name: count for name, count in calls.items() if name.startswith("dynamodb:")} == read


def test_a_pass_describes_each_domain_once(lab: Lab) -> None:
    calls = calls_of_a_pass(inhabited(lab))
    assert calls["sagemaker:DescribeDomain"] == 1
    assert calls["sagemaker:DescribeUserProfile"] + calls["sagemaker:DescribeSpace"] == 4


def test_a_domain_that_is_gone_is_asked_for_once_for_all_its_owners(lab: Lab) -> None:
    inhabited(lab).seeded()
    for owner in (GROUP, CANVAS_SPACE, ADA, BOB):
        lab.delete(owner)
    lab.cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id)
    lab.cloud.clock.advance(60)
    calls = calls_of_a_pass(lab)
    assert {name: count for name, count in calls.items() if "Describe" in name and "sagemaker" in name} == {
        "sagemaker:DescribeDomain": 1
    }


def test_only_who_was_made_again_is_looked_at(lab: Lab) -> None:
    inhabited(lab).seeded()
    lab.delete(BOB)
    lab.create(BOB)
    told = lab.seeded()
    assert (told["looked_at"], told["changed"], lab.row(BOB).status) == (1, 1, Status.PENDING)


def test_what_waits_for_a_person_costs_no_look(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    inhabited(lab).seeded()
    lab.ledger().save(Change(replace(lab.row(BOB), replication=False)))
    for owner in (GROUP, CANVAS_SPACE, ADA, BOB):
        lab.delete(owner)
    for owner in (ADA, BOB):
        lab.create(owner)
    lab.seeded()
    assert [lab.row(owner).reason for owner in (ADA, BOB)] == [APPROVAL, HELD]
    assert lab.seeded()["to_look_at"] == 0


def test_what_waited_for_an_approval_goes_on_when_none_is_required_any_more(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    inhabited(lab).seeded()
    lab.recreate(BOB)
    assert lab.row(BOB).reason == APPROVAL
    lab.guard = Guard()
    lab.seeded()
    assert lab.row(BOB).status is Status.PENDING


def test_a_domain_that_gets_a_file_system_has_its_owners_looked_at_again(empty_account: Lab) -> None:
    empty_account.create_domain(HomeEfsFileSystemCreation="Disabled")
    inhabited(empty_account).seeded()
    assert empty_account.seeded()["to_look_at"] == 0
    empty_account.cloud.client("sagemaker").update_domain(
        DomainId=empty_account.domain_id, HomeEfsFileSystemCreation="Enabled"
    )
    empty_account.cloud.clock.advance(60)
    told = empty_account.seeded()
    assert (told["looked_at"], told["protected"], told["unprotected"]) == (3, 3, 1)


def test_a_change_of_scope_has_the_owners_looked_at_again(lab: Lab) -> None:
    inhabited(lab).seeded()
    lab.scope = Scope(exclude=("lab",))
    assert (lab.seeded()["looked_at"], lab.seeded()["to_look_at"]) == (3, 0)
    assert (lab.row().in_scope, lab.row().status, lab.row().reason) == (False, Status.UNPROTECTED, OUT_OF_SCOPE)
    lab.scope = EVERYTHING
    assert (lab.seeded()["looked_at"], lab.seeded()["to_look_at"]) == (3, 0)
    assert (lab.row().in_scope, lab.row().status) == (True, Status.IDLE)


def test_every_reason_for_not_being_protected_is_counted(empty_account: Lab) -> None:
    for name, more in (("no-files", {"HomeEfsFileSystemCreation": "Disabled"}), ("sandbox", {}), ("lab", {})):
        empty_account.create_domain(DomainName=name, **more)
        empty_account.create()
    empty_account.create(CANVAS_SPACE)
    elsewhere = far_away(empty_account)
    empty_account.scope = Scope(exclude=("sandbox",))
    told = empty_account.seeded()
    assert (told["owners"], told["protected"], told["unprotected"]) == (5, 1, 4)
    assert told["reasons"] == {
        NO_FILE_SYSTEM: 1,
        OUT_OF_SCOPE: 1,
        CANVAS: 1,
        f"its domain's VPC {elsewhere} is not in the variable vpcs": 1,
    }


def far_away(lab: Lab) -> str:
    """A domain with an ada in a VPC in which the module cannot copy; the VPC's id."""
    ec2 = lab.cloud.client("ec2")
    vpc_id: str = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    lab.create_domain(DomainName="far-away", VpcId=vpc_id, SubnetIds=[subnet])
    lab.create()
    return vpc_id
