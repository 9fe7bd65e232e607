"""`orphans`: file systems of domains that are gone."""

from typing import Annotated

import typer

from studio_recovery_cli.registry import REPAIR, command
from studio_recovery_cli.session import Session

_HOME = {
    "home": "file system and uid",
    "owner": "whose home it was",
    "state": "waiting (to be copied), last home (copied when the owner is created again), set aside, copied, or known",
    "last_seen": "when the ledger last heard of it; null if it does not say",
    "owner_exists": "true if an owner of this name is there now, with a home elsewhere",
    "waits_for": "of a home that waits: the owners who are still to get its files",
    "command": "what copies it into that owner's current home; null if nobody is there",
}


@command(
    REPAIR,
    actions=(
        "dynamodb:Scan",
        "elasticfilesystem:DescribeFileSystems",
        "lambda:GetFunctionConfiguration",
        "sagemaker:ListDomains",
    ),
    fields={
        "file_systems": "file systems that SageMaker made for a domain that is gone",
        "file_systems.file_system_id": "the file system",
        "file_systems.domain_id": "the domain that is gone",
        "file_systems.domain_name": "its name, if the ledger knows it; null if not",
        "file_systems.created_at": "when the file system was made",
        "file_systems.size_bytes": "what EFS metered last, some hours ago at most",
        "file_systems.size_bytes.standard": "in the storage class Standard",
        "file_systems.size_bytes.infrequent_access": "in Infrequent Access",
        "file_systems.size_bytes.archive": "in Archive",
        "file_systems.size_bytes.total": "in all of them",
        "file_systems.monthly_cost_usd": "what keeping that costs by list price, without backups; null if not known",
        "file_systems.priced": "the date of those prices; null if not known",
        "file_systems.homes": "the homes that the ledger knows there",
        **{f"file_systems.homes.{name}": said for name, said in _HOME.items()},
        "homes": "with --homes, last homes of owners who are gone, on file systems of living domains; null without",
        **{f"homes.{name}": said for name, said in _HOME.items()},
    },
)
def orphans(
    session: Session,
    homes: Annotated[
        bool, typer.Option("--homes", help="Also homes on living file systems whose owners are gone.")
    ] = False,
) -> int:
    """Show file systems whose domain is gone, what could be restored from them, and what they cost.

    SageMaker leaves a domain's file system when the domain is deleted. Nothing is ever deleted by this command. If a
    row cannot be read, that is told on standard error, and the exit status is 3.

    Example: studio-recovery orphans --homes
    """
    from functools import partial

    from studio_recovery_cli.hints import typed
    from studio_recovery_cli.planning.prices import prices_in
    from studio_recovery_cli.reading import Rows
    from studio_recovery_cli.repairing import orphans as found
    from studio_recovery_cli.repairing.orphans_drawn import draw

    deployment = session.deployment
    place = (deployment.region, deployment.account)
    pages = deployment.client("efs").get_paginator("describe_file_systems").paginate()
    systems = list(found.made_by_sagemaker((one for page in pages for one in page["FileSystems"]), *place))
    # Domains are listed last: the file system of one that is made meanwhile is no orphan.
    living = set(deployment.studio.domain_ids())
    left = [one for one in systems if one.domain_id not in living]
    reading = Rows(session)
    rows = list(reading.each()) if left or homes else []
    known = found.Homes({one.id for one in left})
    for row in rows:
        known.read(row)
    for owner, line in deployment.ledger.lines() if left else ():
        known.hear(owner, line)
    to_type, old, prices = partial(typed, session), list(known.all()), prices_in(deployment.region)
    items = [found.as_item(one, old, prices, to_type) for one in left]
    gone = found.of_gone_owners(rows, {one.id for one in left}) if homes else None
    others = None if gone is None else [found.home_item(home, to_type) for home in gone]
    data = {"file_systems": items, "homes": others}
    session.screen.tell(data, lambda console: draw(items, others, deployment.region, to_type, console))
    return reading.warn()
