"""Takes over every role on a local cloud that enforces IAM, tries what it must not do, and notes what was refused.

python -m tools.attacks writes the table into docs/security.md; with --check it compares.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.studio import Network, Owner, Studio, make_network
from tools.allowed import MAY
from tools.attackers import Attacker, make_victims
from tools.attempts import ATTEMPTS
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
    "removal",
)
PEOPLE = {"reader": "read_only_policy_json", "operator": "operator_policy_json"}
# Who may do everything: what is refused to it was refused for another reason, and would show nothing.
CONTROL = "anything"
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
Found = dict[tuple[str, str], bool]
"""Whether an attempt of a role was refused."""


@dataclass(frozen=True, slots=True)
class Field:
    """A cloud to which the module was applied, in a VPC with a domain of somebody else's."""

    cloud: Cloud
    network: Network
    studio: Studio
    outputs: dict[str, Any]


def prepare(cloud: Cloud, folder: Path) -> Field:
    """Make a domain, and apply the module and modules/studio-domain beside it."""
    network = make_network(cloud)
    studio = Studio(cloud, "lab", network)
    studio.create(Owner("user", "ada"))
    deployment = Deployment(cloud, folder)
    deployment.apply(
        {"vpcs": {"studio": network.vpc_id}, "seed_schedule": "rate(30 days)", "deletion_protection": False}
    )
    outputs = deployment.output()
    made = {
        "name": outputs["name"],
        "domain_name": "made",
        "vpc_id": network.vpc_id,
        "subnet_ids": list(network.subnet_ids),
        "execution_role": {"arn": f"arn:aws:iam::{cloud.account}:role/studio"},
        # The widest rights that `removal` can have.
        "delete_unknown_owners": True,
    }
    Deployment(cloud, folder.with_name("domain"), "modules/studio-domain").apply(made)
    return Field(cloud, network, studio, outputs)


def attack(field: Field) -> Found:
    """Take over each role, and try everything."""
    cloud, outputs, network = field.cloud, field.outputs, field.network
    victims = make_victims(cloud, field.studio, outputs["name"], network.vpc_id, network.subnet_ids[0])
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
    for name in (f"{outputs['name']}-{role}" for role in ROLES):
        document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        more = document | {"Statement": [*document["Statement"], trust]}
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(more))
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
        found = attack(prepare(cloud, Path(folder) / "module"))
    wrong = complaints(found)
    print(*wrong, sep="\n", file=sys.stderr)
    if not chosen.check and not wrong:
        PLACE.write(as_text(found))
    return int(bool(wrong) or not PLACE.holds(as_text(found)))


if __name__ == "__main__":
    sys.exit(main())
