"""A SageMaker that throttles, and clients that wait for it on the virtual clock."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud.faults import Killed
from localcloud.inprocess import REGION, InProcessCloud


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[InProcessCloud]:
    with InProcessCloud(tmp_path) as running:
        running.behaviour.sagemaker_rate = 2
        yield running


def listed(cloud: InProcessCloud, **how: Any) -> None:
    cloud.client("sagemaker", **how).list_domains()


def test_a_seconds_worth_of_calls_goes_through_at_once_and_no_more(cloud: InProcessCloud) -> None:
    for _ in range(2):
        listed(cloud, repeats=False)
    with pytest.raises(ClientError, match="ThrottlingException"):
        listed(cloud, repeats=False)
    assert (cloud.faults.calls(), cloud.faults.throttled()) == (
        {"sagemaker:ListDomains": 3},
        {"sagemaker:ListDomains": 1},
    )


def test_calls_go_through_again_as_time_passes(cloud: InProcessCloud) -> None:
    for _ in range(10):
        listed(cloud, repeats=False)
        cloud.clock.advance(0.5)
    assert cloud.faults.throttled() == {}


def test_other_services_are_not_throttled(cloud: InProcessCloud) -> None:
    for _ in range(5):
        cloud.client("datasync", repeats=False).list_tasks()
        cloud.client("efs", repeats=False).describe_file_systems()
    assert cloud.faults.throttled() == {}


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_a_client_that_is_throttled_waits_on_the_virtual_clock(cloud: InProcessCloud, mode: Any) -> None:
    retries = Config(retries={"mode": mode, "total_max_attempts": 10})
    client = boto3.Session(region_name=REGION).client("sagemaker", config=retries)
    began = cloud.clock.now()
    for _ in range(42):
        client.list_domains()
    assert cloud.clock.now() - began >= 20 - 0.01


def test_a_call_takes_as_long_as_it_is_told_to(cloud: InProcessCloud) -> None:
    cloud.behaviour.sagemaker_rate = 0
    cloud.latency = 0.25
    began = cloud.clock.now()
    listed(cloud)
    cloud.client("efs").describe_file_systems()
    assert cloud.clock.now() - began == pytest.approx(0.5)


def test_calls_fail_for_as_long_as_they_are_to(cloud: InProcessCloud) -> None:
    cloud.behaviour.sagemaker_rate = 0
    cloud.faults.add(service="sagemaker", operation="List*", error="OnRequest", status=400, seconds=180)
    for _ in range(3):
        with pytest.raises(ClientError, match="OnRequest"):
            listed(cloud, repeats=False)
        cloud.clock.advance(60)
    listed(cloud, repeats=False)


def test_a_call_can_be_the_last_of_its_function(cloud: InProcessCloud) -> None:
    for service, operation in (("sagemaker", "ListDomains"), ("efs", "DescribeFileSystems")):
        for when in ("before", "after"):
            cloud.faults.add(service=service, operation=operation, kills="function", when=when)
    for call in (cloud.client("sagemaker").list_domains, cloud.client("efs").describe_file_systems):
        for _ in range(2):
            with pytest.raises(Killed):
                call()
        call()
