"""The delays of recoveries on the local cloud: the module applied by Terraform, real processes, real seconds.

Everything is read from what the cloud keeps: the functions' logs, the executions' histories, and the ledger.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.executions import Executions
from demo.homes import write
from demo.ledger import Ledger
from demo.studio import Owner, Studio, make_network, wait_for
from localcloud.datasync import CREATING_SECONDS
from localcloud.sagemaker import SECONDS as STUDIO_SECONDS
from tools.bench.stages import Delay

APART = 1.7
"""Seconds from one call to the next: the processes of several recoveries share the machine."""
PATIENCE = 300
MAKING = STUDIO_SECONDS["user-profile"]
DONE = ("SUCCEEDED", "PARTIAL", "FAILED", "SKIPPED", "BLOCKED")


def delays(owners: int) -> list[Delay]:
    """What so many recoveries took, each of one file."""
    local.forget_the_callers_aws()
    with local.running(1.0, iam=False) as cloud, tempfile.TemporaryDirectory() as folder:
        deployment = Deployment(cloud, Path(folder) / "module")
        network = make_network(cloud)
        deployment.apply({"vpcs": {"studio": network.vpc_id}, "seed_schedule": "rate(30 days)"})
        outputs = deployment.output()
        studio = Studio(cloud, "lab", network)
        ledger = Ledger(cloud, outputs["profile_table_name"], outputs["history_table_name"], studio.name)
        everybody = [Owner("user", f"user-{number:02}") for number in range(owners)]
        _move_in_and_out(cloud, studio, ledger, everybody)
        called = _come_back(cloud, studio, everybody)
        for owner in everybody:
            wait_for(f"{owner} recovered", partial(_is_done, ledger, owner), PATIENCE)
        return list(_delays(cloud, outputs, ledger, called))


def _move_in_and_out(cloud: Cloud, studio: Studio, ledger: Ledger, owners: list[Owner]) -> None:
    homes = studio.create(*owners)
    studio.open_apps(*owners)
    for owner, home in homes.items():
        write(cloud.disk, home, "notes.txt", owner.name.encode())
        wait_for(f"{owner} in the ledger", partial(ledger.knows, owner, home))
    studio.delete(*owners)
    for owner in owners:
        wait_for(f"end of {owner} in the ledger", partial(ledger.has_ended, owner))


def _come_back(cloud: Cloud, studio: Studio, owners: list[Owner]) -> dict[str, float]:
    called = {}
    for owner in owners:
        called[str(owner)] = time.time()
        cloud.client("sagemaker").create_user_profile(DomainId=studio.domain_id, UserProfileName=owner.name)
        time.sleep(APART)
    return called


def _is_done(ledger: Ledger, owner: Owner) -> bool:
    return (ledger.row(owner) or {}).get("replication_status") in DONE


def _delays(cloud: Cloud, outputs: dict[str, Any], ledger: Ledger, called: dict[str, float]) -> Iterator[Delay]:
    pending = dict(_pending(cloud, outputs["function_names"]["event_handler"]))
    for execution in Executions(cloud, outputs["state_machine_arn"]).all():
        begun, opened, started = _moments(cloud, execution.arn)
        row = ledger.row(Owner(*execution.owner.split("/"))) or {}
        call, copy = called[execution.owner], int(row["total_duration_ms"]) / 1000
        event = pending[execution.owner]
        stages = (event - call - MAKING, begun - event, opened - begun, started - opened - CREATING_SECONDS)
        yield Delay(stages, copy, int(row["updated_at"]) / 1000 - started - copy, MAKING)


def _pending(cloud: Cloud, function: str) -> Iterator[tuple[str, float]]:
    """For each owner when its row became PENDING, as the log's last line about it tells."""
    pages = cloud.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{function}")
    for message in (event["message"] for page in pages for event in page["events"]):
        line = json.loads(message) if message.startswith("{") else {}
        if any(one["status"] == "PENDING" for one in line.get("written", ())):
            yield line["owner"], datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp()


def _moments(cloud: Cloud, execution_arn: str) -> tuple[float, float, float]:
    """When an execution began, when both homes were open, and when the copy was started."""
    pages = cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    told = [event for page in pages for event in page["events"]]
    opened = next(event["timestamp"] for event in told if event["type"] == "TaskSucceeded")
    entered = [event for event in told if event["type"] == "TaskStateEntered"]
    copy = next(one for one in entered if one["stateEnteredEventDetails"]["name"] == "Copy the files")
    return told[0]["timestamp"].timestamp(), opened.timestamp(), copy["timestamp"].timestamp()
