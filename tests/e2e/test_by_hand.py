"""Use case 10: a copy that somebody starts by hand, with the input that the README shows and without the ledger."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from demo.cloud import ROOT, Cloud
from demo.homes import look
from demo.studio import Network, Studio
from tests.statemachine.machine import Ended, Machine, as_input

SHOWN = re.compile(r"start the state machine by hand.*?```json\n(.*?)```", re.DOTALL)
# What the product asks of the two tables of the ledger: it writes in transactions.
LEDGER = {f"dynamodb:{call}" for call in ("GetItem", "Scan", "PutItem", "TransactWriteItems")}
LEDGER_KEY = {"profile_name": "user/ada", "domain_name": "lab", "request_id": "r-1"}
FILES = {"notebook.ipynb": b"{}", "notes.txt": b"to do"}


@pytest.fixture(scope="module")
def machine(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Machine:
    return Machine(cloud, outputs, Studio(cloud, "lab-by-hand", network))


@pytest.fixture
def nothing_is_reported(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[None]:
    """The rule is switched off."""
    rule = f"{outputs['name']}-created"
    cloud.client("events").disable_rule(Name=rule)
    yield
    cloud.client("events").enable_rule(Name=rule)


def shown() -> dict[str, Any]:
    """The input that the README shows."""
    found = SHOWN.search((ROOT / "README.md").read_text())
    assert found
    asked: dict[str, Any] = json.loads(found[1])
    return asked


def start(machine: Machine, asked: Any) -> Ended:
    """An execution with this input, to its end."""
    states = machine.cloud.client("stepfunctions")
    return machine.ended(states.start_execution(stateMachineArn=machine.arn, input=json.dumps(asked))["executionArn"])


def changed(side: str, **fields: Any) -> dict[str, Any]:
    """The shown input with other fields in one of its homes; None takes a field away."""
    home = {name: value for name, value in (shown()[side] | fields).items() if value is not None}
    return shown() | {side: home}


@pytest.mark.usefixtures("nothing_is_reported", "no_recovery_begins")
def test_a_copy_by_hand_needs_neither_rule_nor_trigger_nor_ledger(machine: Machine) -> None:
    """With the rule and the stream switched off, the shown input copies a home; no row is read or written.

    It has its turn in the line of those who wait for a place.
    """
    owners = machine.new_owner(), machine.new_owner()
    old, new = machine.studio.create(*owners).values()
    machine.leave(old, FILES)
    asked = {side: shown()[side] | as_input(home) for side, home in (("source", old), ("target", new))}
    before = machine.cloud.calls()

    ended = start(machine, asked)

    assert (ended.status, ended.said["word"]) == ("SUCCEEDED", "SUCCEEDED")
    there = look(machine.cloud.disk, new)
    assert there.keys() == {".", *FILES}
    assert {entry.owner for entry in there.values()} == {(new.uid, 0)}
    assert LEDGER & {*(machine.cloud.calls() - before)} == set()
    assert [machine.row(owner) for owner in owners] == [{}, {}]
    assert [machine.history(owner) for owner in owners] == [[], []]
    assert machine.left() == []


def test_a_copy_by_hand_keeps_what_the_target_has_and_says_that_it_is_not_the_same(machine: Machine) -> None:
    """Nobody knows what ran before, so all is compared: a file of the target's own is kept, and the doubt is told."""
    old, new = machine.two_homes()
    machine.leave(old, FILES)
    machine.leave(new, {"notes.txt": b"done"})
    ended = machine.run(old, new)
    assert (ended.status, ended.said["word"]) == ("FAILED", "PARTIAL")
    assert look(machine.cloud.disk, new).keys() == {".", *FILES}
    assert (machine.cloud.disk.home(new.file_system_id, new.uid) / "notes.txt").read_bytes() == b"done"


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"target": shown()["target"]}, "source must be an object"),
        ({"source": shown()["source"]}, "target must be an object"),
        (shown() | {"source": "fs-0123456789abcdef0/200005"}, "source must be an object"),
        (changed("source", efs_sys_id=None), "source.efs_sys_id"),
        (changed("source", efs_uid=None), "source.efs_uid"),
        (changed("source", efs_uid="root"), "source.efs_uid"),
        (changed("source", efs_uid="0"), "source.efs_uid"),
        (changed("source", efs_uid=200005), "source.efs_uid"),
        (changed("source", efs_uid="200005/../200010"), "source.efs_uid"),
        (changed("target", efs_sys_id="efs-of-the-lab"), "target.efs_sys_id"),
        (changed("target", efs_uid="-1"), "target.efs_uid"),
        (changed("target", path="/notebooks"), "target.path"),
        (shown() | {"overwrite": True}, "overwrite"),
        (shown() | {"target": shown()["source"]}, "source and target are the same home"),
        (shown() | {"profile_name": "user/ada"}, "profile_name, domain_name and request_id"),
        (shown() | LEDGER_KEY | {"request_id": ""}, "profile_name, domain_name and request_id"),
        (shown() | LEDGER_KEY | {"domain_name": 1}, "domain_name"),
        (shown() | LEDGER_KEY | {"profile_name": "ada"}, "profile_name"),
        ([shown()], "the input must be an object"),
    ],
)
def test_a_wrong_input_is_refused_in_the_first_state(machine: Machine, asked: Any, named: str) -> None:
    """The message names the field, and nothing is made."""
    ended = start(machine, asked)
    assert (ended.status, ended.states) == ("FAILED", ["Open both homes", "Not recovered"])
    assert named in ended.said["reason"]
    assert machine.left() == []
