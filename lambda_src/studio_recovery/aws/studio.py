"""Knows SageMaker Studio: finds an owner's home by a fresh look, and lists every domain and owner of the Region.

API: DescribeDomain, DescribeUserProfile, DescribeSpace, ListDomains, ListUserProfiles, ListSpaces,
ListApps (docs.aws.amazon.com/sagemaker/latest/APIReference). The code of a missing resource is `ResourceNotFound`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.census import Domain, Listed
from studio_recovery.errors import NotReady
from studio_recovery.guard import EVERYTHING, Scope
from studio_recovery.homes import Belonging, Home
from studio_recovery.observe import Absent, Observation, Present, Unprotected
from studio_recovery.owners import CANVAS_PREFIX, Kind, Owner
from studio_recovery.statuses import CANVAS, NO_FILE_SYSTEM, NOT_CREATED

_UNSETTLED = ("Pending", "Deleting")
_DOMAIN_UNSETTLED = ("Pending", "Updating")
# The most that the List calls give at once.
_PAGE = 100
# A look is soon repeated while SageMaker may be done at any moment, and less often when it is not.
_LONGEST_PAUSE, _SECONDS_TO_MAKE = 3.0, 5.0


class Studio:
    """The Studio of one account and Region. `sleep` waits for so many seconds; `remembers`: see for_one_pass."""

    def __init__(
        self, sagemaker: Any, sleep: Callable[[float], None], scope: Scope = EVERYTHING, remembers: bool = False
    ) -> None:
        self.scope = scope
        self._sagemaker = sagemaker
        self._sleep = sleep
        self._remembers = remembers
        self._seen_domains: dict[str, dict[str, Any] | None] = {}

    def for_one_pass(self) -> "Studio":
        """The same Studio, which describes each domain once: for a pass over many owners.

        A domain's name, VPC and file system do not change, and its id never comes back: what is remembered for some
        minutes can only be a domain, or a file system, that was not there yet or is gone since. The owner's own look
        or the next pass finds that.
        """
        return Studio(self._sagemaker, self._sleep, self.scope, remembers=True)

    def look(self, kind: Kind, name: str, domain_id: str, patience: float) -> Observation:
        """The owner as it is now; waits up to `patience` seconds while SageMaker is still making or deleting it.

        Raises NotReady if that is not over by then.
        """
        waited = 0.0
        seen = self._look_once(kind, name, domain_id)
        while isinstance(seen, str):
            if waited >= patience:
                raise NotReady(f"{kind}/{name} in domain {domain_id} is still {seen} after {patience:.0f} s")
            pause = min(_LONGEST_PAUSE, 1.0 + waited // _SECONDS_TO_MAKE)
            self._sleep(pause)
            waited += pause
            found = self._owner(kind, name, domain_id)
            if found is None or found["Status"] not in _UNSETTLED:
                seen = self._look_once(kind, name, domain_id)
        return seen

    def is_gone(self, kind: Kind, name: str, domain_id: str) -> bool:
        """True if a fresh look does not find the owner, or its domain."""
        return self._domain(domain_id) is None or self._owner(kind, name, domain_id) is None

    def has_app(self, owner: Owner, domain_id: str) -> bool:
        """True if an app of the owner, or of a private space that a user owns, is in service.

        API: ListApps, ListSpaces. Home directories are mounted when an app starts.
        """
        field_name = "UserProfileNameEquals" if owner.kind is Kind.USER else "SpaceNameEquals"
        if self._runs_an_app(domain_id, **{field_name: owner.name}):
            return True
        return owner.kind is Kind.USER and any(
            self._runs_an_app(domain_id, SpaceNameEquals=space) for space in self._private_spaces(owner.name, domain_id)
        )

    def _runs_an_app(self, domain_id: str, **whose: str) -> bool:
        apps = self._pages("list_apps", "Apps", DomainIdEquals=domain_id, **whose)
        return any(app["Status"] == "InService" for app in apps)

    def _private_spaces(self, user: str, domain_id: str) -> Iterator[str]:
        for space in self._pages("list_spaces", "Spaces", DomainIdEquals=domain_id):
            owner = space.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName", "")
            sharing = space.get("SpaceSharingSettingsSummary", {}).get("SharingType", "")
            if sharing == "Private" and owner.casefold() == user.casefold():
                yield space["SpaceName"]

    def domain_ids(self, name: str = "") -> Iterator[str]:
        """The ids of the Region's domains (with a `name`: of those with that name), page by page."""
        for domain in self._pages("list_domains", "Domains"):
            if name in ("", domain["DomainName"]):
                yield domain["DomainId"]

    def domain(self, domain_id: str) -> Domain | None:
        """The domain as it is now, or None."""
        found = self._domain(domain_id)
        if found is None:
            return None
        return Domain(domain_id, found["DomainName"], found.get("VpcId", ""), found.get("HomeEfsFileSystemId", ""))

    def owners(self, domain_id: str) -> Iterator[Listed]:
        """Every user profile and space of a domain, page by page."""
        lists = (
            (Kind.USER, "list_user_profiles", "UserProfiles", "UserProfileName"),
            (Kind.SPACE, "list_spaces", "Spaces", "SpaceName"),
        )
        for kind, operation, key, name in lists:
            for owner in self._pages(operation, key, DomainIdEquals=domain_id):
                created = milliseconds(owner["CreationTime"])
                yield Listed(kind, owner[name], domain_id, created, owner.get("Status", ""))

    def _pages(self, operation: str, key: str, **arguments: str) -> Iterator[dict[str, Any]]:
        paginator = self._sagemaker.get_paginator(operation)
        for page in paginator.paginate(PaginationConfig={"PageSize": _PAGE}, **arguments):
            yield from page[key]

    def _look_once(self, kind: Kind, name: str, domain_id: str) -> Observation | str:
        """What is seen, or the status that keeps it from being seen."""
        domain = self._domain(domain_id)
        if domain is None:
            return Absent(Owner(kind, name, ""), domain_id)
        owner = Owner(kind, name, domain["DomainName"])
        found = self._owner(kind, name, domain_id)
        if found is None:
            return Absent(owner, domain_id)
        created = milliseconds(found["CreationTime"])
        if kind is Kind.SPACE and name.startswith(CANVAS_PREFIX):
            return Unprotected(owner, domain_id, CANVAS, created_at=created)
        file_system_id = domain.get("HomeEfsFileSystemId")
        if not file_system_id and domain["Status"] not in _DOMAIN_UNSETTLED:
            return Unprotected(owner, domain_id, NO_FILE_SYSTEM, created_at=created)
        if found["Status"] == "Failed":
            return Unprotected(owner, domain_id, NOT_CREATED, created_at=created)
        uid = found.get("HomeEfsFileSystemUid")
        if found["Status"] in _UNSETTLED or not uid or not file_system_id:
            return str(found["Status"])
        spelled = Owner(kind, found.get("UserProfileName") or found["SpaceName"], domain["DomainName"])
        in_scope = self.scope.covers(domain["DomainName"], domain_id)
        home = Home(file_system_id, uid, domain_id)
        return Present(spelled, home, _belonging(found), created_at=created, in_scope=in_scope)

    def _domain(self, domain_id: str) -> dict[str, Any] | None:
        if not self._remembers or domain_id not in self._seen_domains:
            self._seen_domains[domain_id] = self._unless_missing("describe_domain", DomainId=domain_id)
        return self._seen_domains[domain_id]

    def _owner(self, kind: Kind, name: str, domain_id: str) -> dict[str, Any] | None:
        if kind is Kind.USER:
            return self._unless_missing("describe_user_profile", DomainId=domain_id, UserProfileName=name)
        return self._unless_missing("describe_space", DomainId=domain_id, SpaceName=name)

    def _unless_missing(self, operation: str, **arguments: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = getattr(self._sagemaker, operation)(**arguments)
        except ClientError as error:
            if code(error) == "ResourceNotFound":
                return None
            raise
        return found


def milliseconds(time: datetime) -> int:
    """A time as boto3 tells it, in milliseconds since 1970."""
    return round(time.timestamp() * 1000)


def _belonging(found: dict[str, Any]) -> Belonging:
    return Belonging(
        sso_user=found.get("SingleSignOnUserValue", ""),
        space_owner=found.get("OwnershipSettings", {}).get("OwnerUserProfileName", ""),
        sharing=found.get("SpaceSharingSettings", {}).get("SharingType", ""),
    )
