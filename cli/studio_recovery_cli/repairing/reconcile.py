"""Runs the seed from here: pass by pass until it is through, what the passes did together, and what one would do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from studio_recovery_cli import words
from studio_recovery_cli.asking.answers import standing
from studio_recovery_cli.exits import DONE, PARTIAL
from studio_recovery_cli.screen import Column, Item

# Long enough to be worth its listing of everything, short enough for a bar that moves.
PASS_SECONDS = 30
# Where the listing alone takes a pass's time the next one gets more; the function may take 900 seconds.
LONGEST_PASS_SECONDS = 800
# So many passes in a row that got nowhere: something keeps them from it, and more of them will not help.
_FRUITLESS = 3
_FIGURES = ("domains", "owners", "protected", "unprotected")
_SUMS = ("looked_at", "changed", "finished", "swept")
Answer = Mapping[str, Any]


@dataclass(slots=True)
class Reconciled:
    """What passes of the seed did together: sums over all of them, figures and reasons as the last one left them."""

    passes: int = 0
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_SUMS, 0))
    last: Answer = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """True if everybody was looked at who needs it."""
        return bool(self.last.get("complete"))

    @property
    def is_good(self) -> bool:
        """True if nothing is left, and nothing went wrong."""
        return self.is_complete and not self.troubles

    @property
    def left(self) -> int:
        """How many owners are still to be looked at."""
        return int(self.last.get("to_look_at", 0)) - int(self.last.get("looked_at", 0))

    def add(self, answer: Answer) -> int:
        """Takes a pass in; how much it got done."""
        self.passes += 1
        self.last = answer
        for name in _SUMS:
            self.sums[name] += int(answer[name])
        self.troubles = list(dict.fromkeys([*self.troubles, *answer["troubles"]]))
        return sum(int(answer[name]) for name in _SUMS)

    @property
    def status(self) -> int:
        """The exit status."""
        return DONE if self.is_good else PARTIAL

    def as_item(self, log_group: str, dry_run: bool = False) -> dict[str, Any]:
        """What was done, as data."""
        would = self.last.get("would")
        return {
            "dry_run": dry_run,
            "detached": False,
            "passes": self.passes,
            "complete": self.is_complete,
            **{name: self.last[name] for name in _FIGURES},
            "reasons": dict(self.last["reasons"]),
            **self.sums,
            "to_look_at": self.sums["looked_at"] + self.left,
            "troubles": self.troubles,
            "would": {
                "changes": [_change(one) for one in would["changes"]],
                "finish": [_change(one) for one in would["finish"]],
                "remove": list(would["remove"]),
                "counts": dict(would["counts"]),
            }
            if would
            else None,
            "log_group": log_group,
        }


def detached(log_group: str) -> dict[str, Any]:
    """What is told of a seed that nobody waits for, as data: the same members."""
    unknown = (*_FIGURES, "reasons", *_SUMS, "to_look_at", "troubles", "would")
    begun = {"dry_run": False, "detached": True, "passes": 0, "complete": None}
    return begun | dict.fromkeys(unknown) | {"log_group": log_group}


def reconcile(call: Callable[[dict[str, Any]], Answer], told: Callable[[int, int], None]) -> Reconciled:
    """Passes until one is through. `told` hears how many owners were looked at, and of how many, after each."""
    done, fruitless, seconds = Reconciled(), 0, PASS_SECONDS
    while not done.is_complete and fruitless < _FRUITLESS:
        got = done.add(call({"action": "seed", "seconds": seconds}))
        fruitless = 0 if got else fruitless + 1
        seconds = seconds if got else min(2 * seconds, LONGEST_PASS_SECONDS)
        looked = done.sums["looked_at"]
        told(looked, looked + done.left)
    return done


def foretold(call: Callable[[dict[str, Any]], Answer]) -> Reconciled:
    """What a pass would do now."""
    done = Reconciled()
    done.add(call({"action": "seed", "dry_run": True}))
    return done


def _change(told: Mapping[str, str]) -> dict[str, str | None]:
    return {name: told.get(name) or None for name in ("owner", "what", "status", "reason", "from", "to")}


COLUMNS = (
    Column("OWNER", lambda item: str(item["owner"])),
    Column("WHAT", lambda item: str(item["what"])),
    Column("THEN", lambda item: standing(item["status"], item["reason"])),
    Column("FROM", lambda item: item["from"] or words.NOTHING),
    Column("TO", lambda item: item["to"] if item["to"] != item["from"] else "the same"),
)


def changes(item: Item) -> list[Item]:
    """The rows that a dry run would change, looks first."""
    return [*item["would"]["changes"], *item["would"]["finish"]]


def lines(item: Item) -> Iterator[str]:
    """What was done, or would be, in words."""
    dry = bool(item["dry_run"])
    sentences = (
        ("changed", "Changed: {}", "Would change: {}"),
        (
            "finished",
            "Recoveries that died, finished or asked for again: {}",
            "Recoveries that died, to be finished: {}",
        ),
        ("swept", "Dead runs of which nothing is left now: {}", "Things that dead runs left, to be removed: {}"),
    )
    numbers = _would(item) if dry else {name: int(item[name]) for name, _, _ in sentences}
    looked_at = words.number(item["looked_at"])
    yield f"Studio has {_many(item['owners'], 'owner')}. Looked at {looked_at} who came, went or changed."
    for name, was, would in sentences:
        if numbers[name]:
            sentence = (would if dry else was).format(words.number(numbers[name]))
            yield f"  {sentence}"
    if dry and (more := numbers["changed"] + numbers["finished"] - len(changes(item))) > 0:
        yield f"  {words.number(more)} of them are not listed."
    if not any(numbers.values()):
        yield "  Nothing would change." if dry else "  Nothing had to change."
    yield f"Protected: {_many(item['protected'], 'owner')} in {_many(item['domains'], 'domain')}."
    if item["unprotected"]:
        yield f"Not protected: {words.number(item['unprotected'])}"
        for reason, count in sorted(item["reasons"].items()):
            yield f"  {words.number(count):>6}  {reason}"


def _many(count: int, thing: str) -> str:
    return f"{words.number(count)} {thing}{'' if count == 1 else 's'}"


def _would(item: Item) -> dict[str, int]:
    counts: Mapping[str, int] = item["would"]["counts"]
    apart = {"finished": counts.get("finish", 0), "swept": counts.get("remove", 0)}
    return apart | {"changed": sum(counts.values()) - sum(apart.values())}


def draw_end(item: Item, console: Console, again: str) -> None:
    """What is left, and what went wrong. `again` is the command to type."""
    for trouble in item["troubles"]:
        console.print(f"Trouble: {trouble}", style="red", soft_wrap=True)
    if not item["complete"]:
        left = item["to_look_at"] - item["looked_at"]
        console.print(f"Not through: {_many(left, 'owner')} left. Again: {again}", style="yellow", soft_wrap=True)
    elif item["troubles"]:
        console.print(f"Mend that, then: {again}", soft_wrap=True)


def draw(item: Item, console: Console, again: str) -> None:
    """All of it, for people."""
    _print(console, lines(item))
    draw_end(item, console, again)


def _print(console: Console, said: Iterable[str]) -> None:
    for sentence in said:
        console.print(sentence, soft_wrap=True)
