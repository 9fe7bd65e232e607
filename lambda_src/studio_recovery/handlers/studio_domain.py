"""Lets Terraform destroy a Studio domain: empties it before, and removes what SageMaker leaves behind after it.

modules/studio-domain calls it (aws_lambda_invocation with lifecycle_scope CRUD adds `tf.action`). When things are made
or changed it does nothing. At destroy `empty` runs before users, spaces and domain go, and `sweep` when they are gone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio_recovery.aws.calls import client, typed_errors
from studio_recovery.aws.domains import DELETING, App, Domains, Member
from studio_recovery.aws.nfs_groups import NfsGroups, Pair
from studio_recovery.errors import BadInput, DomainNotEmpty, LeftBehind, UnknownOwners
from studio_recovery.handlers.log import LambdaContext, Logger
from studio_recovery.owners import Kind

KEPT, DELETED = "kept", "deleted"
_LOOK_AGAIN_SECONDS = 5
_RESERVE_SECONDS = 20
_logger = Logger(service="studio-domain")


@dataclass(frozen=True, slots=True)
class Order:
    """What Terraform says of its domain; the owners are those that it made, as `user/ada` and `space/reading-group`."""

    module: str
    domain_id: str
    owners: frozenset[str]
    delete_unknown_owners: bool
    retain_home_file_system: bool

    @classmethod
    def of(cls, event: dict[str, Any]) -> "Order":
        """The order in an invocation's input. Raises BadInput that names a missing field."""
        try:
            users = [f"{Kind.USER}/{name}" for name in event["user_profiles"]]
            spaces = [f"{Kind.SPACE}/{name}" for name in event["spaces"]]
            return cls(
                event["module"],
                event["domain_id"],
                frozenset(owner.casefold() for owner in [*users, *spaces]),
                event["delete_unknown_owners"],
                event["retain_home_file_system"],
            )
        except KeyError as missing:
            raise BadInput(f"the input has no {missing}") from missing

    def knows(self, member: Member) -> bool:
        """Whether Terraform made it; SageMaker's names are not case sensitive."""
        return str(member).casefold() in self.owners


@dataclass(frozen=True, slots=True)
class Emptying:
    """What emptying a domain needs. `sleep` waits for so many seconds."""

    domains: Domains
    groups: NfsGroups
    sleep: Callable[[float], None]

    def run(self, order: Order, seconds_left: Callable[[], float]) -> dict[str, Any]:
        """Deletes every app, and, if told so, every owner that Terraform did not make; what was deleted.

        Raises UnknownOwners before anything is touched, DomainNotEmpty if the time does not suffice.
        """
        domain_arn = self.domains.arn(order.domain_id)
        if domain_arn is None:
            return {"deleted": []}
        self._refuse_unknown(order)
        self.groups.mark(domain_arn, order.module, KEPT if order.retain_home_file_system else DELETED)
        deleted = set[str]()
        while left := self._go_on(order):
            deleted |= {_name(one) for one in left}
            if seconds_left() < _RESERVE_SECONDS:
                names = ", ".join(map(str, left))
                raise DomainNotEmpty(
                    f"domain {order.domain_id} is not empty yet, its deletion goes on: {names}."
                    " Destroy again in a few minutes; whoever still works in it should stop"
                )
            self.sleep(_LOOK_AGAIN_SECONDS)
        return {"deleted": sorted(deleted)}

    def _refuse_unknown(self, order: Order) -> None:
        unknown = [member for member in self._unknown(order) if member.status != DELETING]
        if unknown and not order.delete_unknown_owners:
            names = ", ".join(sorted(map(str, unknown)))
            raise UnknownOwners(
                f"domain {order.domain_id} has owners that Terraform did not make: {names}. Nothing in it was deleted."
                " Delete them in Studio, or add them to the configuration, or apply delete_unknown_owners = true"
                " first, which deletes spaces with their EBS volumes"
            )

    def _unknown(self, order: Order) -> list[Member]:
        return [member for member in self.domains.members(order.domain_id) if not order.knows(member)]

    def _go_on(self, order: Order) -> list[App] | list[Member]:
        """Asks for the next deletions; what is not gone yet. Apps, then spaces, then profiles: each holds the next."""
        apps = self.domains.apps(order.domain_id)
        for app in apps:
            if app.status != DELETING:
                self.domains.delete_app(order.domain_id, app)
        if apps:
            return apps
        unknown = self._unknown(order)
        spaces = [member for member in unknown if member.kind is Kind.SPACE]
        for member in spaces or unknown:
            if member.status != DELETING:
                self.domains.delete_member(order.domain_id, member)
        return unknown


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What sweeping up after a domain needs. `sleep` waits for so many seconds."""

    domains: Domains
    groups: NfsGroups
    sleep: Callable[[float], None]

    def run(self, module: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
        """Removes the marked groups of domains that are gone; which were removed, and which a kept file system needs.

        Raises LeftBehind, which says what still holds a group, if the time does not suffice.
        """
        removed, kept = list[str](), list[str]()
        for pair in self.groups.marked(module):
            if self.domains.arn(pair.domain_id) or not self._is_free(pair, seconds_left):
                kept.extend(pair.groups)
            else:
                self.groups.remove(pair)
                removed.extend(pair.groups)
        return {"removed": removed, "kept": kept}

    def _is_free(self, pair: Pair, seconds_left: Callable[[], float]) -> bool:
        """Whether no interface carries the groups. Those of a deleted file system, and of apps, go within minutes."""
        while carried := self.groups.interfaces(pair):
            if pair.homes == KEPT:
                return False
            if seconds_left() < _RESERVE_SECONDS:
                raise LeftBehind(
                    f"network interfaces still carry the security groups of the deleted domain {pair.domain_id}:"
                    f" {', '.join(carried)}. Destroy again in a few minutes; remove what is not SageMaker's"
                )
            self.sleep(_LOOK_AGAIN_SECONDS)
        return True


def _name(one: App | Member) -> str:
    return f"{one.owner} {one.kind}/{one.name}" if isinstance(one, App) else str(one)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Runs the event's `action`, `empty` or `sweep`, when Terraform destroys the invocation."""
    terraform = event.get("tf", {}).get("action", "")

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    with typed_errors():
        result = _run(event, seconds_left) if terraform == "delete" else {}
    action = event.get("action")
    _logger.info("studio domain", extra={"action": action, "terraform": terraform} | result)
    return result


def _run(event: dict[str, Any], seconds_left: Callable[[], float]) -> dict[str, Any]:
    match event.get("action"):
        case "empty":
            order = Order.of(event)
            return Emptying(_domains(), _groups(), time.sleep).run(order, seconds_left)
        case "sweep":
            return Sweeping(_domains(), _groups(), time.sleep).run(event["module"], seconds_left)
        case action:
            raise BadInput(f"action {action!r} is not one of empty, sweep")


def _domains() -> Domains:
    return Domains(client("sagemaker"))


def _groups() -> NfsGroups:
    return NfsGroups(client("ec2"))
