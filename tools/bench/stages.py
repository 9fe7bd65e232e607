"""What one recovery takes, by stage: what is ours of it, and what is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from localcloud.datasync import CREATING_SECONDS

STAGES = ("event", "ledger and trigger", "opening", "start")
LEAST_TO_OUTCOME, PART = 10.0, 0.1


@dataclass(frozen=True, slots=True)
class Delay:
    """What a recovery took, in seconds: ours before the copy by stage, the copy, and from its end to the outcome.

    `before`: what passed from the call on that is not ours, until the event was there and SageMaker done.
    """

    stages: tuple[float, ...]
    copy: float
    outcome: float
    before: float

    @property
    def start(self) -> float:
        """Ours from the call to the start of the copy."""
        return sum(self.stages)

    @property
    def allowed(self) -> float:
        """The bound from the end of the copy to the outcome."""
        return max(LEAST_TO_OUTCOME, PART * self.copy)

    @property
    def share(self) -> float:
        """The part of the whole recovery, from the call on, that is ours."""
        ours = self.start + self.outcome
        return ours / (ours + self.before + CREATING_SECONDS + self.copy)


def rows(told: Sequence[Delay]) -> Iterator[tuple[str, ...]]:
    """Median, 99th percentile and the most of each stage, and of the whole."""
    for place, stage in enumerate(STAGES):
        yield f"{stage}, s", *_spread([one.stages[place] for one in told])
    yield "**call to start of the copy, s**", *_spread([one.start for one in told])
    yield "end of the copy to outcome, s", *_spread([one.outcome for one in told])
    yield "**the same by its bound**", *_spread([one.outcome / one.allowed for one in told])
    yield "our part of the recovery", *_spread([one.share for one in told])


def _spread(values: list[float]) -> tuple[str, str, str]:
    return f"{median(values):.2f}", f"{quantiles(values, n=100, method='inclusive')[98]:.2f}", f"{max(values):.2f}"
