"""A made-up ledger that is like a real one: some domains, many owners, and a season of recoveries. Always the same."""

import random
from collections.abc import Iterator
from dataclasses import replace

from studio_recovery.census import Domain
from studio_recovery.homes import Belonging, Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.rows import Counts, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import APPROVAL, NO_FILE_SYSTEM, OTHER_OWNER, Status, Word
from studio_recovery_cli.report.facts import Report, Subject, report

NOW = 1_795_531_000_000
HOUR, DAY = 3_600_000, 86_400_000
# Names are data: nothing of them may be taken for a part of the page.
NASTY = "</script><script>document.title='broken'</script><img src=x onerror=document.title='broken'>"
VPC, OTHER_VPC = "vpc-0a1b2c3d4e5f60718", "vpc-0123456789abcdef0"
DOMAINS = {
    "d-abcdefghijk1": Domain("d-abcdefghijk1", "lab", VPC, "fs-0a1b2c3d4e5f60001"),
    "d-abcdefghijk2": Domain("d-abcdefghijk2", "finance", VPC, "fs-0a1b2c3d4e5f60002"),
    "d-abcdefghijk3": Domain("d-abcdefghijk3", "field-station", OTHER_VPC, "fs-0a1b2c3d4e5f60003"),
    "d-abcdefghijk4": Domain("d-abcdefghijk4", f"new {NASTY}", VPC, ""),
}
_ENDS = {Word.SUCCEEDED: 88, Word.PARTIAL: 3, Word.SKIPPED: 5, Word.FAILED: 3, Word.SUPERSEDED: 1}
_REASONS = {
    Word.PARTIAL: "3 of 412 files were not transferred",
    Word.SKIPPED: "nothing to copy",
    Word.FAILED: "TaskNotReady: the task is UNAVAILABLE",
    Word.SUPERSEDED: "user/ada in lab no longer asks for it",
}
SUBJECT = Subject(
    name="studio-recovery",
    account="111122223333",
    region="eu-west-1",
    made_at=NOW,
    days=90,
    reconciled_at=NOW - 42 * 60_000,
    domains=DOMAINS,
    vpcs=frozenset({VPC}),
)


def made_up(owners: int = 120, days: int = 90) -> Report:
    """The report on so many owners."""
    rows = [*_owners(owners), *_who_needs_a_person()]
    lines = [line for row in rows for line in _history(row)]
    return report(replace(SUBJECT, days=days), rows, lines)


def nothing() -> Report:
    """The report on a deployment that nobody has used yet."""
    return report(replace(SUBJECT, domains={}, reconciled_at=0), [], [])


def _owners(count: int) -> Iterator[Row]:
    by_chance = random.Random(7)  # noqa: S311 # nothing secret
    for number in range(count):
        domain = by_chance.choices(list(DOMAINS.values()), (60, 30, 8, 2))[0]
        kind = by_chance.choice((Kind.USER, Kind.USER, Kind.SPACE))
        name = f"{by_chance.choice(('ada', 'grace', 'alan', 'edsger'))}-{number:05}"
        owner = Owner(kind, name, domain.name.split()[0])
        if not domain.file_system_id:
            yield Row(owner, status=Status.UNPROTECTED, reason=NO_FILE_SYSTEM, unprotected_in=domain.id, version=1)
            continue
        home = Home(domain.file_system_id, str(200_005 + 5 * number), domain.id)
        status = by_chance.choices((Status.IDLE, Status.SUCCEEDED, Status.SKIPPED, Status.RUNNING), (5, 12, 1, 1))[0]
        counts = Counts(by_chance.randrange(10**11), by_chance.randrange(90_000), by_chance.randrange(5_000, 9_000_000))
        yield Row(owner, home, status=status, counts=counts, version=3, event_time=NOW - by_chance.randrange(90) * DAY)


def _who_needs_a_person() -> Iterator[Row]:
    home, old = Home("fs-0a1b2c3d4e5f60001", "990005", "d-abcdefghijk1"), Home("fs-0a1b2c3d4e5f60002", "990010")
    source = Source(old, 1, Belonging("alice"), left_at=NOW - 3 * DAY)

    def row(name: str, status: Status, reason: str) -> Row:
        owner = Owner(Kind.USER, name, "lab")
        return Row(owner, home, Belonging("bob"), (source,), status=status, reason=reason, version=4, event_time=NOW)

    yield row("ada", Status.FAILED, f"CannotOpen: no group of fs-0a1b2c3d4e5f60001 admits us {NASTY}")
    for name in ("emmy", "hedy", "joan", "katherine", "margaret"):
        yield row(name, Status.FAILED, "TaskNotReady: the task is UNAVAILABLE")
    yield row("lise", Status.PARTIAL, "FilesNotTransferred: /secret-plans.txt could not be read")
    yield row("mary", Status.BLOCKED, OTHER_OWNER)
    yield row("rosalind", Status.BLOCKED, APPROVAL)
    yield replace(row("sofia", Status.BLOCKED, "held"), replication=False)


def _history(row: Row) -> Iterator[tuple[Owner, Line]]:
    by_chance = random.Random(str(row.owner))  # noqa: S311 # nothing secret
    yield row.owner, Line("created", NOW - 89 * DAY, "1", {"status": "IDLE", "version": 1})
    if row.status in (Status.IDLE, Status.BLOCKED, Status.UNPROTECTED) or row.home is None:
        return
    for _ in range(by_chance.choice((1, 1, 2, 3))):
        at = NOW - round(by_chance.betavariate(1.2, 2.2) * 88 * DAY) - by_chance.randrange(HOUR)
        word = by_chance.choices(list(_ENDS), list(_ENDS.values()))[0]
        yield row.owner, _ended(row.home, word, at, by_chance)
    if row.status is not Status.RUNNING:
        yield (
            row.owner,
            replace(_ended(row.home, Word(row.status), NOW - by_chance.randrange(85) * DAY, by_chance), id="last"),
        )


def _ended(home: Home, word: Word, at: int, by_chance: random.Random) -> Line:
    size = round(by_chance.lognormvariate(20, 2.5))
    details: dict[str, str | int] = {"source": f"{home.file_system_id}/200000", "target": home.key}
    details |= {"reason": _REASONS[word]} if word in _REASONS else {}
    if word is not Word.SUPERSEDED:
        copied = 0 if word is Word.SKIPPED else size
        took = round(20_000 + size / 50_000 * by_chance.uniform(0.6, 3))
        details |= {"bytes_written": copied, "files_transferred": copied // 40_000, "total_duration_ms": took}
    return Line(word, at, f"{at}", details)
