"""Knows how a plan is shown to people: one copy in full, or many as a table; then size, time, money and obstacles."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from studio_recovery.sources import Source
from studio_recovery_cli import words
from studio_recovery_cli.asking.answers import standing
from studio_recovery_cli.planning.mounts import Mount
from studio_recovery_cli.planning.plan import DATASYNC, HISTORY, Copy, Plan, left_at
from studio_recovery_cli.planning.prices import UNKNOWN, money
from studio_recovery_cli.standing.summary import short_home

_SHOWN = 25
_FILE_SYSTEMS_SHOWN = 4
# Below this width a home's long id gives way, and its uid stays.
_WIDE = 110


def draw(plan: Plan, console: Console) -> None:
    """The whole plan."""
    if len(plan.copies) == 1:
        console.print(Text(str(plan.copies[0].row.owner), "bold"))
        _pairs(console, [*_one(plan.copies[0]), *_altogether(plan), *_network(plan)])
    elif plan.copies:
        _table(console, plan.copies)
        for line in _whose(plan.copies):
            console.print(line, soft_wrap=True)
        console.print()
        console.print(Text("Altogether", "bold"))
        _pairs(console, [*_altogether(plan), *_network(plan)])
    elif not plan.left:
        console.print("Nothing waits to be copied.")
    _left(console, plan)
    for trouble in plan.troubles:
        console.print(Text.assemble(("! ", "bold red"), trouble))


def _one(copy: Copy) -> Iterator[tuple[str, str]]:
    source = copy.row.source(copy.source)
    yield "from", f"{copy.source}{f', left {left_at(copy)}' if left_at(copy) else ''}"
    if source and source.origin:
        yield "whose", f"{source.origin}'s, not the owner's own"
    elif source and not source.belonging.may_pass_to(copy.row.belonging):
        yield "whose", "it belonged to another person than the one who has the owner's name now"
    yield "to", copy.target
    chosen = str(source.selection) if source else ""
    if chosen:
        yield "what", chosen
    if source and source.unfinished:
        yield "how", "verifies everything, as an earlier copy did not end well"
    for later in copy.after:
        whose = f" of {later.origin}" if later.origin else ""
        yield "then", f"{later.home.key}{whose} fills the gaps, if the copy before it ended well{_rests(later)}"


def _rests(source: Source) -> str:
    """That a copy of this home ended otherwise, and nobody asked for it again."""
    return f"; it rests, as its last copy ended {source.rests.status}: retry" if source.rests else ""


def _whose(copies: Sequence[Copy]) -> Iterator[str]:
    """Which of the copies are of other owners' homes, or are followed by some."""
    for one in copies[:_SHOWN]:
        now = one.row.source(one.source)
        homes = [source for source in [now, *one.after] if source and source.origin]
        if homes:
            told = ", ".join(f"{short_home(source.home.key)} of {source.origin}" for source in homes)
            yield f"{one.row.owner} gets {told}"


def _table(console: Console, copies: Sequence[Copy]) -> None:
    """Names give way where there is no room, homes and sizes do not."""
    home = short_home if console.width < _WIDE else str
    lines = [(str(one.row.owner), home(one.source), home(one.target), _told(one)) for one in copies[:_SHOWN]]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("OWNER", overflow="ellipsis", no_wrap=True)
    for place, title in enumerate(("FROM", "TO", "SIZE"), 1):
        table.add_column(title, no_wrap=True, min_width=max(len(line[place]) for line in lines))
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table)
    if len(copies) > _SHOWN:
        console.print(f"and {words.number(len(copies) - _SHOWN)} more (all of them: --output json)")


