"""Takes over every role on a local cloud that enforces IAM, tries what it must not do, and notes what was refused.

python -m tools.attacks writes the table into docs/security.md; with --check it compares.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.studio import Owner, Studio, make_network
from tools.attempts import ATTEMPTS, Attacker, Victims
from tools.pages import ROOT, Place

PLACE = Place(ROOT / "docs" / "security.md", "attacks", "python -m tools.attacks")
TIME_SCALE = 0.02
ROLES = (
    "event-handler",
    "stream-trigger",
    "notices",
    "seed",
    "schedule",
    "admin",
    "open-homes",
    "close-homes",
    "gate",
    "recovery",
    "read-source",
    "write-target",
)
PEOPLE = {"reader": "read_only_policy_json", "operator": "operator_policy_json"}
WRITERS = ("event-handler", "seed", "admin", "open-homes", "close-homes")
# What a role may do although it could be abused, and why nothing narrower can be said.
MAY = {
    "make one there with the module's tag": (
        ("open-homes",),
        "It is its work; EFS has no condition on an access point's directory. "
        "What it makes, a later run or the seed removes.",
    ),
    "write a row of the ledger": (
        WRITERS,
        "It is their work; DynamoDB's condition on keys would have to name every owner. "
        "The stream shows each write, and backups go back to any second.",
    ),
    "write a line of the history": (WRITERS, "It is their work, with the row and in one transaction."),
    "start a recovery between two homes of its choice": (
        ("stream-trigger",),
        "It is its work; Step Functions has no condition on an input. "
        "Open homes asks the ledger again; a run by hand has no row to ask.",
    ),
    "open another port than NFS on a group of Studio's": (
        ("open-homes", "operator"),
        "EC2 has a condition on the group's tag, none on port or source; "
        "the function's code keeps to 2049 and its own group.",
    ),
    "call the admin function": (
        ("operator",),
        "An operator asks for what is needed through it: every request stands in the history.",
    ),
    "call the seed": (("schedule", "operator"), "It is the schedule's only work; a pass more changes nothing."),
    "call the function that opens homes": (
        ("recovery",),
        "It is its work: it calls this one and the one that closes homes.",
    ),
    "read what failed": (("reader", "operator"), "The command line shows it; a message holds names and ids."),
    "tell people something": (("notices",), "It is its work."),
}
# Who may do everything: what is refused to it was refused for another reason, and would show nothing.
CONTROL = "anything"
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
Found = dict[tuple[str, str], bool]
"""Whether an attempt of a role was refused."""


def attack(cloud: Cloud, folder: Path) -> Found:
    """Apply the module beside things of others, take over each role, and try everything."""
    network = make_network(cloud)
    studio = Studio(cloud, "lab", network)
    studio.create(Owner("user", "ada"))
    deployment = Deployment(cloud, folder)
    deployment.apply(
        {"vpcs": {"studio": network.vpc_id}, "seed_schedule": "rate(30 days)", "deletion_protection": False}
    )
    outputs = deployment.output()
    victims = _victims(cloud, studio, network.vpc_id, network.subnet_ids[0])
    return {
        (role, attempt.what): attempt.is_refused(Attacker(cloud, credentials, outputs, victims))
        for role, credentials in _taken(cloud, outputs)
        for attempt in ATTEMPTS
    }


def complaints(found: Found) -> list[str]:
    """What was allowed and ought not to be, and what is said to be allowed and is not."""
    may = {(role, what) for what, (roles, _) in MAY.items() for role in roles}
    may |= {(CONTROL, attempt.what) for attempt in ATTEMPTS}
    allowed = {case for case, refused in found.items() if not refused}
    return [
        *(f"{role} could {what}" for role, what in sorted(allowed - may)),
        *(f"{role} could not {what}" for role, what in sorted(may - allowed)),
    ]


def _taken(cloud: Cloud, outputs: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each role with credentials for it: as if whoever runs as it had lost them."""
    iam, sts = cloud.client("iam"), cloud.client("sts")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{cloud.account}:root"}}
    lost = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    for role in ROLES:
        iam.update_assume_role_policy(RoleName=f"{outputs['name']}-{role}", PolicyDocument=lost)
    for person, policy in (*PEOPLE.items(), (CONTROL, "")):
        name = f"{outputs['name']}-{person}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=lost)
        rights = outputs[policy] if policy else json.dumps(ANYTHING)
        made = iam.create_policy(PolicyName=name, PolicyDocument=rights)["Policy"]
        iam.attach_role_policy(RoleName=name, PolicyArn=made["Arn"])
    # Last the one to whom nothing is refused: it deletes what the others are to be refused.
    for role in (*ROLES, *PEOPLE, CONTROL):
        arn = f"arn:aws:iam::{cloud.account}:role/{outputs['name']}-{role}"
        yield role, sts.assume_role(RoleArn=arn, RoleSessionName="mallory")["Credentials"]


