"""The story: two homes are filled, their owners deleted and made again, and the homes come back."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from demo.cloud import Cloud
from demo.executions import Executions
from demo.homes import Entry, Home, fill, look, write
from demo.ledger import Ledger
from demo.screen import Bars, Screen
from demo.studio import Owner, Studio, wait_for
from demo.watch import Watch

ADA = Owner("user", "ada")
READING_GROUP = Owner("space", "reading-group")
OWNERS = (ADA, READING_GROUP)
TITLES = {ADA: "analysis", READING_GROUP: "reading list"}
PRIVATE = "only for ada.txt"
SECONDS_TO_RECOVER = 180


@dataclass
class Story:
    """What was done and seen: the homes before and after, what the module's outputs are, which calls were made."""

    cloud: Cloud
    screen: Screen
    outputs: dict[str, Any]
    domain: str = "lab"
    old: dict[Owner, Home] = field(default_factory=dict)
    new: dict[Owner, Home] = field(default_factory=dict)
    before: dict[Owner, dict[str, Entry]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    ledger_is_true: bool = False

    @property
    def ledger(self) -> Ledger:
        """The tables that the module made."""
        return Ledger(self.cloud, self.outputs["profile_table_name"], self.outputs["history_table_name"], self.domain)

    @property
    def executions(self) -> Executions:
        """The executions of the module's state machine."""
        return Executions(self.cloud, self.outputs["state_machine_arn"])

    def tell(self, studio: Studio) -> None:
        """All of it, in a domain that is new."""
        self.fill_homes(studio)
        calls = self.cloud.calls()
        self.delete_and_create(studio)
        self.calls = self.cloud.calls() - calls

    def fill_homes(self, studio: Studio) -> None:
        """Both owners work in Studio for a while."""
        self.screen.heading(f"Two owners work in domain {self.domain}")
        with self.screen.progress() as bars:
            bars.show("Studio", "makes a user and a space")
            self.old = studio.create(*OWNERS)
            bars.show("Studio", "starts an app for each")
            studio.open_apps(*OWNERS)
        for owner, home in self.old.items():
            fill(self.cloud.disk, home, TITLES[owner])
        write(self.cloud.disk, self.old[ADA], PRIVATE, b"nobody else's\n", 0o600)
        for owner, home in self.old.items():
            seen = self.before[owner] = look(self.cloud.disk, home)
            size = sum(entry.size for entry in seen.values())
            self.screen.line("studio", str(owner), f"has home {home} with {len(seen) - 1} things, {size:,} bytes")
            wait_for(f"{owner} in the ledger", partial(self.ledger.is_at_rest, owner, home))

    def delete_and_create(self, studio: Studio) -> None:
        """Both owners are deleted and made again; then nobody does anything until both homes are back."""
        self.screen.heading("Both are deleted, and created again")
        watch = Watch(self.ledger, self.executions, OWNERS)
        watch.look()
        with self.screen.progress() as bars:
            bars.show("Studio", "deletes both, with their apps")
            studio.delete(*OWNERS)
            self.screen.line("studio", "", "both are deleted")
            self.follow(watch, bars, "both recorded as deleted", lambda: all(map(self.ledger.has_ended, OWNERS)))
            bars.show("Studio", "creates both again")
            self.new = studio.create(*OWNERS)
            bars.show("Studio", "rests", 1, 1)
            self.screen.line("studio", "", "both are created again, and nobody does anything from here on")
            self.follow(watch, bars, "both homes recovered", self.are_recovered)
        self.messages = messages(self.cloud, self.outputs["failure_queue_url"])
        self.screen.line("watch", "", f"{self.messages} messages in the failure queue")
        self.ledger_is_true = self.nothing_to_mend()
        said = "true" if self.ledger_is_true else "wrong"
        self.screen.line("watch", "", f"the seed looked at all of Studio and found the ledger {said}")

    def follow(self, watch: Watch, bars: Bars, what: str, is_over: Callable[[], bool]) -> None:
        """Show what happens until it is over."""

        def look_and_show() -> bool:
            over = is_over()
            for moment in watch.look():
                self.screen.line(moment.word, moment.owner, moment.text)
            for owner, copy in watch.copies().items():
                self.screen.once(owner, f"DataSync: {copy.status}")
                bars.show(owner, copy.status, copy.bytes_written, copy.bytes_expected or None)
            return over

        wait_for(what, look_and_show, SECONDS_TO_RECOVER)

    def are_recovered(self) -> bool:
        """Whether the ledger knows both new homes, nothing waits, and no execution runs."""
        at_rest = all(self.ledger.is_at_rest(owner, home) for owner, home in self.new.items())
        return at_rest and all(execution.status != "RUNNING" for execution in self.executions.of(self.domain))

    def nothing_to_mend(self) -> bool:
        """Whether the seed, which compares the ledger with Studio, works and changes no row of both owners."""
        rows = [self.ledger.row(owner) for owner in OWNERS]
        function = self.outputs["function_names"]["seed"]
        told = self.cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"action": "seed"}))
        return "FunctionError" not in told and rows == [self.ledger.row(owner) for owner in OWNERS]


def messages(cloud: Cloud, queue_url: str) -> int:
    """How many messages wait in a queue."""
    name = "ApproximateNumberOfMessages"
    told = cloud.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
    return int(told["Attributes"][name])
