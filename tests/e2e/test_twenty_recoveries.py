"""Many recoveries leave nothing behind."""

from functools import partial
from typing import Any

from demo.cloud import Cloud
from demo.executions import Executions
from demo.homes import look, write
from demo.ledger import Ledger
from demo.leftovers import leftovers
from demo.studio import Network, Owner, Studio, wait_for

TWENTY = tuple(Owner("user", f"reader-{number}") for number in range(20))


def test_twenty_recoveries_leave_no_task_location_or_access_point(
    cloud: Cloud, network: Network, outputs: dict[str, Any]
) -> None:
    studio = Studio(cloud, "lab-of-twenty", network)
    ledger = Ledger(cloud, outputs["profile_table_name"], outputs["history_table_name"], studio.name)
    old = studio.create(*TWENTY)
    studio.open_apps(*TWENTY)
    for owner, home in old.items():
        write(cloud.disk, home, f"{owner.name}.txt", owner.name.encode())
        wait_for("home in the ledger", partial(ledger.knows, owner, home))
    studio.delete(*TWENTY)

    new = studio.create(*TWENTY)

    for owner, home in new.items():
        wait_for(f"{owner} recovered", partial(ledger.is_at_rest, owner, home))
    executions = Executions(cloud, outputs["state_machine_arn"])
    wait_for("nothing left", lambda: leftovers(cloud, outputs["name"]) == [])
    wait_for("all ended", lambda: [e.status for e in executions.of(studio.name)] == ["SUCCEEDED"] * 20)
    assert [set(look(cloud.disk, home)) for home in new.values()] == [{".", f"{owner.name}.txt"} for owner in new]