def _victims(cloud: Cloud, studio: Studio, vpc_id: str, subnet_id: str) -> Victims:
    """Things of SageMaker and of others, made with the account's own key."""
    ec2, efs, iam = (cloud.client(service) for service in ("ec2", "efs", "iam"))
    here = f"{ec2.meta.region_name}:{cloud.account}"
    sagemakers = [{"Key": "ManagedByAmazonSageMakerResource", "Value": studio.describe()["DomainArn"]}]
    point = efs.create_access_point(ClientToken="sagemaker", FileSystemId=studio.file_system_id, Tags=sagemakers)
    group = ec2.create_security_group(GroupName="other", Description="of others", VpcId=vpc_id)["GroupId"]
    named = [{"Name": "group-name", "Values": [f"security-group-for-inbound-nfs-{studio.domain_id}"]}]
    (studios,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    role = iam.create_role(RoleName="other", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    others = efs.create_file_system(CreationToken="other")
    efs.create_mount_target(FileSystemId=others["FileSystemId"], SubnetId=subnet_id)
    system, subnet = (
        f"arn:aws:elasticfilesystem:{here}:file-system/{studio.file_system_id}",
        f"arn:aws:ec2:{here}:subnet/{subnet_id}",
    )
    network = {"SubnetArn": subnet, "SecurityGroupArns": [f"arn:aws:ec2:{here}:security-group/{group}"]}
    location = cloud.client("datasync").create_location_efs(EfsFilesystemArn=system, Ec2Config=network)["LocationArn"]
    return Victims(
        file_system_id=studio.file_system_id,
        file_system_arn=system,
        access_point_id=point["AccessPointId"],
        others_file_system_arn=others["FileSystemArn"],
        subnet_arn=subnet,
        studios_group=studios["GroupId"],
        others_group=group,
        others_role=role["Role"]["Arn"],
        location=location,
        domain_id=studio.domain_id,
    )


def as_text(found: Found) -> str:
    """The table in Markdown: attempts down, roles across."""
    roles = (*ROLES, *PEOPLE)
    notes = {what: number for number, what in enumerate(MAY, start=1)}
    lines = [
        "| attempt | law | " + " | ".join(f"`{role}`" for role in roles) + " |",
        "|---|---|" + "---|" * len(roles),
    ]
    for attempt in ATTEMPTS:
        cells = ("no" if found[role, attempt.what] else f"**may** ({notes.get(attempt.what, '?')})" for role in roles)
        lines.append(f"| {attempt.what} | {attempt.law} | " + " | ".join(cells) + " |")
    lines += ["", '"no" is IAM\'s refusal. Where a role may:', ""]
    lines += [f"{number}. *{what}*: {MAY[what][1]}" for what, number in notes.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Attack and write (or compare); 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tools.attacks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with docs/security.md and write nothing")
    chosen = parser.parse_args()
    local.forget_the_callers_aws()
    with local.running(TIME_SCALE, iam=True) as cloud, tempfile.TemporaryDirectory() as folder:
        found = attack(cloud, Path(folder) / "module")
    wrong = complaints(found)
    print(*wrong, sep="\n", file=sys.stderr)
    if not chosen.check and not wrong:
        PLACE.write(as_text(found))
    return int(bool(wrong) or not PLACE.holds(as_text(found)))


if __name__ == "__main__":
    sys.exit(main())
