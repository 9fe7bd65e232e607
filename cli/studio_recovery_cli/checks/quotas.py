"""Knows AWS's quotas that recoveries run into, and how near they are.

docs.aws.amazon.com/datasync/latest/userguide/datasync-limits.html, .../efs/latest/ug/limits.html,
.../lambda/latest/dg/gettingstarted-limits.html. API: ListServiceQuotas; ListTasks (DataSync), DescribeAccessPoints
(EFS). Quotas of DataSync and EFS are found by their names: no page tells their codes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studio_recovery_cli.checks.finding import Finding, all_of, bad, ok, warning

TASKS, POINTS, CONCURRENCY = "DataSync tasks", "EFS access points", "Lambda concurrency"
_NEAR = 0.8
# Seven functions, of which some run side by side; a new account may have ten in all.
_FEW_CALLS = 20
_POINTS_OF_A_COPY = 2


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota: the service, what its name looks like, and AWS's default."""

    service: str
    name: str
    default: int


OF_TASKS = Quota("datasync", r"^(?!.*(agent|execution|file|filter|object|queue|storage)).*\btasks?\b", 100)
OF_POINTS = Quota("elasticfilesystem", r"access points?\b.*file system", 10_000)
OF_CONCURRENCY = Quota("lambda", r"^concurrent executions$", 1000)


def applied(quotas: Any, wanted: Quota) -> int:
    """The quota as it applies to this account and Region; AWS's default if AWS does not list it."""
    pages = quotas.get_paginator("list_service_quotas").paginate(ServiceCode=wanted.service)
    return chosen((quota for page in pages for quota in page["Quotas"]), wanted)


def chosen(listed: Iterable[Mapping[str, Any]], wanted: Quota) -> int:
    """The value of the quota that is wanted among those that AWS lists."""
    found = (quota["Value"] for quota in listed if re.search(wanted.name, quota["QuotaName"], re.IGNORECASE))
    return int(next(found, wanted.default))


def tasks(quota: int, used: int, ours: int, task_quota: int, max_concurrent: int) -> list[Finding]:
    """Whether the account has places for DataSync tasks, where so many are used, `ours` of them by this deployment."""
    place = f"{used} of {quota} used, {ours} by this deployment"
    found = []
    if task_quota > quota:
        said = f"task_quota is {task_quota}, AWS's quota {quota}"
        found.append(warning(TASKS, said, f"Apply task_quota = {quota}, or ask AWS for more."))
    if used - ours >= min(quota, task_quota):
        remedy = "Delete tasks that nobody needs, or ask AWS for more; recoveries wait until there is a place."
        found.append(bad(TASKS, f"{place}: others leave no place", remedy))
    elif used >= quota * _NEAR:
        remedy = "Recoveries wait when it is used up, they do not fail. Ask AWS for more if that is too slow."
        found.append(warning(TASKS, place, remedy))
    more = f"; AWS allows more than task_quota ({task_quota})" if task_quota < quota and not found else ""
    return all_of(TASKS, found, f"{place}; max_concurrent is {max_concurrent}{more}")


def points(quota: int, used: Mapping[str, int], max_concurrent: int) -> list[Finding]:
    """Whether each file system has places for access points: SageMaker makes one for each user, a recovery two."""
    found = []
    for file_system, count in used.items():
        left = quota - count
        if left < _POINTS_OF_A_COPY:
            found.append(bad(POINTS, f"{file_system} has {count:,} of {quota:,}", "Ask AWS for more: recoveries fail."))
        elif left < max_concurrent * _POINTS_OF_A_COPY or count >= quota * _NEAR:
            said = (
                f"{file_system} has {count:,} of {quota:,}, places for {left // _POINTS_OF_A_COPY} recoveries at once"
            )
            found.append(warning(POINTS, said, "Ask AWS for more before it is full: then recoveries fail."))
    most = max(used.values(), default=0)
    return all_of(POINTS, found, f"at most {most:,} of {quota:,} on a file system")


def concurrency(quota: int) -> list[Finding]:
    """Whether the account lets enough functions run at once."""
    if quota < _FEW_CALLS:
        remedy = "Ask AWS for more (1,000 is usual): calls are throttled and tried again, so recoveries are slow."
        return [warning(CONCURRENCY, f"{quota:,} calls at once in the whole account", remedy)]
    return [ok(CONCURRENCY, f"{quota:,} calls at once in the whole account")]
