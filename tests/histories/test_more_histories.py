"""More random histories, with another seed, beside the first: whatever people do, and recoveries come to, occurs."""

from studio_recovery.statuses import Word
from tests.histories.tally import Tally

HISTORIES, SEED = 1000, 1001
ASKED = {
    "held",
    "released",
    "approved",
    "rejected",
    "dropped",
    "target added",
    "restore asked for",
    "cancel asked for",
    "cancelled",
    "asked for again",
}
SEEN = {"created", "deleted", "seeded", "recovery started"}


def test_the_nine_laws_hold_in_more_random_histories(tried: tuple[str, Tally]) -> None:
    broken, tally = tried
    assert not broken, broken
    assert tally.copies > HISTORIES


def test_recoveries_end_in_every_way(tried: tuple[str, Tally]) -> None:
    assert {word for word in Word if tried[1].outcomes[word] < 10} == set()


def test_admins_ask_for_everything_and_the_ledger_tells_of_all_that_happens(tried: tuple[str, Tally]) -> None:
    assert {what for what in ASKED | SEEN if tried[1].outcomes[what] < 3} == set()


def test_users_write_and_remove_before_during_and_after_copies(tried: tuple[str, Tally]) -> None:
    times = [f"{what} {when} a copy" for what in ("written", "removed") for when in ("before", "during", "after")]
    assert {time for time in times if not tried[1].had[time]} == set()
