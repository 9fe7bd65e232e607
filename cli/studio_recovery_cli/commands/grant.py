"""`grant`: NFS is opened from DataSync's group, for people who work by hand."""

from typing import Annotated

import typer

from studio_recovery_cli.asking.choices import Yes
from studio_recovery_cli.registry import REPAIR, command
from studio_recovery_cli.session import Session


@command(
    REPAIR,
    actions=(
        "dynamodb:Scan",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:RevokeSecurityGroupIngress",
        "elasticfilesystem:DescribeFileSystems",
        "elasticfilesystem:DescribeMountTargetSecurityGroups",
        "elasticfilesystem:DescribeMountTargets",
        "lambda:GetFunctionConfiguration",
    ),
    fields={
        "file_system_id": "the file system",
        "datasync_group": "DataSync's security group; null if the file system cannot be mounted any more",
        "mount_target_groups": "the security groups of the mount targets",
        "port": "the TCP port, NFS's",
        "open": "true if DataSync's group reaches the port now",
        "changed": "true if a rule was added or revoked",
        "rules": "the rules that open it, or did until now",
        "rules.rule_id": "the rule",
        "rules.group_id": "the security group on which it stands",
        "rules.admits": "the group or network that it lets in",
        "rules.made_by": "by hand, a recovery, or somebody else",
        "rules.change": "kept, added or revoked",
    },
)
def grant(
    session: Session,
    file_system_id: Annotated[str, typer.Argument(help="The file system, such as fs-0123456789abcdef0.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take back the rules that this deployment made.")] = False,
    yes: Yes = False,
) -> None:
    """Open NFS on a Studio file system for DataSync, for work by hand.

    The security group of its mount targets gets a rule that admits DataSync's group on TCP 2049, if none is there. The
    rule stays until --revoke, or until the module is destroyed. Rules that others made are never touched.

    Example: studio-recovery grant fs-0123456789abcdef0
    """
    from studio_recovery.statuses import Status
    from studio_recovery_cli.repairing import grants

    deployment, screen = session.deployment, session.screen
    grants.checked(file_system_id)
    # Of a deployment that is not there is said so, and not that the VPC has no group of it.
    deployment.settings("admin")
    if not revoke:
        place = grants.place_of(deployment.network, file_system_id, deployment.name)
        if not deployment.network.openings(place, deployment.name):
            grants.check_opener(deployment.network, place)
            groups = " or ".join(place.mount_target_groups)
            screen.note(f"A rule on {groups} will admit {place.datasync_group} on TCP 2049.")
            screen.agrees(f"Open NFS on {file_system_id}?", yes)
        done = grants.granted(deployment.network, place, deployment.name)
        screen.tell(done.as_item(), done.draw)
        return
    found = grants.standing(deployment.network, file_system_id, deployment.name)
    if ours := grants.revocable(found):
        for rule in ours:
            screen.note(f"To be revoked: {grants.line(rule)}")
        rows = deployment.ledger.rows_at(Status.RUNNING)
        for warning in grants.warnings(ours, [row for row in rows if file_system_id in row.file_systems]):
            screen.note(warning)
        screen.agrees(f"Revoke {'it' if len(ours) == 1 else 'them'}?", yes)
    done = grants.revoked(deployment.network, found)
    screen.tell(done.as_item(), done.draw)
    if not ours:
        screen.note("No rule of this deployment opens it; nothing was changed.")
