"""The nine laws of docs/architecture.md, each an invariant with a name.

What the watchers saw counts after every step; the rest can only be asked when the world is at rest.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from localcloud.service import Record
from tests.histories.cloud import PLACES
from tests.histories.truth import following, home_of
from tests.histories.world import World

STORY = 60
WORDS = ("SUCCEEDED", "PARTIAL", "SKIPPED", "FAILED", "SUPERSEDED", "BLOCKED")


class LawBroken(AssertionError):
    """A law does not hold; `law` is its number."""

    def __init__(self, law: int, what: str) -> None:
        super().__init__(f"law {law}: {what}")
        self.law = law


def _hold(law: int, world: World, at_rest: Callable[[World], Iterator[str]]) -> None:
    seen = (text for number, text in world.truth.broken if number == law)
    later = at_rest(world) if world.at_rest else iter(())
    for text in (*seen, *later):
        raise LawBroken(law, "\n".join([text, *world.truth.story[-STORY:]]))


def _nothing(_: World) -> Iterator[str]:
    return iter(())


def law_1_a_source_is_never_changed(world: World) -> None:
    """A copy writes into its target only: the home that the ledger named when the run claimed its row."""
    _hold(1, world, _nothing)


def law_2_nothing_is_overwritten_and_doubt_is_partial(world: World) -> None:
    """No copy replaces or removes a file, unless an admin asked for it; no half file counts as recovered."""
    _hold(2, world, _nothing)


def law_3_nobody_gets_anothers_files(world: World) -> None:
    """Each file that arrives is the owner's own, of a life that is over, or an admin asked for it."""
    _hold(3, world, _still_alive)


def law_4_a_copy_sees_two_homes_only(world: World) -> None:
    """Both sides of every copy are access points rooted at one home; what is written is the new user's."""
    _hold(4, world, _nothing)


def law_5_everything_ends_in_one_outcome(world: World) -> None:
    """Every execution ends and says so once; no row waits for what is over; no function breaks."""
    world.truth.broken += [(5, text) for text in world.chain.unhandled]
    _hold(5, world, _ended)


def law_6_what_was_made_is_removed(world: World) -> None:
    """No task, location or access point is left, and nobody in line."""
    _hold(6, world, _left)


def law_7_no_home_is_forgotten(world: World) -> None:
    """A home stays among the sources until all of it was copied or an admin dropped it; who lives is known.

    At rest everybody can read what was brought and not removed since, and no home waits without a reason.
    """
    _hold(7, world, _unknown)


def law_8_a_hold_is_sticky(world: World) -> None:
    """Only an admin's hold and release change it; nothing is copied for, or from, who is held."""
    _hold(8, world, _held)


def law_9_events_are_hints(world: World) -> None:
    """Nobody writes over another; one copy runs into a home; repetitions change nothing, and all comes to rest."""
    _hold(9, world, _restless)


LAWS = (
    law_1_a_source_is_never_changed,
    law_2_nothing_is_overwritten_and_doubt_is_partial,
    law_3_nobody_gets_anothers_files,
    law_4_a_copy_sees_two_homes_only,
    law_5_everything_ends_in_one_outcome,
    law_6_what_was_made_is_removed,
    law_7_no_home_is_forgotten,
    law_8_a_hold_is_sticky,
    law_9_events_are_hints,
)


def _rows(world: World) -> Iterator[tuple[str, Record]]:
    for (key, domain), row in world.truth.rows.items():
        yield f"{key}@{domain}", row


def _still_alive(world: World) -> Iterator[str]:
    for owner, row in _rows(world):
        waiting = row.get("waiting", {})
        yield from (f"{owner} waits for {home}, which nobody has" for home in waiting if not world.truth.alive(home))
        if row.get("reason") == "still alive" and not waiting:
            yield f"{owner} is still alive beside nobody"


def _ended(world: World) -> Iterator[str]:
    told = Counter(line.get("execution_arn") for line in world.ledger.lines if line["what"] in WORDS)
    for walk in world.chain.cloud.states.walks.values():
        least = 1 if walk.status == "SUCCEEDED" else 0
        if walk.status == "RUNNING" or not least <= told[walk.arn] <= 1:
            yield f"{walk.name} is {walk.status} {walk.cause}, and {told[walk.arn]} outcomes are told of it"
    for owner, row in _rows(world):
        status = row["replication_status"]
        if status in ("PENDING", "RUNNING") or row.get("copying"):
            yield f"{owner} is {status} at rest, copying {row.get('copying')}"
        rests = _following(row).get("rests", {}).get("status")
        if status in ("SUCCEEDED", "PARTIAL", "FAILED", "SKIPPED") and status not in (row.get("outcome"), rests):
            yield f"{owner} is {status}, and its outcome {row.get('outcome')}"
    yield from (f"the seed has trouble with nothing: {trouble}" for trouble in world.troubles)


def _left(world: World) -> Iterator[str]:
    yield from [*world.chain.cloud.transfers.things(), *world.chain.cloud.efs.points]
    yield from (f"{item['turn']} stands in line" for item in world.chain.cloud.tables.all(PLACES))


def _unknown(world: World) -> Iterator[str]:
    for life in world.truth.living():
        row = world.truth.row_of(life.whose.owner)
        if life.home not in {home_of(row), *row.get("waiting", {})}:
            yield f"{life.home} of {life.whose.owner} is in use and not in its row"
        there = world.truth.homes.of(life.home)
        removed = {path for home, path in world.truth.removed if home == life.home}
        if missing := world.ledger.brought.get(life.home, set()) - {*there} - removed:
            yield f"{life.whose.owner} cannot read {sorted(missing)}, which came into {life.home}"
    for owner, row in _rows(world):
        well = row["replication_status"] in ("SUCCEEDED", "SKIPPED", "IDLE")
        if well and home_of(row) and not row.get("deleted_at") and following(row):
            yield f"{owner} is {row['replication_status']}, and {following(row)} waits"


def _held(world: World) -> Iterator[str]:
    for owner, row in _rows(world):
        reason = row.get("reason")
        if reason == "held" and row["replication"]:
            yield f"{owner} is held, and nobody holds it"
        origin = _following(row).get("origin", "")
        if reason == "source held" and origin.lower() not in world.ledger.held_since:
            yield f"{owner} waits for {origin}, which nobody holds"


def _following(row: Record) -> Record:
    """The source that is next, as the row has it."""
    found: Record = row["sources"].get(following(row), {})
    return found


def _restless(world: World) -> Iterator[str]:
    if world.restless:
        yield world.restless
