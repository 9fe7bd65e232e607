"""One history's world: the chain, those who watch it, and what people do. A quiet point brings everything to rest."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localcloud.clock import VirtualClock
from localcloud.service import Record, Refusal
from studio_recovery.guard import Guard
from tests.histories.chain import HOUR, Actor, Chain, Failed, Fate
from tests.histories.clients import Trouble
from tests.histories.cloud import PLACES, PROFILES
from tests.histories.truth import Life, Truth
from tests.histories.watch_copies import CopyWatch
from tests.histories.watch_ledger import LedgerWatch
from tests.histories.watch_places import PlacesWatch

OWNERS = (("user", "ada"), ("user", "bob"), ("space", "ada"), ("space", "group"))
SPELLED: tuple[Callable[[str], str], ...] = (str.lower, str.title, str.upper)
PEOPLE = ("", "", "a-1", "b-2")
FILES = ("notes.txt", "a.txt", "work/plan.txt", "work/data.csv", "restored/notes.txt")
SELECTIONS: tuple[Record, ...] = (
    {},
    {"path": "work"},
    {"into": "restored"},
    {"overwrite": "ALWAYS"},
    {"excludes": ["/work"]},
    {"includes": ["/notes*"], "overwrite": "NEVER"},
)
BAD_COPIES = ("copies_hang", "break_copies", "skip_files", "tasks_stay_creating", "uid_after_pending", "lose_events")
MOST_ROUNDS = 16


@dataclass
class World:
    """`guard` and `max_concurrent` are the deployment's settings."""

    guard: Guard = field(default_factory=Guard)
    max_concurrent: int = 100
    domains: list[str] = field(default_factory=list)
    unanswered: list[Record] = field(default_factory=list)
    at_rest: bool = False
    restless: str = ""
    troubles: list[str] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        # The watch on the ledger needs the chain, and the chain tells it of writes.
        self.chain = Chain(lambda table, old, new: self.ledger.written(table, old, new))  # noqa: PLW0108
        self.chain.guard, self.chain.max_concurrent = self.guard, self.max_concurrent
        cloud = self.chain.cloud
        self.truth = Truth(cloud.studio, cloud.homes)
        self.copies = CopyWatch(self.truth, cloud.transfers, cloud.efs.points)
        self.ledger = LedgerWatch(self.truth, self.copies, lambda: self.chain.actors[-1], now=cloud.clock.now)
        cloud.states.woken = PlacesWatch(self.truth, cloud, self.max_concurrent, self.chain.actors).woken
        cloud.transfers.starts = self.copies.begins
        cloud.homes.arrives, cloud.homes.leaves = self.copies.arrives, self.copies.leaves
        self.chain.tell = self.truth.tell
        self._seen: list[list[Life]] = []
        self.chain.begins, self.chain.handled = self._begins, self._handled

    @property
    def clock(self) -> VirtualClock:
        """The time."""
        return self.chain.cloud.clock

    # Who was there while somebody looked must be known afterwards

    def _begins(self, actor: Actor) -> None:
        self._seen.append(self._named(actor.asked) if actor.name == "event" else [])

    def _handled(self, _: Actor, well: bool) -> None:
        seen = self._seen.pop()
        self._known_now(seen if well else [], "an event")

    def _named(self, event: Record) -> list[Life]:
        asked = event["detail"]["requestParameters"]
        name = str(asked.get("userProfileName") or asked.get("spaceName")).lower()
        kind = "user" if "userProfileName" in asked else "space"
        found = self.truth.living()
        return [one for one in found if (one.kind, one.key, one.domain_id) == (kind, name, asked["domainId"])]

    def _known_now(self, seen: list[Life], how: str) -> None:
        for life in seen:
            # One that is being deleted by now has no home to anybody who looks.
            there = self.truth.alive(life.home) and life.record["Status"] == "InService"
            if not life.known and there:
                self.truth.breaks(7, f"{how} was handled, and {life.home} of {life.whose} is not in the ledger")

    # What people do

    def write(self, life: Life, path: str) -> None:
        """A user writes a file, or changes it; it is told apart whether a copy is under way."""
        self.truth.writes(life, path)
        self.chain.cloud.troubles.had[f"written {self._when(life)} a copy"] += 1

    def remove(self, life: Life, path: str) -> None:
        """A user removes a file, if it is there."""
        if self.truth.removes(life, path):
            self.chain.cloud.troubles.had[f"removed {self._when(life)} a copy"] += 1

    def _when(self, life: Life) -> str:
        """Whether a copy from or to this home runs (`during`), or ran earlier (`after`)."""
        transfers = self.chain.cloud.transfers
        labels = (transfers.task_of(one).get("Name", "").rpartition(":")[2] for one in transfers.running())
        claims = [self.copies.claims[run] for run in labels if run in self.copies.claims]
        if any(life.home in (claim.source, claim.target) for claim in claims):
            return "during"
        return "after" if any(life.home == claim.target for claim in self.copies.claims.values()) else "before"

    def create(self, kind: str, name: str, domain_id: str, person: str = "", shared: bool = False) -> None:
        """An admin of Studio makes a profile or space."""
        asked: Record = {"DomainId": domain_id, ("UserProfileName" if kind == "user" else "SpaceName"): name}
        if kind == "space":
            asked |= {
                "OwnershipSettings": {"OwnerUserProfileName": "bob" if person else "ada"},
                "SpaceSharingSettings": {"SharingType": "Shared" if shared else "Private"},
            }
        elif person:
            asked |= {"SingleSignOnUserIdentifier": "UserName", "SingleSignOnUserValue": person}
        if self._studio("create_user_profile" if kind == "user" else "create_space", asked):
            self.truth.born(kind, name, domain_id, person if kind == "user" else "")

    def delete(self, kind: str, name: str, domain_id: str) -> None:
        """An admin of Studio deletes one."""
        named = "UserProfileName" if kind == "user" else "SpaceName"
        self._studio("delete_user_profile" if kind == "user" else "delete_space", {"DomainId": domain_id, named: name})

    def come_back(self, kind: str, name: str, domain_id: str, person: str, shared: bool) -> None:
        """Deleted, and made again half a minute later."""
        self.delete(kind, name, domain_id)
        self.clock.advance(30)
        self.create(kind, name, domain_id, person, shared)
        self.clock.advance(30)

    def remove_domain(self, domain_id: str, keep: bool) -> bool:
        """The domain and everybody in it are deleted. False if SageMaker refuses."""
        lives = [life for life in self.truth.living() if life.domain_id == domain_id]
        for kind in ("space", "user"):
            for life in (life for life in lives if life.kind == kind):
                self.delete(kind, life.key, domain_id)
            self.clock.advance(30)
        policy = {"RetentionPolicy": {"HomeEfsFileSystem": "Retain" if keep else "Delete"}}
        if not self._studio("delete_domain", {"DomainId": domain_id} | policy):
            return False
        self.domains.remove(domain_id)
        return True

    def add_domain(self, name: str) -> None:
        """Another domain; its name may be taken."""
        self.domains.append(self.chain.cloud.create_domain(name))
        self.clock.advance(30)

    def replace_domain(self, domain_id: str, name: str, keep: bool) -> None:
        """The domain and everybody in it are deleted; a new one has the same people."""
        lives = [life for life in self.truth.living() if life.domain_id == domain_id]
        if not self.remove_domain(domain_id, keep):
            return
        self.clock.advance(30)
        self.add_domain(name)
        for kind in ("user", "space"):
            for life in (life for life in lives if life.kind == kind):
                person = life.whose.person or ("b-2" if life.whose.space_owner == "bob" else "")
                self.create(kind, life.key, self.domains[-1], person, life.whose.sharing == "Shared")
        self.clock.advance(30)

    def _studio(self, operation: str, asked: Record) -> bool:
        try:
            self.chain.cloud.studio.call(operation, asked)
        except Refusal:
            self.refused += 1
            return False
        return True

    def ask(self, action: str, **asked: Any) -> None:
        """An admin asks for something; who gets no answer will ask again."""
        request = {"action": action} | asked
        grant = self.truth.asked(request)
        try:
            self.chain.ask(request)
        except Failed as failed:
            if failed.error in ("BadInput", "BadHome"):
                self.refused += 1
                if grant:
                    self.truth.grants.remove(grant)
            elif action in ("release", "hold", "cancel"):
                self.unanswered.append(request)
        # Meanwhile the owner may have been made anew: it is the home that is there now.
        else:
            self.truth.asked(request)

    # What goes wrong

    def stop(self, number: int) -> None:
        """Somebody stops an execution by hand."""
        if running := self.chain.cloud.states.running():
            chosen = running[number % len(running)]
            self.chain.cloud.states.stop_execution({"executionArn": chosen.arn})
            self.chain.cloud.troubles.had["stopped by hand"] += 1

    def fail(self, trouble: Trouble) -> None:
        """Something will go wrong."""
        self.chain.cloud.troubles.coming.append(trouble)

    def fate(self, of_events: bool, fate: Fate) -> None:
        """What becomes of the next event, or of the next stream record."""
        (self.chain.event_fates if of_events else self.chain.record_fates).append(fate)
        kind = "lost" if not fate.times else "repeated" if fate.times > 1 else "late"
        self.chain.cloud.troubles.had[f"{kind} {'event' if of_events else 'record'}"] += 1

    def behave(self, name: str, badly: bool) -> None:
        """DataSync or SageMaker behave badly, or well again."""
        setattr(self.chain.cloud.faults.behaviour, name, badly)
        self.chain.cloud.troubles.had[name] += badly

    # Rest

    def seed(self) -> Record | None:
        """A pass of the seed; who was there all the time must be known afterwards."""
        before = self.truth.living()
        told = self.chain.seed()
        if told and told["complete"] and not told["troubles"]:
            self._known_now(before, "a reconcile")
        return told

    def rest(self, replays: int = 0) -> None:
        """Nothing goes wrong any more; time passes and the seed runs until nothing changes. Then hints are repeated."""
        self._good_again()
        self._settle()
        if replays and not self.restless:
            before = self._state()
            self._replay(replays)
            self._settle()
            if changed := _difference(before, self._state()):
                self.truth.breaks(9, f"repeated events and records changed {changed}")
        self.at_rest = True

    def _good_again(self) -> None:
        self.chain.cloud.troubles.clear()
        self.chain.event_fates.clear()
        self.chain.record_fates.clear()
        for name in BAD_COPIES:
            setattr(self.chain.cloud.faults.behaviour, name, False)
        for request in self.unanswered:
            self.ask(**request)
        self.unanswered.clear()

    def _settle(self) -> None:
        for _ in range(MOST_ROUNDS):
            before = self._state()
            self.clock.advance(1.1 * HOUR)
            told = self.seed()
            self.troubles = list(told["troubles"]) if told else ["the seed failed"]
            # A copy without execution is cancelled by one pass, and what it stood on removed by the next.
            busy = self.chain.cloud.states.running() or self.chain.cloud.transfers.running()
            if before == self._state() and not busy:
                self.restless = ""
                return
        self.restless = f"after {MOST_ROUNDS} passes things still change: {_difference(before, self._state())}"

    def _replay(self, number: int) -> None:
        for shelf, hand_on in (
            (self.chain.events, self.chain.hand_on),
            (self.chain.records, self.chain.hand_on_record),
        ):
            for thing in {id(one): one for one in [*shelf[-2:], *shelf[number % 7 :: 7]]}.values():
                hand_on(thing, 1.0)

    def _state(self) -> dict[Any, Any]:
        """The ledger as it stands, but for when it was written."""
        rows = self.chain.cloud.tables.all(PROFILES)
        return {
            (row["profile_name"]["S"], row["domain_name"]["S"]): {k: v for k, v in row.items() if k != "updated_at"}
            for row in rows
        } | {
            "things": [*self.chain.cloud.transfers.things(), *self.chain.cloud.efs.points],
            "line": list(self.chain.cloud.tables.all(PLACES)),
        }


def _difference(before: dict[Any, Any], after: dict[Any, Any]) -> list[Any]:
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [(key, before.get(key), after.get(key)) for key in changed]
