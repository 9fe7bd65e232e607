"""What became of every task: a place for it is taken from CreateTask to DeleteTask."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from localcloud.service import Record

ENDED = ("SUCCESS", "ERROR")


@dataclass(slots=True)
class Life:
    """What became of a task, in seconds since the epoch; `run` is the execution's name. 0: it never did."""

    run: str
    created: float
    started: float = 0.0
    ended: float = 0.0
    seen: float = 0.0
    deleted: float = 0.0


class Lives:
    """Listens between the product and DataSync."""

    def __init__(self, answer: Callable[[str, Record], Record], now: Callable[[], float]) -> None:
        self.all: dict[str, Life] = {}
        self._answer = answer
        self._now = now

    def call(self, operation: str, request: Record) -> Record:
        """Let DataSync answer, and note what happened."""
        answer = self._answer(operation, request)
        now = self._now()
        match operation:
            case "create_task":
                self.all[answer["TaskArn"]] = Life(request.get("Name", "").rpartition(":")[2], now)
            case "start_task_execution":
                self.all[request["TaskArn"]].started = now
            case "describe_task_execution" if answer["Status"] in ENDED:
                life = self.all[request["TaskExecutionArn"].partition("/execution/")[0]]
                life.ended, life.seen = answer["EndTime"], life.seen or now
            case "delete_task":
                self.all[request["TaskArn"]].deleted = now
        return answer

    def in_use(self) -> list[tuple[float, int]]:
        """How many places are in use from when on."""
        steps = sorted(self._steps())
        found: list[tuple[float, int]] = []
        count = 0
        for moment, step in steps:
            count += step
            found.append((moment, count))
        return found

    def _steps(self) -> Iterator[tuple[float, int]]:
        for life in self.all.values():
            yield life.created, 1
            if life.deleted:
                yield life.deleted, -1
