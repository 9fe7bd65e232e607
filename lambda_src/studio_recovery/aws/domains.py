"""Knows what lives in a Studio domain and how it is deleted: apps, spaces and user profiles.

API: DescribeDomain, ListApps, ListSpaces, ListUserProfiles, DeleteApp, DeleteSpace, DeleteUserProfile
(docs.aws.amazon.com/sagemaker/latest/APIReference). The code of a missing resource is `ResourceNotFound`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.owners import Kind

DELETING = "Deleting"
# Gone already, or not to be deleted at this moment: the next look tells.
_NOT_NOW = ("ResourceInUse", "ResourceNotFound", "ValidationException")


@dataclass(frozen=True, slots=True)
class Member:
    """A user profile or space of a domain, and its status."""

    kind: Kind
    name: str
    status: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class App:
    """An app of a domain, whose it is, and its status."""

    owner: Member
    kind: str
    name: str
    status: str

    def __str__(self) -> str:
        return f"app {self.kind}/{self.name} of {self.owner} ({self.status})"


class Domains:
    """The domains of one account and Region."""

    def __init__(self, sagemaker: Any) -> None:
        self._sagemaker = sagemaker

    def arn(self, domain_id: str) -> str | None:
        """The domain's ARN, or None if it is gone."""
        try:
            return str(self._sagemaker.describe_domain(DomainId=domain_id)["DomainArn"])
        except ClientError as error:
            if code(error) == "ResourceNotFound":
                return None
            raise

    def members(self, domain_id: str) -> list[Member]:
        """Every user profile and space of the domain."""
        profiles = self._pages("list_user_profiles", "UserProfiles", domain_id)
        spaces = self._pages("list_spaces", "Spaces", domain_id)
        return [
            *(Member(Kind.USER, profile["UserProfileName"], profile["Status"]) for profile in profiles),
            *(Member(Kind.SPACE, space["SpaceName"], space["Status"]) for space in spaces),
        ]

    def apps(self, domain_id: str) -> list[App]:
        """Every app of the domain that is not deleted."""
        found = self._pages("list_apps", "Apps", domain_id)
        return [
            App(_owner(app), app["AppType"], app["AppName"], app["Status"])
            for app in found
            if app["Status"] != "Deleted"
        ]

    def delete_app(self, domain_id: str, app: App) -> None:
        """Asks for the app's deletion; one that cannot be deleted now is left for the next time."""
        self._delete("delete_app", domain_id, app.owner, AppType=app.kind, AppName=app.name)

    def delete_member(self, domain_id: str, member: Member) -> None:
        """Asks for the deletion of a user profile or space; one that cannot go now is left for the next time."""
        operation = "delete_user_profile" if member.kind is Kind.USER else "delete_space"
        self._delete(operation, domain_id, member)

    def _delete(self, operation: str, domain_id: str, whose: Member, **more: str) -> None:
        named = "UserProfileName" if whose.kind is Kind.USER else "SpaceName"
        try:
            getattr(self._sagemaker, operation)(DomainId=domain_id, **{named: whose.name}, **more)
        except ClientError as error:
            if code(error) not in _NOT_NOW:
                raise

    def _pages(self, operation: str, key: str, domain_id: str) -> Iterator[dict[str, Any]]:
        pages = self._sagemaker.get_paginator(operation).paginate(
            DomainIdEquals=domain_id, PaginationConfig={"PageSize": 100}
        )
        for page in pages:
            yield from page[key]


def _owner(app: dict[str, Any]) -> Member:
    if app.get("UserProfileName"):
        return Member(Kind.USER, app["UserProfileName"], "")
    return Member(Kind.SPACE, app["SpaceName"], "")
