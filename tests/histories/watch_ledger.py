"""Watches every write into the ledger: nothing is forgotten (law 7), held rows stay so (8), nobody writes over another
(9), a row moves on only from a home whose owner is gone (3), and what is closed was copied (2)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from boto3.dynamodb.types import TypeDeserializer

from localcloud.service import Record
from tests.histories.chain import Actor
from tests.histories.cloud import HISTORY
from tests.histories.truth import Grant, Truth, following, home_of
from tests.histories.watch_copies import Claim, CopyWatch

_read = TypeDeserializer().deserialize
ENDED_WELL = ("SUCCEEDED", "SKIPPED")
Key = tuple[str, str]


@dataclass
class LedgerWatch:
    """`duties` are, by row, the homes that must not be forgotten; `held_since` when an owner was put on hold.

    `brought` are, by home, the names of the files that came into it from homes which were closed for that.
    """

    truth: Truth
    copies: CopyWatch
    actor: Callable[[], Actor]
    duties: dict[Key, set[str]] = field(default_factory=dict)
    held_since: dict[str, float] = field(default_factory=dict)
    brought: dict[str, set[str]] = field(default_factory=dict)
    lines: list[Record] = field(default_factory=list)
    now: Callable[[], float] = lambda: 0.0

    def written(self, table: str, _: Record | None, item: Record) -> None:
        """An item was written."""
        plain = {name: _read(value) for name, value in item.items()}
        if table == HISTORY:
            self.lines.append(plain)
            return
        key = plain["profile_name"], plain["domain_name"]
        old = self.truth.rows.get(key, {})
        self.truth.rows[key] = plain
        actor = self.actor()
        self.truth.tell(f"{actor.name} writes {_brief(key, plain)}")
        self._in_turn(key, old, plain)
        self._moves(key, old, plain)
        self._holds(key, old, plain, actor)
        self._claims(key, old, plain, actor)
        self._approves(key, old, plain, actor)
        self._keeps(key, old, plain, actor)
        for home in {home_of(plain), *plain.get("waiting", {})} & set(self.truth.lives):
            self.truth.lives[home].known = True

    def _in_turn(self, key: Key, old: Record, new: Record) -> None:
        if int(new["version"]) != int(old.get("version", 0)) + 1:
            self.truth.breaks(9, f"{key} was written over: {old.get('version')} to {new['version']}")

    def _moves(self, key: Key, old: Record, new: Record) -> None:
        before = home_of(old)
        if before and before != home_of(new) and self.truth.alive(before):
            self.truth.breaks(3, f"{key} leaves {before}, whose owner lives, for {home_of(new)}")

    def _holds(self, key: Key, old: Record, new: Record, actor: Actor) -> None:
        if new["replication"] == old.get("replication", True):
            return
        owner = _owner(key)
        action = "release" if new["replication"] else "hold"
        if actor.asked.get("action") != action or str(actor.asked.get("owner", "")).lower() != owner:
            self.truth.breaks(8, f"{owner}: replication became {new['replication']} through {actor}")
        if new["replication"]:
            self.held_since.pop(owner, None)
        else:
            self.held_since[owner] = self.now()

    def _claims(self, key: Key, old: Record, new: Record, actor: Actor) -> None:
        mine = old.get("replication_status") == "RUNNING" and old.get("execution_arn") == new.get("execution_arn")
        if new["replication_status"] != "RUNNING" or mine:
            return
        source = new["sources"].get(new["copying"], {})
        into = source.get("selection", {}).get("into", "")
        claim = Claim(key, new["copying"], home_of(new), into)
        self.copies.claims[new["execution_arn"].rpartition(":")[2]] = claim
        if not new["replication"]:
            self.truth.breaks(8, f"{key} is on hold, and a run claims it")
        held = self.held_since.get(source.get("origin", "").lower())
        if held is not None and held < actor.began:
            self.truth.breaks(8, f"{source['origin']} is on hold, and a run copies its home to {key}")

    def _approves(self, key: Key, old: Record, new: Record, actor: Actor) -> None:
        """An approval is for the next source alone, and for the person who is there now."""
        before = {home for home, entry in old.get("sources", {}).items() if entry.get("approved")}
        fresh = {home for home, entry in new.get("sources", {}).items() if entry.get("approved")} - before
        if not fresh or actor.asked.get("action") in ("target", "restore"):
            return
        asked = actor.asked.get("action") == "approve" and str(actor.asked["owner"]).lower() == _owner(key)
        if not asked or fresh != {following(old)}:
            self.truth.breaks(3, f"{key}: {fresh} approved through {actor}; the next is {following(old)}")
        person = self.truth.lives[home_of(new)].whose
        self.truth.grants.append(Grant(_owner(key), person, frozenset(fresh), frozenset(fresh), person))

    def _keeps(self, key: Key, old: Record, new: Record, actor: Actor) -> None:
        duties = self.duties.setdefault(key, set())
        before, after = old.get("sources", {}), new.get("sources", {})
        for home in sorted(duties - {*after, *new.get("waiting", {}), home_of(new)}):
            dropped = actor.asked.get("action") == "drop" and actor.asked["home"] == home
            if not dropped and not self._closed(key, home, old, new):
                self.truth.breaks(7, f"{key} forgets {home} through {actor.name} {actor.asked}: {before.get(home)}")
            duties.discard(home)
        for home in sorted(duties & {*before} & {*after}):
            was = before[home].get("before", before[home])
            set_aside = after[home].get("dormant") and not was.get("dormant")
            if set_aside and actor.asked.get("action") != "reject" and not self._closed(key, home, old, new):
                self.truth.breaks(7, f"{key} sets {home} aside through {actor.name}")
        left = {home_of(old), *old.get("waiting", {})} - {"", home_of(new), *new.get("waiting", {})}
        asked = actor.asked.get("action") in ("target", "restore")
        new_wholes = {home for home in {*after} - {*before} if not after[home].get("selection")}
        duties |= left | (new_wholes if asked else set())
        for home in left - {*after}:
            self.truth.breaks(7, f"{key} leaves {home}, and does not keep it")

    def _closed(self, key: Key, home: str, old: Record, new: Record) -> bool:
        """Whether a recovery of this home ended well just now; what it should have brought is looked for."""
        run = new.get("execution_arn", "").rpartition(":")[2]
        ended = new.get("ended_at") != old.get("ended_at") and new.get("outcome") in ENDED_WELL
        claim = self.copies.claims.get(run)
        if not ended or claim is None or claim.source != home or claim.target != home_of(new):
            return ended and new.get("outcome") == "SKIPPED" and not self.truth.homes.of(home)
        self._brought(key, run, claim)
        return True

    def _brought(self, key: Key, run: str, claim: Claim) -> None:
        if claim.target.partition("/")[0] in self.truth.homes.deleted:
            return
        there, now = self.truth.homes.of(claim.target), self.truth.homes.of(claim.source)
        taken = self.copies.taken.get(run, now)
        for name, file in now.items():
            if taken.get(name) != file:
                continue
            path = f"{claim.into}/{name}" if claim.into else name
            self.brought.setdefault(claim.target, set()).add(path)
            if path not in there and (claim.target, path) not in self.truth.removed:
                self.truth.breaks(7, f"{key}: {claim.source} is closed, and {name} is not in {claim.target}")
            elif path in there and there[path].torn_of == claim.source:
                self.truth.breaks(2, f"{key}: {claim.source} is closed, and {path} in {claim.target} is a half")


def _brief(key: Key, row: Record) -> str:
    """A row in a line."""
    marks = ("dormant", "unfinished", "approved", "selection", "origin")
    sources = {
        home: (int(entry["order"]), *(f"{mark}={entry[mark]}" for mark in marks if entry.get(mark)))
        for home, entry in row.get("sources", {}).items()
    }
    named = ("version", "replication_status", "reason", "copying", "outcome", "deleted_at")
    told = {name: str(row[name]) for name in named if row.get(name)}
    return f"{_owner(key)} home={home_of(row)} sources={sources} waiting={[*row.get('waiting', {})]} {told}"


def _owner(key: Key) -> str:
    return f"{key[0]}@{key[1]}"
