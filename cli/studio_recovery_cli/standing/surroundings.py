"""Reads what `status` shows: the ledger, Studio's lists and the watch, side by side, so that it is there soon."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from studio_recovery.aws.studio import Studio
from studio_recovery.census import Census, Domain, Listed
from studio_recovery.rows import Row
from studio_recovery_cli import words
from studio_recovery_cli.following.lookout import Lookout
from studio_recovery_cli.following.progress import Progress
from studio_recovery_cli.standing import watch
from studio_recovery_cli.standing.overview import Overview, Subject, Watched

if TYPE_CHECKING:
    from studio_recovery_cli.deployment import Deployment

_SERVICES = ("cloudwatch", "datasync", "dynamodb", "events", "lambda", "sagemaker", "sqs", "stepfunctions")
# Studio's lists cost a call for each hundred owners, and the watch's figures change with each pass of the seed.
_SLOW_MS = 60_000


@dataclass(slots=True)
class _Slow:
    """What is not read again at each look, and when it was read (ms since 1970)."""

    census: Census
    watched: Watched
    at: int


@dataclass
class Surroundings:
    """A deployment that is looked at, once or again and again. `now` tells milliseconds since 1970."""

    deployment: "Deployment"
    now: Callable[[], int] = words.now
    _lookout: Lookout = field(init=False)
    _slow: _Slow | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._lookout = Lookout(self.deployment)

    def look(self) -> Overview:
        """How everything stands now. Studio's lists and the watch's figures are up to a minute old."""
        # boto3's sessions make clients for one thread at a time.
        for service in _SERVICES:
            self.deployment.client(service)
        deployment, at = self.deployment, self.now()
        subject = Subject(deployment.name, deployment.region, deployment.account, at)
        with ThreadPoolExecutor(2) as side_by_side:
            ledger = side_by_side.submit(self._rows)
            slow = self._slow_part(at)
            rows, unreadable, going = ledger.result()
        return Overview(subject, rows, slow.census, deployment.vpcs, going, slow.watched, unreadable)

    def _rows(self) -> tuple[list[Row], list[str], list[Progress]]:
        # Not a consistent read, which costs twice as much: the next look sees what this one just missed.
        found = list(self.deployment.ledger.each_row())
        rows = [row for row in found if isinstance(row, Row)]
        unreadable = [str(one) for one in found if not isinstance(one, Row)]
        return rows, unreadable, self._lookout.look(rows)

    def _slow_part(self, at: int) -> _Slow:
        if self._slow is None or at - self._slow.at > _SLOW_MS:
            self._slow = _Slow(self._census(), self._watched(), at)
        return self._slow

    def _watched(self) -> Watched:
        deployment = self.deployment
        with ThreadPoolExecutor(4) as side_by_side:
            reconciled = side_by_side.submit(watch.reconciled_at, deployment)
            alarms = side_by_side.submit(watch.alarms, deployment)
            queue = side_by_side.submit(watch.queue, deployment)
            rule = side_by_side.submit(watch.rule_is_on, deployment)
            return Watched(reconciled.result(), alarms.result(), queue.result(), rule.result())

    def _census(self) -> Census:
        """All domains that are there, with their owners."""
        studio = self.deployment.studio.for_one_pass()
        domains: dict[str, Domain] = {}
        owners: list[Listed] = []
        with ThreadPoolExecutor(8) as side_by_side:
            for domain, inside in side_by_side.map(partial(_inside, studio), list(studio.domain_ids())):
                domains |= {domain.id: domain} if domain else {}
                owners += inside
        return Census(domains, tuple(owners), studio.scope, guard=self.deployment.guard)


def _inside(studio: Studio, domain_id: str) -> tuple[Domain | None, list[Listed]]:
    """The domain and its owners; None if it has just gone."""
    domain = studio.domain(domain_id)
    return domain, list(studio.owners(domain_id)) if domain else []
