"""Knows where a report's facts come from: the ledger, Studio's domains, and the figure of the last reconcile."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from studio_recovery.errors import BadInput
from studio_recovery.rows import Row
from studio_recovery_cli import words
from studio_recovery_cli.report.facts import Report, Subject, report
from studio_recovery_cli.standing.watch import reconciled_at

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment

_Thing = TypeVar("_Thing")
_STEP = 1000


def read(deployment: "Deployment", days: int, told: Callable[[str], None]) -> Report:
    """The report on this deployment now. `told` hears what is being read."""
    told("Looking at Studio's domains")
    domains = [deployment.studio.domain(domain_id) for domain_id in deployment.studio.domain_ids()]
    subject = Subject(
        name=deployment.name,
        account=deployment.account,
        region=deployment.region,
        made_at=words.now(),
        days=days,
        reconciled_at=reconciled_at(deployment),
        domains={domain.id: domain for domain in domains if domain},
        scope=deployment.scope,
        vpcs=deployment.vpcs,
    )
    found = list(_counted(deployment.ledger.each_row(), "owners", told))
    rows = [row for row in found if isinstance(row, Row)]
    unreadable = sum(isinstance(row, BadInput) for row in found)
    return report(subject, rows, _counted(deployment.ledger.lines(), "lines of the history", told), unreadable)


def _counted(things: Iterable[_Thing], noun: str, told: Callable[[str], None]) -> Iterator[_Thing]:
    for count, thing in enumerate(things):
        if count % _STEP == 0:
            told(f"Reading the {noun}" + (f": {words.number(count)}" if count else ""))
        yield thing
