"""Use case 7: replication is switched off for one owner, and nothing is copied until it is switched on again."""

from collections.abc import Callable

from demo.homes import write
from demo.leftovers import leftovers
from demo.studio import Owner
from tests.e2e.admin import ask
from tests.e2e.lab import Lab

ADA = Owner("user", "ada")


def test_a_held_owner_gets_nothing_however_often_it_is_created_and_everything_when_it_is_released(
    lab_of: Callable[..., Lab],
) -> None:
    """A hold survives two re-creations; its release brings back what lies in both homes."""
    lab = lab_of("lab-of-holds")
    (first,) = lab.move_in(ADA).values()
    assert ask(lab, "hold", ADA)["replication"] is False
    lab.move_out(ADA)
    second = lab.studio.create(ADA)
    lab.recovered(second)
    lab.studio.open_apps(ADA)
    write(lab.cloud.disk, second[ADA], "second.txt", b"second")
    lab.move_out(ADA)
    third = lab.studio.create(ADA)
    lab.recovered(third)

    assert (lab.row(ADA)["replication_status"], lab.row(ADA)["reason"]) == ("BLOCKED", "held")
    assert lab.executions == []
    assert lab.files(third[ADA]) == {}

    assert ask(lab, "release", ADA)["status"] == "PENDING"

    lab.recovered(third)
    assert lab.files(third[ADA]) == lab.files(first) | {"second.txt": b"second"}
    assert lab.statuses(third) == {"SUCCEEDED"}
    assert [what for what in lab.history(ADA) if what in ("held", "released")] == ["held", "released"]
    assert leftovers(lab.cloud, lab.outputs["name"]) == []
