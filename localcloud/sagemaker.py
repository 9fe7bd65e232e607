"""SageMaker Studio: domains, user profiles, spaces and apps, and the home directories they bring about.

Statuses and rules follow the API reference; the times are what AWS takes, roughly, in seconds before scaling.
"""
# ruff: noqa: D102 - a method is the AWS operation of its name

import secrets
import string
from collections.abc import Callable
from functools import partial

from localcloud import app_network, home_efs
from localcloud.clock import Action
from localcloud.home_efs import HomeEfs
from localcloud.lifecycle import Lifecycle, arn_of, name_of
from localcloud.listing import page
from localcloud.service import Call, JsonService, Place, Record, Refusal, Surroundings, Tags
from localcloud.trail import cloudtrail_event

SECONDS = {"domain": 20.0, "user-profile": 10.0, "space": 10.0, "app": 30.0, "update": 5.0, "failure": 180.0}
FIRST_UID, UID_STEP = 200_000, 5
# https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-automount.html: owner's uid, gid 0, mode 700.
HOME_GID, HOME_MODE = 0, 0o700
GONE = ("Deleted",)


class SageMaker(JsonService):
    """SageMaker in one account and Region."""

    name = "sagemaker"

    def __init__(self, place: Place, around: Surroundings) -> None:
        super().__init__(place, around)
        self._domains: dict[str, Record] = {}
        self._owners: dict[str, dict[tuple[str, str], Record]] = {"user-profile": {}, "space": {}}
        self._apps: dict[tuple[str, str, str, str, str], Record] = {}
        self._homes: dict[str, HomeEfs] = {}
        self._interfaces: dict[str, str] = {}
        self._last_uid: dict[str, int] = {}
        self._tags = Tags(self.invalid)
        self._life = Lifecycle(self.clock, self.lock)

    def finished(self, call: Call) -> None:
        """Report the call to CloudTrail, failed or not."""
        event = cloudtrail_event("sagemaker", "sagemaker.amazonaws.com", self.place, call, self.clock.now())
        told = self.around.faults.behaviour
        if not event or told.lose_events:
            return
        for _ in range(1 + told.repeat_events):
            if told.delay_events:
                self.clock.later(told.delay_events, partial(self.around.put_event, self.place, event))
            else:
                self.around.put_event(self.place, event)

    # Domains

    def create_domain(self, request: Record) -> Record:
        taken = any(domain["DomainName"] == request["DomainName"] for domain in self._domains.values())
        if taken and not self.around.faults.behaviour.domain_names_repeat:
            raise Refusal("ResourceInUse", f"A domain named {request['DomainName']} exists already.")
        self._tags.check(request.get("Tags", []))
        app_network.check(request)
        domain_id = "d-" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))
        defaults = {
            "AppNetworkAccessType": "PublicInternetOnly",
            "HomeEfsFileSystemCreation": "Enabled",
            "TagPropagation": "DISABLED",
            "KmsKeyId": request.get("HomeEfsFileSystemKmsKeyId"),
            "HomeEfsFileSystemKmsKeyId": request.get("KmsKeyId"),
        }
        url = f"https://{domain_id}.studio.{self.place.region}.sagemaker.aws"
        arn = self.arn(f"domain/{domain_id}")
        domain = defaults | request | {"DomainId": domain_id, "DomainArn": arn, "Url": url}
        if domain["HomeEfsFileSystemCreation"] == "Enabled":
            self._give_home(domain)
        self._domains[domain_id] = self._born(domain, request, "domain")
        return domain

    def describe_domain(self, request: Record) -> Record:
        return self._domain(request)

    def list_domains(self, request: Record) -> Record:
        return self._page("Domains", list(self._domains.values()), request)

    def update_domain(self, request: Record) -> Record:
        domain = self._domain(request)
        changes = {key: value for key, value in request.items() if key != "DomainSettingsForUpdate"}
        for key in ("DefaultUserSettings", "DefaultSpaceSettings"):
            if key in changes:
                changes[key] = domain.get(key, {}) | changes[key]
        if "DomainSettingsForUpdate" in request:
            changes["DomainSettings"] = domain.get("DomainSettings", {}) | request["DomainSettingsForUpdate"]
        if changes.get("HomeEfsFileSystemCreation") == "Enabled" and domain["DomainId"] not in self._homes:
            self._give_home(domain)
        return self._changed(domain, changes)

    def delete_domain(self, request: Record) -> None:
        domain = self._domain(request)
        if any(key[0] == domain["DomainId"] for owners in self._owners.values() for key in owners):
            raise Refusal("ResourceInUse", f"Domain {domain['DomainId']} still has user profiles or spaces.")
        retention = request.get("RetentionPolicy", {}).get("HomeEfsFileSystem", "Retain")

        def end() -> None:
            del self._domains[domain["DomainId"]]
            home = self._homes.pop(domain["DomainId"], None)
            if home and retention == "Delete":
                home_efs.delete(self.client("efs"), home)
                self.disk.remove(home.fs_id)

        self._dying(domain, "domain", end)

    # User profiles and spaces

    def create_user_profile(self, request: Record) -> Record:
        return self._create_owner("user-profile", "UserProfile", request)

    def create_space(self, request: Record) -> Record:
        if owner := request.get("OwnershipSettings"):
            self._owner({"DomainId": request["DomainId"], "UserProfileName": owner["OwnerUserProfileName"]})
        return self._create_owner("space", "Space", request)

    def describe_user_profile(self, request: Record) -> Record:
        return self._told(self._owner(request))

    def describe_space(self, request: Record) -> Record:
        return self._told(self._owner(request))

    def list_user_profiles(self, request: Record) -> Record:
        return self._list_owners("user-profile", "UserProfiles", "UserProfileName", request)

    def list_spaces(self, request: Record) -> Record:
        items = self._list_owners("space", "Spaces", "SpaceName", request)
        for space in items["Spaces"]:
            space["SpaceSettingsSummary"] = space.get("SpaceSettings", {})
            space["SpaceSharingSettingsSummary"] = space.get("SpaceSharingSettings")
            space["OwnershipSettingsSummary"] = space.get("OwnershipSettings")
        return items

    def update_user_profile(self, request: Record) -> Record:
        profile = self._owner(request)
        settings = profile.get("UserSettings", {}) | request.get("UserSettings", {})
        return self._changed(profile, {"UserSettings": settings})

    def update_space(self, request: Record) -> Record:
        space = self._owner(request)
        settings = space.get("SpaceSettings", {}) | request.get("SpaceSettings", {})
        changes: Record = {"SpaceSettings": settings} if settings else {}
        if "SpaceDisplayName" in request:
            changes["SpaceDisplayName"] = request["SpaceDisplayName"]
        return self._changed(space, changes)

    def delete_user_profile(self, request: Record) -> None:
        profile = self._owner(request)
        for space in self._owners["space"].values():
            owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName", "")
            if space["DomainId"] == profile["DomainId"] and owner.lower() == profile["UserProfileName"].lower():
                raise Refusal("ResourceInUse", f"User profile {owner} still owns space {space['SpaceName']}.")
        self._delete_owner("user-profile", profile)

    def delete_space(self, request: Record) -> None:
        self._delete_owner("space", self._owner(request))

    # Apps

    def create_app(self, request: Record) -> Record:
        owner, key = self._owner(request), _app_key(request)
        if owner["Status"] != "InService":
            raise Refusal("ValidationException", f"{name_of(owner)} is {owner['Status']}, not InService.")
        if key in self._apps and self._apps[key]["Status"] not in GONE:
            raise Refusal("ResourceInUse", f"App {request['AppName']} exists already.")
        arn = self.arn("app/" + "/".join((request["DomainId"], name_of(owner), request["AppType"], request["AppName"])))
        app = request | {"AppArn": arn}
        self._attach(app, owner)
        self._apps[key] = self._born(app, request, "app", lambda: self._make_home(owner))
        return app

    def describe_app(self, request: Record) -> Record:
        return self._app(request)

    def list_apps(self, request: Record) -> Record:
        wanted = {
            "DomainId": request.get("DomainIdEquals"),
            "UserProfileName": request.get("UserProfileNameEquals"),
            "SpaceName": request.get("SpaceNameEquals"),
        }
        apps = [
            app
            for app in self._apps.values()
            if all(value is None or app.get(key, "").lower() == value.lower() for key, value in wanted.items())
        ]
        return self._page("Apps", apps, request)

    def delete_app(self, request: Record) -> None:
        app = self._app(request)
        if app["Status"] in GONE:
            raise Refusal("ResourceNotFound", f"App {request['AppName']} does not exist.")

        def end() -> None:
            app.update(Status="Deleted")
            self._detach(app)

        self._dying(app, "app", end)

    # Tags

    def add_tags(self, request: Record) -> Record:
        self._tags.add(request["ResourceArn"], request["Tags"])
        return {"Tags": self._tags.list(request["ResourceArn"])}

    def list_tags(self, request: Record) -> Record:
        return {"Tags": self._tags.list(request["ResourceArn"])}

    def delete_tags(self, request: Record) -> None:
        self._tags.take(request["ResourceArn"], request["TagKeys"])

    # What they have in common

    def _born(self, record: Record, request: Record, kind: str, then: Action | None = None, end: str = "") -> Record:
        self._tags.add(arn_of(record), request.get("Tags", []))
        return self._life.begin(record, SECONDS[kind], then, end or "InService")

    def _changed(self, record: Record, changes: Record) -> Record:
        return self._life.change(record, changes, SECONDS["update"])

    def _dying(self, record: Record, kind: str, end: Callable[[], object]) -> None:
        def gone() -> None:
            end()
            self._tags.forget(arn_of(record))

        self._life.end(record, SECONDS[kind], gone)

    def _page(self, member: str, items: list[Record], request: Record) -> Record:
        items = sorted(items, key=lambda item: item["CreationTime"], reverse=request.get("SortOrder") == "Descending")
        found, token = page(items, request, 10, self.invalid)
        return {member: found, "NextToken": token}

    def _domain(self, request: Record) -> Record:
        if request["DomainId"] not in self._domains:
            raise Refusal("ResourceNotFound", f"Domain {request['DomainId']} does not exist.")
        return self._domains[request["DomainId"]]

    def _give_home(self, domain: Record) -> None:
        home = home_efs.create(self.client("efs"), self.client("ec2"), domain)
        self._homes[domain["DomainId"]] = home
        self.disk.root(home.fs_id)
        domain.update(HomeEfsFileSystemId=home.fs_id, HomeEfsFileSystemCreation="Enabled")

    def _attach(self, app: Record, owner: Record) -> None:
        home = self._homes.get(owner["DomainId"])
        outbound = home.groups[1:] if home else ()
        if made := app_network.attach(self.client("ec2"), self._domains[owner["DomainId"]], outbound, owner):
            self._interfaces[app["AppArn"]] = made

    def _detach(self, app: Record) -> None:
        if interface := self._interfaces.pop(app["AppArn"], None):
            self.clock.later(app_network.DETACH_SECONDS, lambda: app_network.detach(self.client("ec2"), interface))

    def _make_home(self, owner: Record) -> None:
        """An app has started: the home directories it mounts are made, if they are missing."""
        domain = self._domains[owner["DomainId"]]
        mounted = [owner]
        if owner.get("SpaceSharingSettings", {}).get("SharingType") == "Private":
            person = owner["OwnershipSettings"]["OwnerUserProfileName"].lower()
            mounted.append(self._owners["user-profile"][owner["DomainId"], person])
        for home in mounted if "HomeEfsFileSystemId" in domain else []:
            uid = home["HomeEfsFileSystemUid"]
            self.disk.make_home(domain["HomeEfsFileSystemId"], uid, (int(uid), HOME_GID), HOME_MODE)

    def _create_owner(self, kind: str, word: str, request: Record) -> Record:
        domain, name = self._domain(request), request[f"{word}Name"]
        key = domain["DomainId"], name.lower()
        if domain["Status"] not in ("InService", "Updating"):
            raise Refusal("ValidationException", f"Domain {domain['DomainId']} is {domain['Status']}, not InService.")
        if key in self._owners[kind]:
            raise Refusal("ResourceInUse", f"{word} {name} exists already in domain {domain['DomainId']}.")
        uid = self._last_uid[key[0]] = self._last_uid.get(key[0], FIRST_UID - UID_STEP) + UID_STEP
        arn = self.arn(f"{kind}/{key[0]}/{key[1]}")
        owner = request | {f"{word}Arn": arn, "HomeEfsFileSystemUid": str(uid)}
        fails = self.around.faults.behaviour.creations_fail
        self._owners[kind][key] = self._born(
            owner, request, "failure" if fails else kind, end="Failed" if fails else ""
        )
        return owner

    def _owner(self, request: Record) -> Record:
        kind, name = (
            ("user-profile", request.get("UserProfileName"))
            if request.get("UserProfileName")
            else ("space", request.get("SpaceName"))
        )
        if not name:
            raise Refusal("ValidationException", "Either UserProfileName or SpaceName is required.")
        self._domain(request)
        found = self._owners[kind].get((request["DomainId"], name.lower()))
        if found is None:
            raise Refusal("ResourceNotFound", f"{kind} {name} does not exist in domain {request['DomainId']}.")
        return found

    def _told(self, owner: Record) -> Record:
        domain = self._domains[owner["DomainId"]]
        waits = self.around.faults.behaviour.uid_after_pending and owner["Status"] == "Pending"
        return owner | {"HomeEfsFileSystemUid": None} if waits or "HomeEfsFileSystemId" not in domain else owner

    def _list_owners(self, kind: str, member: str, name: str, request: Record) -> Record:
        domain, part = request.get("DomainIdEquals"), request.get(f"{name}Contains", "").lower()
        found = [
            dict(owner)
            for (domain_id, key), owner in self._owners[kind].items()
            if domain in (None, domain_id) and part in key
        ]
        return self._page(member, found, request)

    def _delete_owner(self, kind: str, owner: Record) -> None:
        key = owner["DomainId"], name_of(owner).lower()
        for app in self._apps.values():
            if app["Status"] not in GONE and self._owner(app) is owner:
                raise Refusal("ResourceInUse", f"{name_of(owner)} has app {app['AppName']}; delete it first.")
        self._dying(owner, kind, lambda: self._owners[kind].pop(key))

    def _app(self, request: Record) -> Record:
        if found := self._apps.get(_app_key(request)):
            return found
        raise Refusal("ResourceNotFound", f"App {request['AppName']} does not exist.")


def _app_key(request: Record) -> tuple[str, str, str, str, str]:
    profile, space = (request.get(name, "").lower() for name in ("UserProfileName", "SpaceName"))
    return request["DomainId"], profile, space, request["AppType"], request["AppName"]