def _altogether(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "size", _size(plan)
    yield "time", _time(plan)
    yield "cost", f"{money(plan.cost)}{f' ({plan.prices.said})' if plan.prices and plan.cost is not None else ''}"
    tasks = plan.tasks
    yield (
        "places",
        f"{tasks.ours} of {tasks.room.max_concurrent} copies,"
        f" {tasks.in_account} of {tasks.room.task_quota} tasks of the account:"
        f" {_begins(plan)}",
    )


def _begins(plan: Plan) -> str:
    """How many of the copies run, and begin at once."""
    running = sum(copy.runs for copy in plan.copies)
    new, free = len(plan.copies) - running, plan.tasks.free
    runs = ("it runs" if len(plan.copies) == 1 else _many(running, "run")) if running else ""
    if not new:
        return runs
    begin = "it begins at once" if len(plan.copies) == 1 else f"{_many(min(free, new), 'begin')} at once"
    waits = ", the rest waits for places" if 0 < free < new else ""
    return ", ".join(part for part in (runs, f"{begin if free else 'none is free'}{waits}") if part)


def _many(count: int, do: str) -> str:
    return f"{words.number(count)} {do}{'s' if count == 1 else ''}"


def _size(plan: Plan) -> str:
    if not plan.known:
        return f"{UNKNOWN}{_at_most(plan)}"
    by = {copy.size.by for copy in plan.copies if copy.size.by}
    told = {DATASYNC: "as DataSync says", HISTORY: "what earlier copies moved"}
    some = f", and {words.number(plan.unknown)} of unknown size" if plan.unknown else ""
    return f"{words.size(sum(plan.known))} ({', '.join(told[one] for one in sorted(by))}){some}{_at_most(plan)}"


def _at_most(plan: Plan) -> str:
    """What all homes of the file systems hold together, where EFS tells it."""
    sources = {copy.file_systems[0] for copy in plan.copies}
    whole = sum(mount.bytes_ or 0 for mount in plan.mounts if mount.file_system in sources)
    if whole <= sum(plan.known):
        return ""
    return f"; all homes of the file system{'s' if len(sources) > 1 else ''} hold {words.size(whole)}"


def _time(plan: Plan) -> str:
    speed, copies = f"{words.size(plan.speed.bytes_per_second)}/s", plan.speed.copies
    earlier = "an earlier copy" if copies == 1 else f"{words.number(copies)} earlier copies"
    basis = f"at the {speed} of {earlier}" if copies else f"{speed} assumed"
    if plan.seconds is None:
        return f"{UNKNOWN}: a minute, and {words.duration(1024**3 / plan.speed.bytes_per_second)} for each GB ({basis})"
    return f"about {words.duration(plan.seconds)} ({basis})"


def _network(plan: Plan) -> Iterator[tuple[str, str]]:
    if len(plan.mounts) > _FILE_SYSTEMS_SHOWN:
        good = [mount for mount in plan.mounts if not mount.trouble]
        some = "all" if len(good) == len(plan.mounts) else f"{words.number(len(good))}"
        yield "network", f"{some} of {words.number(len(plan.mounts))} file systems can be mounted"
        return
    for mount in plan.mounts:
        if mount.subnet:
            yield (
                "network",
                f"{mount.file_system}: {_nfs(mount)}, {mount.free_addresses} free addresses in {mount.subnet}",
            )
        else:
            yield "network", f"{mount.file_system}: {'it is gone' if mount.is_gone else 'it cannot be mounted'}"


def _nfs(mount: Mount) -> str:
    if mount.nfs_open:
        return "NFS is open"
    return "the recovery opens NFS" if mount.opened_by_recovery else "NFS is closed"


def _left(console: Console, plan: Plan) -> None:
    if not plan.left:
        return
    if len(plan.left) == 1:
        (one,) = plan.left
        console.print(f"Nothing is copied for {one.row.owner}: {one.why}.")
        return
    console.print(f"Nothing is copied for {words.number(len(plan.left))} owners:")
    for one in plan.left[:_SHOWN]:
        console.print(f"  {one.row.owner}  {standing(one.row.status, one.row.reason)}: {one.why}")
    if len(plan.left) > _SHOWN:
        console.print(f"  and {words.number(len(plan.left) - _SHOWN)} more")


def _pairs(console: Console, pairs: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in pairs)
    said = ""
    for name, text in pairs:
        head = "" if name == said else name
        said = name
        first, *more = wrap(text, max(console.width - width - 4, 20), break_on_hyphens=False) or [""]
        console.print(Text.assemble(("  " + head.ljust(width) + "  ", "dim"), first), soft_wrap=True)
        for line in more:
            console.print(Text(" " * (width + 4) + line), soft_wrap=True)


def _told(copy: Copy) -> str:
    size = "unknown" if copy.size.bytes_ is None else words.size(copy.size.bytes_)
    return f"{size}, runs" if copy.runs else size
