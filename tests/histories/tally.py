"""How much was tried: histories, steps, trouble, copies, virtual time, and the homes that are excused."""

from collections import Counter
from dataclasses import dataclass, field

from tests.histories.truth import START
from tests.histories.world import World


@dataclass
class Tally:
    """Sums over histories."""

    histories: int = 0
    steps: int = 0
    seconds: float = 0.0
    copies: int = 0
    executions: int = 0
    homes: int = 0
    excused: int = 0
    had: Counter[str] = field(default_factory=Counter)
    entered: set[str] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def take(self, world: World, steps: int) -> None:
        """A history is over."""
        cloud = world.chain.cloud
        self.histories += 1
        self.steps += steps
        self.seconds += cloud.clock.now() - START
        self.copies += world.copies.started
        self.executions += len(cloud.states.walks)
        self.homes += len(world.truth.lives)
        self.excused += world.truth.excused()
        self.entered |= {state for walk in cloud.states.walks.values() for state in walk.entered}
        self.had += cloud.troubles.had
        self.called += cloud.troubles.called
        self.failed += cloud.troubles.failed
        self.outcomes.update(line["what"] for line in world.ledger.lines)

    def clear(self) -> None:
        """Begin anew."""
        self.__dict__.update(Tally().__dict__)


TALLY = Tally()
