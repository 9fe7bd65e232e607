"""A dry run of the seed: it tells what a pass would do, and does nothing."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from studio_recovery.statuses import Status
from tests.aws.lab import ADA, GROUP, Lab

BOB, CAROL = replace(ADA, name="bob"), replace(ADA, name="carol")
READS = ("Describe", "List", "Get", "Query", "Scan")


@pytest.fixture
def disorder(lab: Lab) -> Lab:
    """Ada's run has died, nobody started bob's, reading-group is gone and carol is new, both without an event."""
    lab.create()
    lab.deliver()
    lab.recreate()
    run = lab.start()
    lab.opening().open(run)
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    lab.create(BOB)
    lab.create(GROUP)
    lab.deliver()
    lab.recreate(BOB)
    lab.delete(GROUP)
    lab.create(CAROL)
    lab.cloud.clock.advance(600)
    return lab


def would(lab: Lab) -> Any:
    return lab.seeded(dry_run=True)["would"]


def test_a_dry_run_writes_starts_and_removes_nothing(disorder: Lab) -> None:
    before, rows, things = Counter(disorder.cloud.faults.calls()), disorder.ledger().rows(), disorder.temporary()
    told = disorder.seeded(dry_run=True)
    calls = Counter(disorder.cloud.faults.calls()) - before
    assert [name for name in calls if not name.partition(":")[2].startswith(READS)] == []
    assert (disorder.ledger().rows(), disorder.temporary()) == (rows, things)
    assert (told["dry_run"], told["changed"], told["finished"], told["swept"]) == (True, 0, 0, 0)


def test_a_dry_run_tells_whose_row_would_change_and_how(disorder: Lab) -> None:
    group = disorder.row(GROUP).home
    told = {change["owner"]: change for change in would(disorder)["changes"]}
    assert group
    assert told["space/reading-group@lab"] == {
        "owner": "space/reading-group@lab",
        "what": "deleted",
        "status": "IDLE",
        "from": group.key,
        "to": group.key,
    }
    assert (told["user/carol@lab"]["what"], "from" in told["user/carol@lab"]) == ("seeded", False)
    assert len(told) == 2


def test_a_dry_run_tells_which_rows_it_would_finish_and_what_it_would_remove(disorder: Lab) -> None:
    told = would(disorder)
    assert {(row["owner"], row["what"], row["status"]) for row in told["finish"]} == {
        ("user/ada@lab", "FAILED", "FAILED"),
        ("user/bob@lab", "asked for again", "PENDING"),
    }
    assert set(told["remove"]) == set(disorder.temporary())
    assert told["counts"] == {"deleted: IDLE": 1, "finish": 2, "remove": 5, "seeded: IDLE": 1}


def test_a_pass_does_what_the_dry_run_told(disorder: Lab) -> None:
    foreseen = disorder.seeded(dry_run=True)
    done = disorder.seeded()
    assert (done["changed"], done["finished"], done["swept"]) == (2, 2, 1)
    assert [done[name] for name in ("protected", "unprotected", "complete")] == [
        foreseen[name] for name in ("protected", "unprotected", "complete")
    ]
    assert (disorder.row().status, disorder.row(BOB).status) == (Status.FAILED, Status.PENDING)
    assert disorder.temporary() == []


def test_a_dry_run_counts_all_and_lists_a_hundred(lab: Lab) -> None:
    for number in range(105):
        lab.cloud.client("sagemaker").create_user_profile(DomainId=lab.domain_id, UserProfileName=f"user-{number}")
    lab.cloud.clock.advance(60)
    told = would(lab)
    assert (len(told["changes"]), told["counts"]) == (100, {"seeded: IDLE": 105})


def test_a_dry_run_foresees_the_second_look_at_an_owner_after_the_first(lab: Lab) -> None:
    """A domain was replaced and no event told: its owner is missing in the old domain and found in the new one."""
    lab.create()
    lab.deliver()
    lab.delete()
    lab.cloud.client("sagemaker").delete_domain(DomainId=lab.domain_id, RetentionPolicy={"HomeEfsFileSystem": "Retain"})
    lab.cloud.clock.advance(600)
    lab.create_domain()
    lab.create()
    told = lab.seeded(dry_run=True)
    assert (told["protected"], told["unprotected"]) == (1, 0)
    assert told["would"]["changes"][-1]["status"] == "PENDING"
