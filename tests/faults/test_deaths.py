"""A function dies (its time or memory runs out) after any of its calls, which is before the next one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from studio_recovery.owners import Owner
from studio_recovery.recovery import Run
from studio_recovery.statuses import Status
from tests.aws.lab import Lab
from tests.faults.account import (
    NOTES,
    again,
    come_back,
    deaths,
    finish,
    leave_files,
    owners,
    retry,
    seed_until_nothing_is_left,
    stop,
)

ENDED = {Status.SUCCEEDED, Status.FAILED, Status.PARTIAL}


def files(lab: Lab, owner: Owner) -> dict[str, str]:
    home = lab.row(owner).home
    assert home
    return lab.files(home)


class Runs:
    """The runs of owners who came back, by owner; each is opened, or closed after a copy."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.runs: dict[Owner, Run] = {}
        self.copies: dict[Owner, dict[str, Any]] = {}

    def opening(self, owner: Owner) -> Callable[[], object]:
        come_back(self.lab, owner)
        self.runs[owner] = self.lab.start(owner)
        return partial(self.lab.opening().open, self.runs[owner])

    def closing(self, owner: Owner) -> Callable[[], object]:
        task = self.opening(owner)()
        self.copies[owner] = self.lab.copy(str(task))
        return partial(self.lab.close, self.runs[owner], copy=self.copies[owner])


def test_an_opening_that_died_is_done_again_and_doubles_nothing(account: Lab) -> None:
    runs = Runs(account)
    for owner in deaths(account, runs.opening):
        finish(account, runs.runs[owner])
        assert (account.row(owner).status, files(account, owner)) == (Status.SUCCEEDED, NOTES)
        assert account.history(owner).count("recovery started") == 1
        assert account.temporary() == []
    assert len(runs.runs) > 20


def test_an_execution_that_died_in_its_opening_is_finished_by_a_seed(account: Lab) -> None:
    runs = Runs(account)
    for owner in deaths(account, runs.opening):
        stop(account, runs.runs[owner])
        seed_until_nothing_is_left(account)
        assert (account.row(owner).status, len(account.row(owner).sources)) == (Status.FAILED, 1)
        assert account.history(owner)[-1] == "FAILED"
        retry(account, owner)
        account.recover(owner)
        assert files(account, owner) == NOTES
        assert account.temporary() == []
    assert len(runs.runs) > 20


def test_a_closing_that_died_is_done_again_and_writes_one_outcome(account: Lab) -> None:
    runs = Runs(account)
    for owner in deaths(account, runs.closing):
        again(account, partial(account.close, runs.runs[owner], copy=runs.copies[owner]))
        assert (account.row(owner).status, account.row(owner).sources) == (Status.SUCCEEDED, ())
        assert account.history(owner).count("SUCCEEDED") == 1
        assert account.temporary() == []
    assert len(runs.copies) > 8


def test_an_execution_that_died_in_its_closing_is_finished_by_a_seed(account: Lab) -> None:
    runs = Runs(account)
    for owner in deaths(account, runs.closing):
        stop(account, runs.runs[owner])
        seed_until_nothing_is_left(account)
        row = account.row(owner)
        assert row.status in ENDED
        assert account.history(owner).count(row.status) == 1
        assert bool(row.sources) is (row.status is not Status.SUCCEEDED)
        assert files(account, owner) == NOTES
    assert len(runs.copies) > 8


def test_an_event_whose_function_died_is_taken_in_once_with_its_line(account: Lab) -> None:
    """Row and history line are one transaction: nothing can die between them."""

    def moved_in_again(owner: Owner) -> Callable[[], object]:
        account.create(owner)
        account.deliver()
        leave_files(account, owner)
        account.delete(owner)
        account.deliver()
        account.create(owner)
        return account.deliver

    for owner in deaths(account, moved_in_again):
        account.delivered -= 1
        account.deliver()
        assert (account.row(owner).status, len(account.row(owner).sources)) == (Status.PENDING, 1)
        assert account.history(owner) == ["created", "deleted", "created"]
    assert account.history(owners(4)[-1])


def test_a_seed_that_died_is_carried_on_by_the_next(account: Lab) -> None:
    """A lost end, a lost re-creation, a dead execution with all that it made, and a seed that dies anywhere."""
    runs = Runs(account)

    def much_to_do(owner: Owner) -> Callable[[], object]:
        runs.opening(owner)()
        stop(account, runs.runs[owner])
        account.delete(owner)
        account.create(owner)
        account.delivered = len(account.cloud.events)
        return account.seeded

    for owner in deaths(account, much_to_do):
        seed_until_nothing_is_left(account)
        row = account.row(owner)
        assert (row.status, len(row.sources)) == (Status.PENDING, 2)
        account.recover(owner)
        account.recover(owner)
        assert files(account, owner) == NOTES
        assert account.temporary() == []
    assert len(runs.runs) > 20


def test_a_trigger_that_died_starts_one_execution(account: Lab) -> None:
    def pending(owner: Owner) -> Callable[[], object]:
        come_back(account, owner)
        return partial(account.start, owner)

    for owner in deaths(account, pending):
        finish(account, account.start(owner))
        assert account.row(owner).status is Status.SUCCEEDED
        assert account.history(owner).count("recovery started") == 1
