"""Knows the file systems that hold Studio's homes: those of domains that are looked after, and those left by others.

SageMaker's tag on a file system holds the ARN of its domain. API: DescribeFileSystems (EFS), ListDomains,
DescribeDomain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_recovery.census import Domain
from studio_recovery_cli.checks.finding import Finding, bad, ok, some, warning
from studio_recovery_cli.deployment import Deployment
from studio_recovery_cli.repairing.orphans import TAG

NAME = "domains"


@dataclass(frozen=True, slots=True)
class FileSystem:
    """A file system with homes on it, as EFS describes it. `whose` is its domain's name, or that it is gone."""

    id: str
    whose: str
    vpc_id: str
    described: Mapping[str, Any]
    orphan: bool = False

    def __str__(self) -> str:
        return f"{self.id} ({self.whose})"


@dataclass(frozen=True, slots=True)
class Homes:
    """Where homes are. `domains` are those that are looked after, `missing` those whose file system EFS does not know;
    `others` is how many domains are out of scope."""

    domains: tuple[Domain, ...]
    file_systems: tuple[FileSystem, ...]
    missing: tuple[Domain, ...]
    others: int = 0

    @property
    def in_use(self) -> tuple[FileSystem, ...]:
        """The file systems of domains that are there."""
        return tuple(one for one in self.file_systems if not one.orphan)


def find(deployment: Deployment) -> Homes:
    """The homes that a deployment looks after, and those that domains left which are gone."""
    studio = deployment.studio
    domains = [domain for one in studio.domain_ids() if (domain := studio.domain(one))]
    pages = deployment.client("efs").get_paginator("describe_file_systems").paginate()
    described = {one["FileSystemId"]: one for page in pages for one in page["FileSystems"]}
    ours = tuple(domain for domain in domains if deployment.scope.covers(domain.name, domain.id))
    return sorted_out(ours, described, len(domains) - len(ours), {domain.id for domain in domains})


def sorted_out(
    ours: tuple[Domain, ...], described: Mapping[str, Mapping[str, Any]], others: int, alive: set[str]
) -> Homes:
    """Whose each file system is; those of domains out of scope, and those that are not SageMaker's, are left out."""
    with_homes = [domain for domain in ours if domain.file_system_id]
    used = [
        FileSystem(domain.file_system_id, domain.name, domain.vpc_id, described[domain.file_system_id])
        for domain in with_homes
        if domain.file_system_id in described
    ]
    gone = [
        FileSystem(id_, f"of {domain_id}, which is gone", "", one, orphan=True)
        for id_, one in described.items()
        if (domain_id := _domain_of(one)) and domain_id not in alive
    ]
    missing = tuple(domain for domain in with_homes if domain.file_system_id not in described)
    return Homes(ours, (*used, *gone), missing, others)


def _domain_of(described: Mapping[str, Any]) -> str:
    tags: dict[str, str] = {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}
    return tags.get(TAG, "").rpartition("domain/")[2]


def judge(homes: Homes, vpcs: frozenset[str]) -> list[Finding]:
    """Whether every domain can be looked after, where the deployment can copy in these VPCs."""
    found = []
    for domain in homes.domains:
        if domain.vpc_id and domain.vpc_id not in vpcs:
            said = f"{domain.name} lies in {domain.vpc_id}, where nothing can be copied"
            found.append(bad(NAME, said, f"Add {domain.vpc_id} to the module's variable vpcs, and apply."))
    for domain in homes.missing:
        said = f"{domain.name} has lost its file system {domain.file_system_id}"
        found.append(bad(NAME, said, "Its homes are gone; restore them from a backup of yours."))
    if not homes.domains:
        said = f"none is looked after ({homes.others} out of scope)"
        found.append(warning(NAME, said, "If that is not what you want, change the module's variable domains."))
    names = some(domain.name for domain in homes.domains)
    others = f"; {homes.others} out of scope" if homes.others else ""
    return found or [ok(NAME, f"{len(homes.domains)} looked after: {names}{others}")]
