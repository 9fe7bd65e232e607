"""Clean-up: what is left of the module's recoveries when it is destroyed."""

from collections.abc import Callable
from typing import cast

import pytest

from studio_recovery.errors import LeftBehind
from studio_recovery.handlers import seed
from studio_recovery.handlers.clean_up import CleanUp
from studio_recovery.handlers.log import LambdaContext
from tests.aws.lab import NAME, PROFILES, Lab


def cleaned_up(lab: Lab, seconds_left: Callable[[], float] = lambda: 900.0) -> dict[str, int]:
    clean_up = CleanUp(lab.executions(), lab.network(), lab.removal(), lab.cloud.clock.sleep)
    return clean_up.run(NAME, lab.state_machine_arn, seconds_left)


@pytest.mark.parametrize("action", ["create", "update"])
def test_the_clean_up_waits_for_destroy(action: str) -> None:
    nobody = cast("LambdaContext", None)
    assert seed.handler({"action": "clean_up", "tf": {"action": action}}, nobody) == {}


def test_the_clean_up_leaves_nothing_of_a_copy_that_runs(lab: Lab) -> None:
    lab.create()
    lab.deliver()
    lab.recreate()
    lab.begin_copy(lab.opening().open(lab.start()))
    assert cleaned_up(lab) == {"executions_stopped": 1, "rules_revoked": 1}
    assert lab.temporary() == []
    rules = lab.cloud.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    assert [r for r in rules if r.get("ReferencedGroupInfo", {}).get("GroupId") == lab.datasync_group] == []


def test_the_clean_up_needs_no_ledger(lab: Lab) -> None:
    broken = {"profile_name": {"S": "user/eve"}, "domain_name": {"S": "lab"}, "efs_uid": {"S": "x"}}
    lab.cloud.client("dynamodb").put_item(TableName=PROFILES, Item=broken)
    assert cleaned_up(lab) == {"executions_stopped": 0, "rules_revoked": 0}


def test_the_clean_up_says_when_interfaces_are_still_there(lab: Lab) -> None:
    lab.cloud.client("ec2").create_network_interface(SubnetId=lab.subnet_ids[0], Groups=[lab.datasync_group])
    with pytest.raises(LeftBehind, match="1 network interfaces"):
        cleaned_up(lab, lambda: 10.0)
