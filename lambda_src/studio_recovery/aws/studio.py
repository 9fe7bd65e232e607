"""Knows SageMaker Studio: finds an owner's home by a fresh look, and lists every domain and owner of the Region.

API: DescribeDomain, DescribeUserProfile, DescribeSpace, ListDomains, ListUserProfiles, ListSpaces
(docs.aws.amazon.com/sagemaker/latest/APIReference). The code of a missing resource is `ResourceNotFound`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.errors import NotReady
from studio_recovery.nouns import Belonging, Home, Kind, Owner
from studio_recovery.observe import Absent, Observation, Present, Unprotected

_UNSETTLED = ("Pending", "Deleting")
_DOMAIN_UNSETTLED = ("Pending", "Updating")
_CANVAS = "CanvasManagedSpace-"
_LOOK_AGAIN_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """An owner as the List calls tell: enough for a look, without a home."""

    kind: Kind
    name: str
    domain_id: str


class Studio:
    """The Studio of one account and Region. `sleep` waits for so many seconds."""

    def __init__(self, sagemaker: Any, sleep: Callable[[float], None]) -> None:
        self._sagemaker = sagemaker
        self._sleep = sleep

    def look(self, kind: Kind, name: str, domain_id: str, patience: float) -> Observation:
        """The owner as it is now; waits up to `patience` seconds while SageMaker is still making or deleting it.

        Raises NotReady if that is not over by then.
        """
        waited = 0.0
        while True:
            seen = self._look_once(kind, name, domain_id)
            if not isinstance(seen, str):
                return seen
            if waited >= patience:
                raise NotReady(f"{kind}/{name} in domain {domain_id} is still {seen} after {patience:.0f} s")
            self._sleep(_LOOK_AGAIN_SECONDS)
            waited += _LOOK_AGAIN_SECONDS

    def is_gone(self, kind: Kind, name: str, domain_id: str) -> bool:
        """True if a fresh look does not find the owner, or its domain."""
        return self._domain(domain_id) is None or self._owner(kind, name, domain_id) is None

    def domain_ids(self) -> Iterator[str]:
        """The ids of the Region's domains, page by page."""
        yield from (domain["DomainId"] for domain in self._pages("list_domains", "Domains"))

    def owners(self, domain_id: str) -> Iterator[Listed]:
        """Every user profile and space of a domain, page by page."""
        for profile in self._pages("list_user_profiles", "UserProfiles", DomainIdEquals=domain_id):
            yield Listed(Kind.USER, profile["UserProfileName"], domain_id)
        for space in self._pages("list_spaces", "Spaces", DomainIdEquals=domain_id):
            yield Listed(Kind.SPACE, space["SpaceName"], domain_id)

    def _pages(self, operation: str, key: str, **arguments: str) -> Iterator[dict[str, Any]]:
        for page in self._sagemaker.get_paginator(operation).paginate(PaginationConfig={"PageSize": 100}, **arguments):
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
        if kind is Kind.SPACE and name.startswith(_CANVAS):
            return Unprotected(owner, domain_id, "SageMaker's own space for Canvas")
        file_system_id = domain.get("HomeEfsFileSystemId")
        if not file_system_id and domain["Status"] not in _DOMAIN_UNSETTLED:
            return Unprotected(owner, domain_id, "the domain has no home file system")
        if found["Status"] == "Failed":
            return Unprotected(owner, domain_id, "SageMaker could not create it")
        uid = found.get("HomeEfsFileSystemUid")
        if found["Status"] in _UNSETTLED or not uid or not file_system_id:
            return str(found["Status"])
        spelled = Owner(kind, found.get("UserProfileName") or found["SpaceName"], domain["DomainName"])
        return Present(spelled, Home(file_system_id, uid, domain_id), _belonging(found))

    def _domain(self, domain_id: str) -> dict[str, Any] | None:
        return self._unless_missing("describe_domain", DomainId=domain_id)

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


def _belonging(found: dict[str, Any]) -> Belonging:
    return Belonging(
        sso_user=found.get("SingleSignOnUserValue", ""),
        space_owner=found.get("OwnershipSettings", {}).get("OwnerUserProfileName", ""),
        sharing=found.get("SpaceSharingSettings", {}).get("SharingType", ""),
    )
