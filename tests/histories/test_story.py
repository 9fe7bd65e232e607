"""The plainest history, told step by step: what the machine stands on works before anything goes wrong."""

from collections.abc import Iterator

import pytest

from tests.histories.laws import LAWS
from tests.histories.services import numbered
from tests.histories.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with numbered():
        made = World()
        made.add_domain("lab")
        made.create("user", "ada", made.domains[0])
        made.clock.advance(30)
        yield made


def test_ada_comes_back_and_finds_her_notes(world: World) -> None:
    (life,) = world.truth.living()
    world.truth.writes(life, "notes.txt")
    before = world.truth.homes.of(life.home)["notes.txt"].text
    world.come_back("user", "ADA", world.domains[0], "", shared=False)
    world.rest(1)
    (now,) = world.truth.living()
    assert {name: file.text for name, file in world.truth.homes.of(now.home).items()} == {"notes.txt": before}
    assert world.truth.row_of("user/ada@lab")["replication_status"] == "SUCCEEDED"
    for law in LAWS:
        law(world)


def test_a_copy_takes_the_way_that_the_state_machine_draws(world: World) -> None:
    (life,) = world.truth.living()
    world.truth.writes(life, "notes.txt")
    world.come_back("user", "ada", world.domains[0], "", shared=False)
    world.rest()
    (walk,) = world.chain.cloud.states.walks.values()
    looks = ["Look at the task", "Is the task ready?"]
    waits = ["Wait for the copy", "Look at the copy", "Has the copy ended?"]
    assert walk.entered == [
        *(["Wait for the task", *looks] * 2),
        "Copy the files",
        *(waits * 4),
        "Note the end",
        "Close both homes",
        "Did it end well?",
        "Over",
    ]


def test_a_home_that_nobody_ever_saw_is_excused_and_counted(world: World) -> None:
    world.behave("lose_events", badly=True)
    world.create("user", "bob", world.domains[0])
    world.clock.advance(30)
    bob = world.truth.living()[-1]
    world.truth.writes(bob, "notes.txt")
    world.delete("user", "bob", world.domains[0])
    world.rest()
    for law in LAWS:
        law(world)
    assert world.truth.excused() == 1
