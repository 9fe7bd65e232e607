"""Seeding: brings the ledger in line with what SageMaker really has, or tells what that would change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from studio_recovery.aws.studio import Studio
from studio_recovery.census import Census, Domain, Listed
from studio_recovery.handlers.intake import Intake
from studio_recovery.handlers.passes import Pass
from studio_recovery.handlers.sweep import Sweep
from studio_recovery.observe import Sighting
from studio_recovery.tally import Tally, tally_of


def _nobody(_: Tally) -> None:
    """Hears the tally, and does nothing."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What seeding needs. `vpcs` are the ids of the VPCs in which the module can copy.

    `now` tells milliseconds since 1970, `seconds_left` how long there is still to work; `measure` hears the tally at
    the end of a pass.
    """

    intake: Intake
    sweep: Sweep
    vpcs: frozenset[str]
    now: Callable[[], int]
    seconds_left: Callable[[], float]
    measure: Callable[[Tally], None] = _nobody

    def run(self, dry_run: bool = False) -> dict[str, Any]:
        """Finishes what died, then looks at every owner of whom a look could change the row (census.py says who).

        `complete` is false if the time ran out; `looked_at` of `to_look_at` says how far it was. Who was looked at
        needs no look in the next pass, so that it goes on from there. `troubles` names the first owners and domains
        that could not be looked at, and rows that cannot be read. A `dry_run` writes, starts and removes nothing:
        `would` is what a pass would do now (see Tally), and the figures are those that it would leave.
        """
        under_way = Pass(self.now(), self.seconds_left)
        rows, unreadable = self.intake.ledger.rows()
        under_way.troubles.extend(map(str, unreadable))
        tally = tally_of(rows)
        half = under_way.first_half()
        finished, swept = self._sweep(tally, half, dry_run)
        intake = replace(self.intake, studio=self.intake.studio.for_one_pass())
        census, domains = self._census(intake.studio, under_way)
        due = census.due(tally.rows.values(), under_way.at)
        look = partial(intake.foresee, as_if=tally.as_it_stands) if dry_run else intake.take_in
        looked = self._look_at(due, look, tally, under_way)
        if not dry_run:
            self.measure(tally)
        protection = census.protection(tally.rows.values(), self.vpcs)
        return {
            "domains": domains,
            "owners": len(census.owners),
            "protected": protection.protected,
            "unprotected": sum(protection.reasons.values()),
            "reasons": dict(protection.reasons),
            "looked_at": looked,
            "to_look_at": len(due),
            "changed": 0 if dry_run else tally.changed,
            "finished": finished,
            "swept": swept,
            "complete": under_way.complete and half.complete,
            "troubles": under_way.told_troubles(),
        } | ({"dry_run": True, "would": tally.as_result()} if dry_run else {})

    def _sweep(self, tally: Tally, part: Pass, dry_run: bool) -> tuple[int, int]:
        """How many rows were finished or asked for again, and of how many dead runs nothing is left."""
        dead = self.sweep.find(tally.rows.values(), part)
        tally.removed(dead.things)
        if dry_run:
            tally.finished(dead.changes)
            return 0, 0
        written, swept = self.sweep.finish(dead, part)
        tally.finished(written)
        return len(written), swept

    def _census(self, studio: Studio, under_way: Pass) -> tuple[Census, int]:
        """All domains that could be listed, with their owners; and how many domains there are."""
        domains: dict[str, Domain] = {}
        owners: list[Listed] = []
        ids = list(studio.domain_ids())
        unlisted = set(ids)
        for domain_id in under_way.each(ids):
            with under_way.noting(f"domain {domain_id}"):
                domain = studio.domain(domain_id)
                if domain:
                    owners += list(studio.owners(domain_id))
                    domains[domain_id] = domain
                unlisted.remove(domain_id)
        return Census(domains, tuple(owners), studio.scope, frozenset(unlisted), self.intake.guard), len(ids)

    def _look_at(self, due: list[Listed], look: Callable[..., Any], tally: Tally, under_way: Pass) -> int:
        """How many of these owners were looked at before the time ran out; the tally gets what that changed."""
        looked = 0
        for owner in under_way.each(due):
            sighting = Sighting(self.now(), "seeded", "seed")
            with under_way.noting(str(owner)):
                for change in look(owner.kind, owner.name, owner.domain_id, sighting, patience=0):
                    tally.saw(change, sighting.at)
            looked += 1
        return looked
