"""Homes that are left behind faster than they are recovered, and names that two owners share."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import Home, look, write
from demo.ledger import Ledger
from demo.studio import Network, Owner, Studio, wait_for

ADA = Owner("user", "ada")
SPACE_ADA = Owner("space", "ada")
Recovered = Callable[[Ledger, Owner, Home], None]


@pytest.fixture
def ledger_of(cloud: Cloud, outputs: dict[str, Any]) -> Callable[[Studio], Ledger]:
    return lambda studio: Ledger(cloud, outputs["profile_table_name"], outputs["history_table_name"], studio.name)


@pytest.fixture
def no_recovery_begins(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Hold the stream back; what it yields lets it go again."""
    functions = cloud.client("lambda")
    named = outputs["function_names"]["stream_trigger"]
    (mapping,) = functions.list_event_source_mappings(FunctionName=named)["EventSourceMappings"]

    def switch(on: bool) -> None:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)
        state = "Enabled" if on else "Disabled"
        wait_for(state, lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == state)

    switch(False)
    yield lambda: switch(True)
    switch(True)


def test_three_re_creations_before_the_first_recovery_lose_nothing(
    cloud: Cloud, network: Network, ledger_of: Callable[[Studio], Ledger], no_recovery_begins: Callable[[], None]
) -> None:
    studio = Studio(cloud, "lab-of-three", network)
    ledger = ledger_of(studio)
    for generation in ("first", "second", "third"):
        home = studio.create(ADA)[ADA]
        studio.open_apps(ADA)
        write(cloud.disk, home, f"{generation}.txt", generation.encode())
        write(cloud.disk, home, "notes.txt", f"as in the {generation} home".encode())
        wait_for("home in the ledger", partial(ledger.knows, ADA, home))
        studio.delete(ADA)
        wait_for("end in the ledger", lambda: ledger.has_ended(ADA))
    home = studio.create(ADA)[ADA]
    wait_for("three sources in the ledger", lambda: len((ledger.row(ADA) or {}).get("sources", ())) == 3)

    no_recovery_begins()

    wait_for("recovery", lambda: ledger.is_at_rest(ADA, home))
    there = look(cloud.disk, home)
    assert there.keys() == {".", "first.txt", "second.txt", "third.txt", "notes.txt"}
    assert {entry.owner for entry in there.values()} == {(home.uid, 0)}
    assert (cloud.disk.home(home.file_system_id, home.uid) / "notes.txt").read_text() == "as in the third home"


def test_a_user_and_a_space_of_one_name_keep_their_own_files(
    cloud: Cloud, network: Network, ledger_of: Callable[[Studio], Ledger]
) -> None:
    studio = Studio(cloud, "lab-of-one-name", network)
    ledger = ledger_of(studio)
    old = studio.create(ADA, SPACE_ADA)
    studio.open_apps(*old)
    for owner, home in old.items():
        write(cloud.disk, home, f"of the {owner.kind}.txt", b"mine")
        wait_for("home in the ledger", partial(ledger.knows, owner, home))
    studio.delete(*old)

    new = studio.create(*old)

    for owner, home in new.items():
        wait_for("recovery", partial(ledger.is_at_rest, owner, home))
        assert look(cloud.disk, home).keys() == {".", f"of the {owner.kind}.txt"}
