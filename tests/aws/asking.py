"""Asks the admin function in process, also while somebody else writes."""

from dataclasses import replace
from typing import Any

from studio_recovery.aws.ledger import Ledger
from studio_recovery.handlers.admin import Admin
from studio_recovery.handlers.cancelling import Cancelling
from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.requests import request_from
from studio_recovery.rows import Change
from tests.aws.lab import ADA, HISTORY, PROFILES, Lab

BOB = Owner(Kind.USER, "bob", "lab")
WORDS = {"notes.txt": "of ada"}


def answered(lab: Lab, asked: dict[str, Any], ledger: Ledger | None = None) -> dict[str, Any]:
    intake = replace(lab.intake(), ledger=ledger or lab.ledger())
    return Admin(intake, Cancelling(lab.transfers(), lab.places().line), lab.now).answer(request_from(asked))


def ask(lab: Lab, action: str, owner: Owner = ADA, ledger: Ledger | None = None) -> dict[str, Any]:
    return answered(lab, {"action": action, "owner": str(owner)}, ledger)


def target(lab: Lab, source: Owner, to: Owner, **more: str) -> dict[str, Any]:
    return answered(lab, {"action": "target", "source": str(source), "target": str(to)} | more)


def home_of(lab: Lab, owner: Owner = ADA) -> Home:
    home = lab.row(owner).home
    assert home
    return home


def moved_in(lab: Lab, *owners: Owner) -> Home:
    """The first owner's home, with notes; all are in the ledger."""
    for owner in owners:
        lab.create(owner)
    lab.deliver()
    home = home_of(lab, owners[0])
    lab.write(home, WORDS)
    return home


class Hurried(Ledger):
    """A ledger in which somebody else writes a row just before each of so many saves."""

    def __init__(self, lab: Lab, owner: Owner, times: int) -> None:
        super().__init__(lab.cloud.client("dynamodb"), PROFILES, HISTORY, lab.now)
        self._others, self._owner, self._left = lab.ledger(), owner, times

    def save(self, change: Change, read: int | None = None) -> None:
        row = self._others.row(self._owner)
        if self._left and row:
            self._left -= 1
            self._others.save(Change(row))
        super().save(change, read)
