"""What is true, whatever the product believes: who lived where and when, what people did and asked for.

It knows nothing of the product's code, and reads of the ledger what an admin sees.
"""

from dataclasses import dataclass, field

from localcloud.service import Record
from tests.histories.homes import File, Homes, Whose
from tests.histories.services import Studio

START = 1_767_225_600.0
"""When every history begins: VirtualClock's own start."""

Rows = dict[tuple[str, str], Record]


@dataclass
class Life:
    """An owner from its creation to its end, with the home of that time. `home` is `fs-id/uid`."""

    kind: str
    key: str
    domain_id: str
    home: str
    whose: Whose
    record: Record
    known: bool = False
    """Whether the ledger ever told of this home."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An admin wants the files of these homes to come to an owner; to the person that it was then.

    `sure`: the homes that were named, or approved before. Of the others only what belonged to `source`.
    """

    owner: str
    target: Whose
    homes: frozenset[str]
    sure: frozenset[str]
    source: Whose

    def covers(self, file: File, home: str, target: Whose) -> bool:
        """Whether the file of that home may come to the target."""
        if self.owner != target.owner or home not in self.homes or not may_pass(self.target, target):
            return False
        return home in self.sure or may_pass(file.whose, self.source)


def may_pass(one: Whose, to: Whose) -> bool:
    """False if two known people differ, or the owners of spaces, or files would leave a private space."""
    if one.person and to.person and one.person != to.person:
        return False
    if one.space_owner and to.space_owner and one.space_owner.lower() != to.space_owner.lower():
        return False
    return (one.sharing, to.sharing) != ("Private", "Shared")


@dataclass
class Truth:
    """Everything that happened in one history."""

    studio: Studio
    homes: Homes
    rows: Rows = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    overwrites: set[tuple[str, str]] = field(default_factory=set)
    removed: set[tuple[str, str]] = field(default_factory=set)
    broken: list[tuple[int, str]] = field(default_factory=list)
    written: int = 0
    story: list[str] = field(default_factory=list)
    """What happened, in words: for whoever looks at a broken law."""

    def tell(self, what: str) -> None:
        """Something happened."""
        self.story.append(f"{self.studio.clock.now() - START:9.1f} {what}")

    def breaks(self, law: int, text: str) -> None:
        """A law was broken."""
        self.broken.append((law, text))
        self.tell(f"LAW {law} BROKEN: {text}")

    def born(self, kind: str, name: str, domain_id: str, person: str = "") -> None:
        """SageMaker made an owner."""
        record = self.studio.lives(kind, domain_id, name.lower())
        domain = self.studio.domains()[domain_id]
        if record is None:
            raise ValueError(name)
        whose = Whose(
            f"{kind}/{name.lower()}@{domain['DomainName']}",
            person,
            record.get("OwnershipSettings", {}).get("OwnerUserProfileName", ""),
            record.get("SpaceSharingSettings", {}).get("SharingType", ""),
        )
        home = f"{domain['HomeEfsFileSystemId']}/{record['HomeEfsFileSystemUid']}"
        self.tell(f"born {home} {whose}")
        self.lives[home] = Life(kind, name.lower(), domain_id, home, whose, record)

    def alive(self, home: str) -> bool:
        """Whether the owner that has this home is still there."""
        life = self.lives.get(home)
        return life is not None and self.studio.lives(life.kind, life.domain_id, life.key) is life.record

    def living(self) -> list[Life]:
        """All owners that are there and in service."""
        return [life for life in self.lives.values() if life.record["Status"] == "InService" and self.alive(life.home)]

    def _whose(self, owner: str, home: str) -> Whose:
        """Whom a home of the owner belongs to; nobody that is known, if there is none yet."""
        return self.lives[home].whose if home in self.lives else Whose(owner)

    def writes(self, life: Life, path: str) -> None:
        """A user writes a file, or changes it."""
        self.written += 1
        fs_id, _, uid = life.home.partition("/")
        text = f"{life.whose.owner} {life.home} {self.written:06d} " * 2
        self.tell(f"written {life.home}/{path}")
        self.homes.root(fs_id)[f"{uid}/{path}"] = File(text, int(uid), life.whose)

    def removes(self, life: Life, path: str) -> bool:
        """A user removes a file. False if there is none."""
        fs_id, _, uid = life.home.partition("/")
        if not self.homes.root(fs_id).pop(f"{uid}/{path}", None):
            return False
        self.tell(f"removed {life.home}/{path}")
        self.removed.add((life.home, path))
        return True

    def row_of(self, owner: str) -> Record:
        """The row of `user/ada@lab`; empty if there is none."""
        key, _, domain_name = owner.partition("@")
        return self.rows.get((key, domain_name), {})

    def asked(self, request: Record) -> Grant | None:
        """What a request of an admin allows, if it is one that names a source."""
        self.tell(f"asked {request}")
        owner = str(request.get("target") or request.get("owner", "")).lower()
        source = str(request.get("source") or owner).lower()
        if request.get("selection", {}).get("overwrite") == "ALWAYS":
            latest = home_of(self.row_of(source)) if source != owner else self._before(owner)
            self.overwrites.add((self._into(owner), str(request.get("home") or latest)))
        if request["action"] not in ("target", "restore") or not (request.get("source") or request.get("home")):
            return None
        row = self.row_of(source)
        sources = row.get("sources", {})
        approved = frozenset(home for home, entry in sources.items() if entry.get("approved"))
        if request.get("home"):
            homes = sure = frozenset({str(request["home"])})
        else:
            homes, sure = frozenset({*sources, home_of(row) or self._into(source)}), approved
        offered = home_of(row) or self._into(source)
        # Who names an owner of whom the ledger knows nothing yet means whoever turns up under that name.
        into = self._into(owner) if home_of(self.row_of(owner)) else ""
        grant = Grant(owner, self._whose(owner, into), homes, sure, self._whose(source, offered))
        self.grants.append(grant)
        return grant

    def _into(self, owner: str) -> str:
        """The owner's current home, as an admin's request finds it."""
        row = self.row_of(owner)
        latest = [life.home for life in self.lives.values() if life.whose.owner == owner][-1:]
        return home_of(row) if home_of(row) and not row.get("deleted_at") else "".join(latest)

    def _before(self, owner: str) -> str:
        """The home that an admin means who names none: what waits, or the latest before the current one."""
        waits = following(self.row_of(owner))
        here = {home_of(self.row_of(owner)), *self.row_of(owner).get("waiting", {})}
        known = (life for life in self.lives.values() if life.whose.owner == owner and life.known)
        earlier = [life.home for life in known if life.home not in here]
        return waits or "".join(earlier[-1:])

    def excused(self) -> int:
        """Homes with files whose owner is gone, and which neither an event nor a reconcile ever saw."""
        return sum(
            not life.known and not self.alive(life.home) and bool(self.homes.of(life.home))
            for life in self.lives.values()
        )


def home_of(row: Record) -> str:
    """The current home of a row as `fs-id/uid`; nothing if it has none."""
    return f"{row['efs_sys_id']}/{row['efs_uid']}" if row.get("efs_uid") else ""


def following(row: Record) -> str:
    """The source that is next, as the row has it: `fs-id/uid`, or nothing."""
    waiting = {home: entry for home, entry in row.get("sources", {}).items() if not entry.get("dormant")}
    return max(waiting, key=lambda home: waiting[home]["order"], default="")
