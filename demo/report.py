"""What came of it: both homes, the history of their owners, what the run cost, and what was checked."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from demo.homes import Verdict, compare, look
from demo.ledger import Item
from demo.leftovers import leftovers, standing_rules
from demo.story import OWNERS, PRIVATE, READING_GROUP, Story
from demo.studio import Owner

Fact = tuple[bool, str]


def report(story: Story) -> bool:
    """Show all of it; True if everything is right."""
    screen = story.screen
    verdicts = {owner: judge(story, owner) for owner in OWNERS}
    facts = [*facts_of_homes(story, verdicts), *facts_of_the_run(story)]
    screen.heading("The homes")
    for owner in OWNERS:
        screen.home(f"{owner} in {story.new[owner]}", verdicts[owner])
    screen.heading("The history")
    screen.table(history(story))
    screen.heading("What the two recoveries cost")
    for line in cost(story):
        screen.text(f"  {line}")
    screen.heading("Checked")
    for ok, text in facts:
        screen.fact(ok, text)
    return all(ok for ok, _ in facts)


def judge(story: Story, owner: Owner) -> list[Verdict]:
    """One verdict for each thing in an owner's restored home."""
    home = story.new[owner]
    return compare(story.before[owner], look(story.cloud.disk, home), home.uid)


def facts_of_homes(story: Story, verdicts: dict[Owner, list[Verdict]]) -> Iterator[Fact]:
    """Whether the files are right, and only the right ones."""
    for owner, judged in verdicts.items():
        right = sum(verdict.identical for verdict in judged)
        ok = right == len(judged) > 1
        yield ok, f"{owner}: every byte, mode, link and owner is right ({right} of {len(judged)} things identical)"
    theirs = look(story.cloud.disk, story.new[READING_GROUP])
    yield PRIVATE not in theirs, f"ada's file {PRIVATE!r} is not in the space's home"
    for owner in OWNERS:
        kept = look(story.cloud.disk, story.old[owner]) == story.before[owner]
        yield kept, f"{owner}: the old home is as it was"


def facts_of_the_run(story: Story) -> Iterator[Fact]:
    """Whether the run ended well and left nothing behind."""
    cloud, name = story.cloud, story.outputs["name"]
    ended = [execution.status for execution in story.executions.of(story.domain)]
    yield ended == ["SUCCEEDED"] * len(OWNERS), f"{len(OWNERS)} executions, all succeeded: {', '.join(ended)}"
    left = leftovers(cloud, name)
    yield not left, f"nothing temporary is left: {', '.join(left) or 'no task, location or access point'}"
    rules = standing_rules(cloud, name)
    most = max(rules.values(), default=0)
    yield most <= 1, f"{len(rules)} group of Studio's has a rule of ours: it serves every recovery, destroy revokes it"
    yield story.messages == 0, f"{story.messages} messages in the failure queue"
    yield story.ledger_is_true, "the ledger is what Studio says"


def history(story: Story) -> Iterator[tuple[str, str, str, str]]:
    """The lines of both owners' history."""
    for owner in OWNERS:
        for line in story.ledger.history(owner):
            when = datetime.fromtimestamp(float(line["epoctime"]) / 1000, UTC)
            yield str(owner), f"{when:%H:%M:%S}", line["what"], ", ".join(details(line))


def details(line: Item) -> Iterator[str]:
    """What a line of the history says beside its word, shortly."""
    if "efs_uid" in line:
        yield f"home {line['efs_sys_id']}/{line['efs_uid']}"
    if "source" in line:
        yield f"from {line['source']} into {line['target']}"
    if "next_source" in line:
        yield f"{line['status']}: {line['next_source']} is to be recovered"
    if "files_transferred" in line:
        yield f"{line['files_transferred']} files and folders, {line['bytes_written']:,} bytes"
    if "reason" in line:
        yield line["reason"]


def cost(story: Story) -> Iterator[str]:
    """State transitions of each execution, and the calls made from the first deletion to the last outcome."""
    for execution in story.executions.of(story.domain):
        transitions = len(story.executions.states_entered(execution))
        yield f"{execution.owner}: {transitions} state transitions in {execution.seconds:.1f} s"
    services = Counter[str]()
    for name, count in story.calls.items():
        services[name.split(":")[0]] += count
    parts = ", ".join(f"{count} {service}" for service, count in services.most_common())
    yield f"{story.calls.total()} calls of AWS by the module: {parts}"
