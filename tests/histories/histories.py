"""Random histories: hypothesis chooses what happens, and makes a failing history small.

Hypothesis costs 0.2 ms a step, so the state machine is its own; what a step costs is spared below it (tables.py,
homes.py, network.py).
"""

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from studio_recovery.guard import Guard
from tests.histories.calls import AT_AN_END, CALLS, READS
from tests.histories.chain import Fate
from tests.histories.clients import KINDS, Trouble
from tests.histories.laws import LAWS, LawBroken
from tests.histories.services import numbered
from tests.histories.tally import TALLY
from tests.histories.world import BAD_COPIES, FILES, OWNERS, PEOPLE, SELECTIONS, SPELLED, World

ALL = tuple(range(1, 10))
NUMBER = st.integers(0, 7)
LATEST = -1
RETRIES = 2
OWNER = st.sampled_from(OWNERS)
SIMPLE = ("hold", "release", "approve", "reject", "retry", "cancel", "restore")
SECONDS = (2.0, 12.0, 30.0, 60.0, 600.0, 4000.0)


class Histories(RuleBasedStateMachine):
    """What can happen in a history. After each step, and at its end at rest, the nine laws hold.

    `checked` are the numbers of the laws that are looked at: all, but for a planted bug.
    """

    checked: ClassVar[tuple[int, ...]] = ALL

    def __init__(self) -> None:
        super().__init__()
        self._numbered = numbered()
        self._numbered.__enter__()
        self.world = World()
        self.steps = 0

    @initialize(cautious=st.integers(0, 5), narrow=st.booleans(), person=st.sampled_from(PEOPLE))
    def _begin(self, cautious: int, narrow: bool, person: str) -> None:
        guard = Guard(require_approval=cautious == 1, max_age_days=0.02 if cautious == 2 else 0)
        self.world = World(guard, max_concurrent=1 if narrow else 100)
        self.world.add_domain("lab")
        self.world.create("user", "ada", self.world.domains[0], person)
        self.world.clock.advance(30)
        self._write(0, 0)

    # Studio

    @rule(owner=OWNER, spelled=NUMBER, domain=NUMBER, person=st.sampled_from(PEOPLE), shared=st.booleans())
    def create(self, owner: tuple[str, str], spelled: int, domain: int, person: str, shared: bool) -> None:
        self.world.create(owner[0], _spelled(owner, spelled), self._domain(domain), person, shared)

    @rule(owner=OWNER, spelled=NUMBER, domain=NUMBER)
    def delete(self, owner: tuple[str, str], spelled: int, domain: int) -> None:
        self.world.delete(owner[0], _spelled(owner, spelled), self._domain(domain))

    @rule(number=NUMBER, spelled=NUMBER, person=st.sampled_from(PEOPLE), shared=st.booleans(), quick=st.booleans())
    def come_back(self, number: int, spelled: int, person: str, shared: bool, quick: bool) -> None:
        if lives := self.world.truth.living():
            life = lives[number % len(lives)]
            self._write(number, spelled)
            self._write(number, spelled + 2)
            name = _spelled((life.kind, life.key), spelled)
            self.world.come_back(life.kind, name, life.domain_id, person, shared)
            if not quick:
                self.world.clock.advance(300)

    @rule(number=NUMBER, person=st.sampled_from(PEOPLE), seconds=st.sampled_from(SECONDS))
    def come_back_and_wait(self, number: int, person: str, seconds: float) -> None:
        self.come_back(number, 0, person, False, quick=True)
        self.world.clock.advance(seconds)

    @rule(name=st.sampled_from(("lab", "annex")))
    def add_domain(self, name: str) -> None:
        if len(self.world.domains) < 3:
            self.world.add_domain(name)

    @rule(domain=NUMBER, name=st.sampled_from(("lab", "lab", "annex")), keep=st.sampled_from((True, True, False)))
    def replace_domain(self, domain: int, name: str, keep: bool) -> None:
        self.world.replace_domain(self._domain(domain), name, keep)

    @rule(domain=NUMBER, keep=st.booleans())
    def remove_domain(self, domain: int, keep: bool) -> None:
        if len(self.world.domains) > 1:
            self.world.remove_domain(self._domain(domain), keep)

    @rule(number=NUMBER, file=NUMBER)
    def write(self, number: int, file: int) -> None:
        self._write(number, file)

    @rule(number=NUMBER, file=NUMBER)
    def remove(self, number: int, file: int) -> None:
        if lives := self.world.truth.living():
            self.world.remove(lives[number % len(lives)], FILES[file % len(FILES)])

    # Admins

    @rule(action=st.sampled_from(SIMPLE), number=NUMBER, spelled=NUMBER)
    def ask(self, action: str, number: int, spelled: int) -> None:
        self.world.ask(action, owner=self._named(number, spelled))

    @rule(action=st.sampled_from(("approve", "reject")), number=NUMBER, home=NUMBER)
    def ask_about_a_home(self, action: str, number: int, home: int) -> None:
        owner = self._named(number)
        if homes := self._homes(owner):
            self.world.ask(action, owner=owner, home=homes[-1 - home % len(homes)])

    @rule(number=NUMBER, source=NUMBER, home=st.integers(0, 5), selection=st.sampled_from(SELECTIONS))
    def restore(self, number: int, source: int, home: int, selection: dict[str, Any]) -> None:
        asked: dict[str, Any] = {"owner": self._named(number)} | ({"selection": selection} if selection else {})
        other = self._named(source)
        if source < 3 and other != asked["owner"]:
            asked["source"] = other
        if home < 4 and (homes := self._homes(str(asked.get("source", asked["owner"])))):
            asked["home"] = homes[-1 - home % len(homes)]
        self.world.ask("restore", **asked)

    @rule(source=NUMBER, to=NUMBER, home=st.integers(0, 5))
    def add_target(self, source: int, to: int, home: int) -> None:
        asked = {"source": self._named(source), "target": self._named(to)}
        if home < 3 and (homes := self._homes(asked["source"])):
            asked["home"] = homes[-1 - home % len(homes)]
        self.world.ask("target", **asked)

    @rule(source=NUMBER, to=NUMBER)
    def hold_what_was_asked_for(self, source: int, to: int) -> None:
        """Somebody is to get another's files, who is put on hold before the copy begins."""
        self.add_target(source, to, 0)
        self.world.ask("hold", owner=self._named(source))
        self.world.clock.advance(60)

    @rule(number=NUMBER, home=NUMBER)
    def drop(self, number: int, home: int) -> None:
        owner = self._named(number)
        if homes := self._homes(owner):
            self.world.ask("drop", owner=owner, home=homes[-1 - home % len(homes)])

    @rule()
    def seed(self) -> None:
        self.world.seed()

    # Time and trouble

    @rule(seconds=st.sampled_from(SECONDS))
    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule(of_events=st.booleans(), times=st.integers(0, 2), late=st.sampled_from((0.0, 20.0, 300.0, 4000.0)))
    def fate(self, of_events: bool, times: int, late: float) -> None:
        if (times, late) != (1, 0.0):
            self.world.fate(of_events, Fate(times, late))

    @rule(of_events=st.booleans())
    def lose(self, of_events: bool) -> None:
        self.world.fate(of_events, Fate(times=0))

    @rule(kind=st.sampled_from(KINDS), after=st.integers(0, 40), times=st.sampled_from((1, 1, 3, 12)))
    def fail(self, kind: str, after: int, times: int) -> None:
        self.world.fail(Trouble(kind, after, times))

    @rule(
        kind=st.sampled_from(KINDS),
        operation=st.sampled_from(CALLS),
        after=st.integers(0, 2),
        times=st.sampled_from((1, 1, 12)),
    )
    def fail_a_write(self, kind: str, operation: str, after: int, times: int) -> None:
        self.world.fail(Trouble(kind, after, times, operation))

    @rule(
        kind=st.sampled_from(KINDS),
        operation=st.sampled_from(READS),
        after=st.integers(0, 2),
        times=st.sampled_from((1, 1, 12)),
    )
    def fail_a_read(self, kind: str, operation: str, after: int, times: int) -> None:
        self.world.fail(Trouble(kind, after, times, operation))

    @rule(after=st.integers(0, 40), what=st.integers(0, 10), number=NUMBER)
    def meanwhile(self, after: int, what: int, number: int) -> None:
        acts = (
            lambda: self.world.stop(number),
            lambda: self.world.ask("hold", owner=self._named(number)),
            lambda: self.world.ask("cancel", owner=self._named(number)),
            lambda: self.world.clock.advance(60),
            lambda: self.come_back(number, 0, "", False, quick=True),
            lambda: self.world.ask("restore", owner=self._named(number)),
            lambda: self.world.ask("release", owner=self._named(number)),
            self.world.seed,
            lambda: self._write(number, after),
            lambda: self.remove(number, after),
            self._delete_latest,
        )
        self.world.fail(Trouble("meanwhile", after, meanwhile=acts[what]))

    @rule(name=st.sampled_from(BAD_COPIES), badly=st.sampled_from((True, True, False)))
    def behave(self, name: str, badly: bool) -> None:
        self.world.behave(name, badly)

    @rule(number=NUMBER, name=st.sampled_from(BAD_COPIES[:4]), seconds=st.sampled_from(SECONDS))
    def come_back_to_a_bad_copy(self, number: int, name: str, seconds: float) -> None:
        self.world.behave(name, badly=True)
        self.come_back(number, 0, "", False, quick=True)
        self.world.clock.advance(60)
        self.world.behave(name, badly=False)
        self.world.clock.advance(seconds)

    @rule(number=NUMBER, kind=st.sampled_from(KINDS), operation=st.sampled_from(AT_AN_END))
    def replace_a_copy_where_a_call_fails(self, number: int, kind: str, operation: str) -> None:
        """A copy hangs when its owner comes back once more, and a call fails that is made then."""
        self.world.behave("copies_hang", badly=True)
        self.come_back(number, 0, "", False, quick=True)
        self.world.clock.advance(60)
        self.world.fail(Trouble(kind, 0, operation=operation))
        self.come_back(LATEST, 0, "", False, quick=True)
        self.world.behave("copies_hang", badly=False)
        self.world.clock.advance(60)
        self.world.seed()

    @rule(
        number=NUMBER,
        first=st.sampled_from(("", "b-2")),
        name=st.sampled_from(("", "break_copies", "copies_hang")),
        action=st.sampled_from(("", "approve", "restore")),
    )
    def change_hands(self, number: int, first: str, name: str, action: str) -> None:
        """A name goes from one to the next, whom an admin may give the files; then a third gets it, but not theirs."""
        self.come_back(number, 0, "a-1", False, quick=False)
        if name:
            self.world.behave(name, badly=True)
        self.come_back(LATEST, 0, first, False, quick=True)
        self.world.clock.advance(120)
        if action:
            self.world.ask(action, owner=self._named(0))
        self.come_back(LATEST, 0, "c-3", False, quick=True)
        if name:
            self.world.behave(name, badly=False)
        self.world.clock.advance(120)
        if action:
            self.world.ask("reject", owner=self._named(0))

    @rule(
        number=NUMBER,
        at=st.sampled_from(("", "get_item", "transact_write_items")),
        after=NUMBER,
        seconds=st.sampled_from(SECONDS[:3]),
    )
    def come_back_in_between(self, number: int, at: str, after: int, seconds: float) -> None:
        """An owner is made again while a function works on its home before."""
        self.come_back(number, 0, "", False, quick=True)
        self.world.clock.advance(seconds)
        again = lambda: self.come_back(LATEST, 0, "", False, quick=True)  # noqa: E731
        self.world.fail(Trouble("meanwhile", after if at else 5 * after, operation=at, meanwhile=again))
        self.come_back(LATEST, 0, "", False, quick=True)
        self.world.clock.advance(60)

    @rule(number=NUMBER)
    def stop(self, number: int) -> None:
        self.world.stop(number)

    @rule(replays=NUMBER)
    def rest(self, replays: int) -> None:
        self.world.rest(replays)

    @invariant()
    def laws(self) -> None:
        """All nine; those that need rest count only if the step was a rest."""
        self.steps += 1
        for number in self.checked:
            LAWS[number - 1](self.world)
        self.world.at_rest = False

    def teardown(self) -> None:
        """The end: at rest the laws hold, and what failed can be tried again."""
        try:
            if not self.world.truth.broken:
                self._end()
        finally:
            TALLY.take(self.world, self.steps)
            self._numbered.__exit__(None, None, None)

    def _end(self) -> None:
        # First without repeated hints, which may help where nobody else would.
        self.world.rest()
        self.laws()
        self.world.rest(1)
        self.laws()
        # What failed before a selection of it did rests once more when that has come.
        for _ in range(RETRIES):
            for owner in self._failed():
                self.world.ask("retry", owner=owner)
            self.world.rest()
            self.laws()
        if 5 in self.checked and (failed := self._failed()):
            raise LawBroken(5, f"{failed} fail for ever: {self.world.truth.row_of(failed[0]).get('reason')}")

    def _failed(self) -> list[str]:
        rows = sorted(self.world.truth.rows.items())
        return [f"{key}@{domain}" for (key, domain), row in rows if row["replication_status"] == "FAILED"]

    # How numbers become names

    def _domain(self, number: int) -> str:
        return self.world.domains[number % len(self.world.domains)]

    def _named(self, number: int, spelled: int = 0) -> str:
        """An owner that was there; the latest first."""
        names = list(dict.fromkeys(life.whose.owner for life in reversed(self.world.truth.lives.values())))
        kind, _, rest = names[number % len(names)].partition("/")
        name, _, domain = rest.partition("@")
        return f"{kind}/{_spelled((kind, name), spelled)}@{domain}"

    def _homes(self, owner: str) -> list[str]:
        name, _, domain = owner.partition("@")
        wanted = f"{name.lower()}@{domain}"
        return [life.home for life in self.world.truth.lives.values() if life.whose.owner == wanted]

    def _delete_latest(self) -> None:
        if lives := self.world.truth.living():
            self.world.delete(lives[LATEST].kind, lives[LATEST].key, lives[LATEST].domain_id)

    def _write(self, number: int, file: int) -> None:
        if lives := self.world.truth.living():
            self.world.write(lives[number % len(lives)], FILES[file % len(FILES)])


def _spelled(owner: tuple[str, str], number: int) -> str:
    return SPELLED[number % len(SPELLED)](owner[1])
