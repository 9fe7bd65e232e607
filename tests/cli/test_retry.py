"""`studio-recovery retry`."""

from collections.abc import Callable

from demo.studio import Owner
from studio_recovery_cli.commands.retry import retry
from tests.cli.documented import undocumented
from tests.cli.people import ADA, LabOf, came_back, named
from tests.cli.shell import Shell
from tests.e2e.lab import Lab


def failed(lab: Lab, owner: Owner) -> None:
    """The owner's row as a recovery leaves it that could not open a home."""
    lab.cloud.client("dynamodb").update_item(
        TableName=lab.ledger.profile_table,
        Key={"profile_name": {"S": str(owner)}, "domain_name": {"S": lab.studio.name}},
        UpdateExpression="SET replication_status = :failed, reason = :reason REMOVE request_id",
        ExpressionAttributeValues={":failed": {"S": "FAILED"}, ":reason": {"S": "CannotOpen: sg-1 must admit sg-2"}},
    )


def test_all_that_failed_is_asked_for_again_after_it_was_shown(
    lab_of: LabOf, operator: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-retries")
    old, new = came_back(lab)
    failed(lab, ADA)
    asked = operator.run("retry", terminal=True, typed="n\n")
    assert (asked.status, "FAILED" in asked.err, named(lab, ADA) in asked.err) == (1, True, True)
    assert lab.row(ADA)["replication_status"] == "FAILED"
    told = operator.run("retry", "user/*@cli-retries", "--yes", "--output", "json")
    assert (told.status, [one["status"] for one in told.data]) == (0, ["PENDING"])
    assert undocumented(told.data, retry.fields) == []
    assert set(told.actions) <= set(retry.actions)
    no_recovery_begins()
    lab.recovered({ADA: new})
    assert lab.files(new) == lab.files(old)


def test_an_owner_whose_recovery_did_not_fail_is_left_alone(lab_of: LabOf, operator: Shell) -> None:
    lab = lab_of("cli-no-retries")
    lab.known(lab.studio.create(ADA))
    told = operator.run("retry", named(lab, ADA), "--yes")
    assert (told.status, told.out) == (1, "")
    assert "only what FAILED" in told.err
