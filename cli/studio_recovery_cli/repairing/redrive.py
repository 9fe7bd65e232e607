"""Makes good what lies in the failure queue: events and requests are made again, the rest by the seed; or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.repairing.failure_queue import FailureQueue
from studio_recovery_cli.repairing.letters import Kind, Letter, Remedy
from studio_recovery_cli.repairing.reconcile import Reconciled


class Outcome(StrEnum):
    """What became of a message."""

    DONE = "done"
    STAYS = "stays"
    DROPPED = "dropped"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of a message, and why."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Redrive:
    """What making good needs: the queue, calls of event handler and admin function, and a seed until it is through."""

    queue: FailureQueue
    take_in: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ask: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    seed: Callable[[], Reconciled]
    told: Callable[[int, int], None] = lambda _done, _of: None

    def run(self, letters: Sequence[Letter]) -> dict[str, Redriven]:
        """Makes good what can be, and removes it from the queue; what became of each, by its id.

        Only these are touched: what came meanwhile nobody has seen yet.
        """
        ends: dict[str, Redriven] = {}
        with self.queue.holding({one.id for one in letters}) as held:
            by_seed = [one for one in held if one.remedy is Remedy.SEED]
            for number, one in enumerate(held):
                self.told(number, len(held))
                if one.remedy is Remedy.EVENT:
                    ends[one.id] = self._event(one)
                elif one.remedy is Remedy.OPERATION:
                    ends[one.id] = self._operation(one)
                elif one.remedy is Remedy.NOTHING:
                    ends[one.id] = Redriven(Outcome.STAYS, "nobody understands it: read it, then --drop")
            if by_seed:
                ends |= self._by_seed(by_seed)
        return _with_gone(ends, letters)

    def drop(self, letters: Sequence[Letter]) -> dict[str, Redriven]:
        """Removes these, and does nothing for them."""
        ends = {}
        with self.queue.holding({one.id for one in letters}) as held:
            for one in held:
                self.queue.remove(one)
                ends[one.id] = Redriven(Outcome.DROPPED)
        return _with_gone(ends, letters)

    def _event(self, one: Letter) -> Redriven:
        try:
            said = self.take_in(one.payload or {})
        except Trouble as refused:
            return Redriven(Outcome.STAYS, str(refused))
        self.queue.remove(one)
        if "ignored" in said:
            return Redriven(Outcome.DONE, f"ignored, {said['ignored']}")
        changed = "the ledger has it now" if said.get("written") else "the ledger had it already"
        return Redriven(Outcome.DONE, changed)

    def _operation(self, one: Letter) -> Redriven:
        try:
            answers = self.ask(one.payload or {})["answers"]
        except Trouble as refused:
            return Redriven(Outcome.STAYS, str(refused))
        self.queue.remove(one)
        return Redriven(Outcome.DONE, f"asked for {sum('error' not in answer for answer in answers)} of {len(answers)}")

    def _by_seed(self, letters: Sequence[Letter]) -> dict[str, Redriven]:
        try:
            done = self.seed()
        except Trouble as refused:
            return {one.id: Redriven(Outcome.STAYS, str(refused)) for one in letters}
        if not done.is_good:
            why = done.troubles[0] if done.troubles else f"the seed is not through, {done.left} owners are left"
            return {one.id: Redriven(Outcome.STAYS, why) for one in letters}
        for one in letters:
            self.queue.remove(one)
        return {one.id: Redriven(Outcome.DONE, _made_good(one)) for one in letters}


def _made_good(one: Letter) -> str:
    if one.kind is Kind.NOTICE:
        return "nobody is told again: without --redrive, all who wait for you are shown"
    return "the seed has looked at everybody"


def _with_gone(ends: Mapping[str, Redriven], letters: Sequence[Letter]) -> dict[str, Redriven]:
    gone = Redriven(Outcome.GONE, "somebody else has it, or removed it")
    return {one.id: ends.get(one.id, gone) for one in letters}
