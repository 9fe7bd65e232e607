"""Makes a plan: reads what the ledger, DataSync, EFS and EC2 tell of the copies that rows ask for. Changes nothing."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from studio_recovery.owners import owner_named
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from studio_recovery.waiting_line import Room
from studio_recovery_cli.asking.foresight import Foreseen
from studio_recovery_cli.following.lookout import Lookout
from studio_recovery_cli.following.progress import under_way
from studio_recovery_cli.planning.mounts import mount_of
from studio_recovery_cli.planning.plan import DATASYNC, HISTORY, Copy, Left, Plan, Size, Tasks
from studio_recovery_cli.planning.prices import prices_in
from studio_recovery_cli.planning.sizes import Sizes
from studio_recovery_cli.reading import Rows
from studio_recovery_cli.standing.chronicle import ONE_BY_ONE
from studio_recovery_cli.standing.listing import check_domain

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment
    from studio_recovery_cli.session import Session


def waiting(session: "Session", domain: str | None, pending: bool) -> list[Foreseen]:
    """What waits to be copied, as the rows stand: in a domain (name or id) if one is named, or only what is PENDING."""
    reading, domains, rows = Rows(session), set(), []
    for row in reading.each():
        domains.add((row.owner.domain_name, row.domain_id))
        if _waits(row, pending) and domain in (None, row.owner.domain_name, row.domain_id):
            rows.append(row)
    reading.warn()
    if domain is not None:
        check_domain(domain, domains)
    return [Foreseen(row, row) for row in sorted(rows, key=lambda row: str(row.owner))]


def _waits(row: Row, pending: bool) -> bool:
    return row.status is Status.PENDING if pending else under_way(row) or row.next_source is not None


def plan_of(deployment: "Deployment", foreseen: Sequence[Foreseen]) -> Plan:
    """The plan of what these rows would ask for."""
    going = [one.after for one in foreseen if under_way(one.after) and not one.refusal]
    settings = deployment.settings("open-homes")
    sizes = _sizes(deployment, going)
    copies = [Copy(row, Size()) for row in going]
    running = _expected(deployment, going)
    sized = [Copy(copy.row, running.get(str(copy.row.owner)) or _from_history(copy, sizes)) for copy in copies]
    systems = sorted({file_system for copy in copies for file_system in copy.file_systems})
    opens_nfs = settings["SECURITY_GROUP_RULES"] == "workflow"
    in_account, ours = deployment.transfers.tasks()
    return Plan(
        copies=sized,
        left=[Left(one.after, one.refusal) for one in foreseen if one.after not in going],
        mounts=[mount_of(deployment, file_system, opens_nfs) for file_system in systems],
        tasks=Tasks(Room(int(settings["TASK_QUOTA"]), int(settings["MAX_CONCURRENT"])), in_account, len(ours)),
        speed=sizes.speed.limited(int(json.loads(settings["COPY"]).get("bytes_per_second", -1))),
        prices=prices_in(deployment.region),
    )


def _sizes(deployment: "Deployment", rows: Sequence[Row]) -> Sizes:
    """What the history tells of all whose homes would be copied."""
    found = Sizes()
    sources = [source for row in rows for source in row.sources]
    owners = {str(row.owner): row.owner for row in rows} | {
        source.origin: owner_named(source.origin, "origin") for source in sources if source.origin
    }
    if len(owners) > ONE_BY_ONE:
        found.feed(line for _, line in deployment.ledger.lines())
        return found
    for owner in owners.values():
        found.feed(deployment.ledger.lines_of(owner))
    return found


def _expected(deployment: "Deployment", rows: Iterable[Row]) -> dict[str, Size]:
    """The sizes that DataSync tells of the copies that run, by owner."""
    running = [row for row in rows if row.status is Status.RUNNING]
    return {
        str(one.owner): Size(one.copy.bytes_expected, DATASYNC)
        for one in Lookout(deployment).look(running)
        if one.copy and one.copy.bytes_expected
    }


def _from_history(copy: Copy, sizes: Sizes) -> Size:
    """What earlier copies of the home moved. Nobody knows how much of it a part is."""
    source = copy.row.source(copy.source)
    known = sizes.of(copy.source)
    if known is None or (source and source.selection.is_part):
        return Size()
    return Size(known, HISTORY)
