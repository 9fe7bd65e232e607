"""Knows what failed and waits for a person: recoveries, and messages in the failure queue; as data and for people."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console

from studio_recovery.aws.network import Network, Place
from studio_recovery.errors import CannotOpen, SourceGone
from studio_recovery.rows import Row
from studio_recovery.statuses import Status
from studio_recovery_cli import words
from studio_recovery_cli.repairing.letters import Letter, Remedy
from studio_recovery_cli.repairing.redrive import Outcome, Redriven

_MOST_LETTERS = 20
_STYLES = {Status.FAILED: "red", Status.PARTIAL: "yellow", Status.BLOCKED: "yellow"}
# How reasons begin that the network may explain: what open_homes or DataSync says when it cannot mount a home.
_OF_THE_NETWORK = ("CannotOpen", "TaskNotReady", "DataSync.")
_SAID_OF_MOUNTS = ("mount", "2049", "security group", "CannotOpen")
Item = Mapping[str, Any]


def may_be_the_network(row: Row) -> bool:
    """True if the recovery failed in a way that a closed security group explains."""
    if row.status is not Status.FAILED:
        return False
    return row.reason.startswith(_OF_THE_NETWORK) or any(word in row.reason for word in _SAID_OF_MOUNTS)


def closed_doors(network: Network, row: Row, module: str) -> Iterator[tuple[str, str]]:
    """Why DataSync cannot reach the recovery's file systems now: a sentence, and the file system to open (or none)."""
    homes = [row.next_source.home] if row.next_source else []
    homes += [row.home] if row.home else []
    for file_system_id in dict.fromkeys(home.file_system_id for home in homes):
        try:
            place = network.place(file_system_id, module)
        except (CannotOpen, SourceGone) as error:
            yield str(error), ""
            continue
        if not network.openings(place, module):
            yield _closed(network, place)


def _closed(network: Network, place: Place) -> tuple[str, str]:
    groups = " and ".join(place.mount_target_groups)
    said = f"{groups} of {place.file_system_id} keeps DataSync's group {place.datasync_group} out on TCP 2049 (NFS)"
    try:
        network.check_opener(place)
    except CannotOpen:
        return f"Still so: {said}. SageMaker made no group of it, so add the rule yourself", ""
    return said, place.file_system_id


def recovery(row: Row, since: int, cause: str, steps: Sequence[tuple[str, str]]) -> Item:
    """A recovery that waits for a person, as data."""
    source = row.next_source
    return {
        "owner": str(row.owner),
        "status": str(row.status),
        "since": words.iso(since),
        "reason": row.reason or None,
        "cause": cause,
        "from": source.home.key if source else None,
        "to": row.home.key if row.home else None,
        "execution_arn": row.execution_arn or None,
        "steps": [{"text": text, "command": command or None} for text, command in steps],
    }


def message(one: Letter, done: Redriven | None) -> Item:
    """A message of the queue, as data."""
    return {
        "id": one.id,
        "at": words.iso(one.at),
        "kind": str(one.kind),
        "what": one.what,
        "error": one.error or None,
        "cause": one.cause,
        "made_good_by": str(one.remedy),
        "raw": one.raw,
        "outcome": str(done.outcome) if done else None,
        "outcome_reason": (done.reason or None) if done else None,
    }


def intentions(letters: Sequence[Letter], drop: bool) -> Iterator[str]:
    """What will be done with the messages, in words."""
    counts = Counter(one.remedy for one in letters)
    unread = counts[Remedy.NOTHING]
    if drop:
        yield f"To be deleted, and nothing is made good: {_many(len(letters), 'message')}"
        if unread:
            yield f"Nobody understands {unread} of them: read them first."
        return
    if counts[Remedy.EVENT]:
        yield f"To be given to the event handler again: {_many(counts[Remedy.EVENT], 'event')}"
    if counts[Remedy.OPERATION]:
        yield f"To be asked for again: {_many(counts[Remedy.OPERATION], 'part')} of operations"
    if counts[Remedy.SEED]:
        yield f"To be made good by a seed: {_many(counts[Remedy.SEED], 'message')}"
    if unread:
        yield f"To stay, as nobody understands them: {_many(unread, 'message')}"


def draw_recoveries(items: Sequence[Item], console: Console) -> None:
    """The recoveries, with what to type."""
    if not items:
        console.print("No recovery waits for you.", style="green")
    for item in items:
        since = words.age(words.milliseconds(item["since"])) if item["since"] else ""
        console.print(f"{item['owner']}  {item['status']}  {since}".rstrip(), style=_STYLES[Status(item["status"])])
        _say(console, f"Cause: {item['cause']}")
        for step in item["steps"]:
            _say(console, step["text"])
            if step["command"]:
                console.print(f"    {step['command']}", style="bold", soft_wrap=True)
        console.print()


def draw_messages(items: Sequence[Item], count: int, console: Console) -> None:
    """What lies in the failure queue."""
    if not items:
        # SQS counts late, and others may have some in hand.
        unseen = f" About {count} are in somebody else's hands now." if count else ""
        console.print(f"The failure queue is empty.{unseen}", style="green" if not count else "")
        return
    console.print(f"In the failure queue: {_many(max(len(items), count), 'message')}")
    for item in items[:_MOST_LETTERS]:
        at = words.moment(words.milliseconds(item["at"])) if item["at"] else ""
        console.print(f"{item['what']}  {at}".rstrip(), style="yellow")
        if item["error"]:
            _say(console, f"Error: {item['error']}")
        _say(console, f"Cause: {item['cause']}")
        if item["made_good_by"] == "nothing":
            _say(console, f"It says: {item['raw']}")
    if len(items) > _MOST_LETTERS:
        console.print(f"and {len(items) - _MOST_LETTERS} more: --output json shows all")


def draw_done(items: Sequence[Item], console: Console) -> None:
    """What became of the messages."""
    for item in items:
        reason = f": {item['outcome_reason']}" if item["outcome_reason"] else ""
        style = "yellow" if item["outcome"] == Outcome.STAYS else "green"
        console.print(f"{item['outcome']:<8}{item['what']}{reason}", style=style, soft_wrap=True)


def _say(console: Console, text: str, by: int = 2) -> None:
    """A sentence, indented, and broken between words where the terminal ends."""
    indent = " " * by
    for line in textwrap.wrap(
        text,
        console.width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        console.print(line, soft_wrap=True)


def _many(count: int, thing: str) -> str:
    return f"{words.number(count)} {thing}{'' if count == 1 else 's'}"
